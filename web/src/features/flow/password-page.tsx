import { useState, type FormEvent } from 'react'
import { AccountNames } from '../../components/account-choices.js'
import { NewPasswordFields } from '../../components/password/new-password-fields.js'
import { useChosenPolicy } from '../../components/password/use-chosen-policy.js'
import { NEW, useNewPassword } from '../../components/password/use-new-password.js'
import { Username } from '../../components/password/username.js'
import { Button } from '../../components/ui/button.js'
import { ErrorSummary } from '../../components/ui/error-summary.js'
import { Steps, Title } from '../../components/ui/page-parts.js'
import { mistakeFrom } from '../../lib/failure.js'
import { useSubmitting } from '../../lib/submitting.js'
import { useText } from '../../lib/text.js'
import type { QuestionProps } from './flow-page.js'
import { stepsOf } from './method-kind.js'
import { selectableOf } from './question.js'
import { refusalOf } from './refusal.js'

export function PasswordPage({ open, go, chosen }: QuestionProps & { readonly chosen: readonly string[] }) {
  const { t, rich, times } = useText()
  const { flow, calls } = open
  const accounts = selectableOf(flow).filter((account) => chosen.includes(account.id))
  const ids = accounts.map((account) => account.id)
  const policy = useChosenPolicy(flow.policy, selectableOf(flow).map((account) => account.id), ids, calls.policy)
  // The directory may refuse what met every rule we know. The proof still holds, so it is asked for again right here.
  const [refusal] = useState(() => refusalOf(flow))
  const form = useSubmitting(refusal?.mistakes)
  const password = useNewPassword(
    { check: (value, signal) => calls.check(value, ids, signal), suggest: (kind) => calls.suggest(ids, kind) }, refusal?.rules,
  )

  const submit = (event: FormEvent) => {
    event.preventDefault()
    const mistakes = password.mistakes()
    if (mistakes.length > 0) return form.refuse(mistakes)
    void form.send(async () => {
      const answer = await calls.setPassword(password.value, ids)
      if (answer.ok) {
        password.clear()
        open.accept(answer.value)
        return go('result', { replace: true })
      }
      if (open.leaveIfOver(answer)) return
      const { code, violations } = answer.problem
      if (code === 'POLICY_VIOLATION' && violations?.length) return password.refused(violations)
      // Whether it was sent is not known, or another step was taken meanwhile: the server's state tells.
      const now = await open.reload()
      if (now && now.state !== 'verified') return
      return [await mistakeFrom(answer, code === 'POLICY_VIOLATION' ? NEW : undefined)]
    })
  }

  const many = accounts.length === 1 ? 'password.for.one' : accounts.length === 2 ? 'password.for.two' : 'password.for.many'
  return (
    <>
      <Steps at={4} of={stepsOf(flow)} />
      {form.mistakes.length > 0 && <ErrorSummary mistakes={form.mistakes} attempt={form.attempt} />}
      <Title error={form.mistakes.length > 0}>{t('password.title')}</Title>
      <p className="lead">{rich(many, { accounts: <AccountNames accounts={accounts} /> })}</p>
      {refusal && (
        <p className="soft">
          {flow.verifiedUntil
            ? rich('password.still', { time: <span className="num">{times.at(flow.verifiedUntil)}</span> })
            : t('password.still.timeless')}
        </p>
      )}
      <form noValidate onSubmit={submit}>
        <Username login={accounts[0]?.login ?? ''} />
        <NewPasswordFields password={password} policy={policy} form={form} />
        <Button busy={form.busy} working={t('password.submitting')}>{t('password.submit')}</Button>
      </form>
    </>
  )
}
