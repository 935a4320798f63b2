import type { SessionView } from '@contract/self-service.contract.js'
import { useState, type FormEvent } from 'react'
import { AccountChoices, accountFieldId } from '../../components/account-choices.js'
import { DeskPhone } from '../../components/ui/desk-phone.js'
import { ErrorSummary } from '../../components/ui/error-summary.js'
import { Title, Waiting } from '../../components/ui/page-parts.js'
import { Unavailable } from '../../components/ui/unavailable.js'
import { keptAccounts, navigate, usePlace } from '../../lib/router.js'
import { useSubmitting } from '../../lib/submitting.js'
import { useText } from '../../lib/text.js'
import { ChangeForm } from './change-form.js'
import { RequestsLink } from './requests-link.js'
import { preselectedOf, useSignedIn } from './use-signed-in.js'

/** Change a password that is known. With several accounts that is two questions: which, and what. */
export default function ChangePage() {
  const signedIn = useSignedIn('/change')
  const { query, state } = usePlace()
  const { session } = signedIn
  if (!session) return signedIn.unreachable ? <Unavailable retry={signedIn.reload} /> : <Waiting />

  const open = session.accounts.filter((account) => account.selectable)
  if (open.length === 0) return <NothingToChange />
  const kept = keptAccounts(state)
  const chosen = open.length === 1 ? open : open.filter((account) => kept.includes(account.id))
  const asksPassword = open.length === 1 || (query.get('step') === 'password' && chosen.length > 0)
  return asksPassword
    ? <ChangeForm session={session} signedIn={signedIn} accounts={chosen} />
    : <WhichAccounts session={session} before={chosen.map((account) => account.id)} />
}

function WhichAccounts({ session, before }: { readonly session: SessionView; readonly before: readonly string[] }) {
  const text = useText()
  const { t } = text
  const [chosen, setChosen] = useState<readonly string[]>(() =>
    before.length > 0 ? before : preselectedOf(session).map((account) => account.id))
  const form = useSubmitting()
  const submit = (event: FormEvent) => {
    event.preventDefault()
    const first = session.accounts.find((account) => account.selectable)
    if (chosen.length > 0) navigate('/change?step=password', { state: { accounts: chosen } })
    else if (first) form.refuse([{ say: ({ t }) => t('accounts.missing'), field: accountFieldId(first) }])
  }
  return (
    <>
      {form.mistakes.length > 0 && <ErrorSummary mistakes={form.mistakes} attempt={form.attempt} />}
      <Title error={form.mistakes.length > 0}>{t('accounts.title')}</Title>
      <p className="lead">{t('accounts.lead.change')}</p>
      <form noValidate onSubmit={submit}>
        <AccountChoices accounts={session.accounts} chosen={chosen} onChosen={setChosen} error={form.mistakes[0]?.say(text)} />
        <button className="btn btn-primary" type="submit">{t('continue')}</button>
      </form>
      <RequestsLink />
    </>
  )
}

function NothingToChange() {
  const { t, rich } = useText()
  return (
    <>
      <Title>{t('change.none')}</Title>
      <p className="lead">{rich('accounts.none', { phone: <DeskPhone /> })}</p>
      <RequestsLink />
    </>
  )
}
