import type { AccountView, SessionView } from '@contract/self-service.contract.js'
import { useEffect, useState, type FormEvent, type ReactNode } from 'react'
import { AccountNames } from '../../components/account-choices.js'
import { NewPasswordFields } from '../../components/password/new-password-fields.js'
import { useChosenPolicy } from '../../components/password/use-chosen-policy.js'
import { NEW, useNewPassword } from '../../components/password/use-new-password.js'
import { Username } from '../../components/password/username.js'
import { Banner } from '../../components/ui/banner.js'
import { Button } from '../../components/ui/button.js'
import { ErrorSummary } from '../../components/ui/error-summary.js'
import { Title } from '../../components/ui/page-parts.js'
import { PasswordInput } from '../../components/ui/password-input.js'
import { mistakeFrom } from '../../lib/failure.js'
import { navigate } from '../../lib/router.js'
import { sessionCalls } from '../../lib/self-service.js'
import { useSubmitting } from '../../lib/submitting.js'
import { useText, type Text } from '../../lib/text.js'
import { RequestsLink } from './requests-link.js'
import { preselectedOf, type SignedIn } from './use-signed-in.js'

const CURRENT = 'current'
type Props = { readonly session: SessionView; readonly signedIn: SignedIn; readonly accounts: readonly AccountView[] }

export function ChangeForm({ session, signedIn, accounts }: Props) {
  const text = useText()
  const { t } = text
  const ids = accounts.map((account) => account.id)
  const covered = preselectedOf(session).map((account) => account.id)
  const policy = useChosenPolicy(session.policy, covered, ids, sessionCalls.policy)
  const form = useSubmitting()
  const [current, setCurrent] = useState('')
  const [shown, setShown] = useState(false)
  const password = useNewPassword({
    check: (value, signal) => sessionCalls.check(value, ids, signal), suggest: (kind) => sessionCalls.suggest(ids, kind),
  })
  const clear = () => {
    setCurrent('')
    password.clear()
  }
  useEffect(() => {
    const forget = () => setCurrent('')
    addEventListener('pagehide', forget)
    return () => removeEventListener('pagehide', forget)
  }, [])

  const submit = (event: FormEvent) => {
    event.preventDefault()
    const missing = current ? [] : [{ say: (text: Text) => text.t('password.current.missing'), field: CURRENT }]
    const mistakes = [...missing, ...password.mistakes()]
    if (mistakes.length > 0) return form.refuse(mistakes)
    void form.send(async () => {
      const answer = await sessionCalls.changePassword(current, password.value, ids)
      if (answer.ok) {
        clear()
        return navigate(`/requests/${answer.value.reference}`, { replace: true })
      }
      if (signedIn.leaveIfSignedOut(answer)) return
      const { code, violations } = answer.problem
      if (code === 'POLICY_VIOLATION' && violations?.length) return password.refused(violations)
      clear()
      if (!answer.reached) return [{ say: (text: Text) => text.t('change.sent.unsure') }]
      const field = code === 'CURRENT_PASSWORD_WRONG' ? CURRENT : code === 'POLICY_VIOLATION' ? NEW : undefined
      return [await mistakeFrom(answer, field)]
    })
  }

  const [only, ...others] = accounts
  return (
    <>
      {form.mistakes.length > 0 && <ErrorSummary mistakes={form.mistakes} attempt={form.attempt} />}
      <Title error={form.mistakes.length > 0}>{t('change.title')}</Title>
      <WhyNow accounts={accounts}>
        <p className="lead">
          {only && others.length === 0
            ? text.rich('change.lead.one', { accounts: <AccountNames accounts={accounts} />, login: only.login })
            : text.rich('change.lead', { accounts: <AccountNames accounts={accounts} /> })}
        </p>
      </WhyNow>
      <form noValidate onSubmit={submit}>
        <Username login={only?.login ?? ''} />
        <PasswordInput
          id={CURRENT}
          label={t('password.current')}
          autoComplete="current-password"
          value={current}
          onValue={setCurrent}
          shown={shown}
          onShown={setShown}
          which={t('password.which.current')}
          error={form.mistakeOf(CURRENT)}
        />
        <NewPasswordFields password={password} policy={policy} form={form} />
        <Button busy={form.busy} working={t('password.submitting')}>{t('password.submit')}</Button>
      </form>
      <RequestsLink />
    </>
  )
}

/** Somebody sent here by an expired password is told so; the others read what the page is for. */
function WhyNow({ accounts, children }: { readonly accounts: readonly AccountView[]; readonly children: ReactNode }) {
  const { t, times } = useText()
  const expired = accounts.find((account) => account.passwordExpired)
  if (!expired && !accounts.some((account) => account.mustChange)) return children
  const title = !expired
    ? t('change.must')
    : expired.passwordExpiresAt
      ? t('change.expired', { day: times.day(expired.passwordExpiresAt) })
      : t('change.expired.dateless')
  return <Banner kind="warn" icon="clock" title={title}><p>{t('change.expired.text')}</p></Banner>
}
