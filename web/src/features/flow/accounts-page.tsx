import { useState, type FormEvent } from 'react'
import { AccountChoices, accountFieldId } from '../../components/account-choices.js'
import { DeskPhone } from '../../components/ui/desk-phone.js'
import { ErrorSummary } from '../../components/ui/error-summary.js'
import { Steps, Title } from '../../components/ui/page-parts.js'
import { useSubmitting } from '../../lib/submitting.js'
import { useText } from '../../lib/text.js'
import type { QuestionProps } from './flow-page.js'
import { stepsOf } from './method-kind.js'
import { selectableOf } from './question.js'

export function AccountsPage({ open, go, chosen: before }: QuestionProps & { readonly chosen: readonly string[] }) {
  const text = useText()
  const { t, rich } = text
  const { flow } = open
  const selectable = selectableOf(flow)
  const [chosen, setChosen] = useState<readonly string[]>(() =>
    before.length > 0 ? before : selectable.filter((account) => account.preselected).map((account) => account.id))
  const form = useSubmitting()
  const first = selectable[0]

  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (chosen.length > 0) go('password', { accounts: chosen })
    else if (first) form.refuse([{ say: ({ t }) => t('accounts.missing'), field: accountFieldId(first) }])
  }
  return (
    <>
      <Steps at={3} of={stepsOf(flow)} />
      {form.mistakes.length > 0 && <ErrorSummary mistakes={form.mistakes} attempt={form.attempt} />}
      <Title error={form.mistakes.length > 0}>{t('accounts.title')}</Title>
      <p className="lead">{first ? t('accounts.lead') : rich('accounts.none', { phone: <DeskPhone /> })}</p>
      <form noValidate onSubmit={submit}>
        <AccountChoices accounts={flow.accounts ?? []} chosen={chosen} onChosen={setChosen} error={form.mistakes[0]?.say(text)} />
        {first && <button className="btn btn-primary" type="submit">{t('continue')}</button>}
      </form>
      <p className="soft small">{t('accounts.more')}</p>
    </>
  )
}
