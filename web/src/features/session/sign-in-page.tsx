import { useEffect, useState, type FormEvent } from 'react'
import { Banner } from '../../components/ui/banner.js'
import { Button } from '../../components/ui/button.js'
import { ErrorSummary } from '../../components/ui/error-summary.js'
import { Field } from '../../components/ui/field.js'
import { Title } from '../../components/ui/page-parts.js'
import { PasswordInput } from '../../components/ui/password-input.js'
import { mistakeFrom } from '../../lib/failure.js'
import { Link, navigate, usePlace } from '../../lib/router.js'
import { sessionCalls } from '../../lib/self-service.js'
import { keepSession } from '../../lib/session.js'
import { useSite } from '../../lib/site.js'
import { useSubmitting } from '../../lib/submitting.js'
import { useText, type Text } from '../../lib/text.js'
import { nextPlace } from './use-signed-in.js'

const NAME = 'identifier'
const PASSWORD = 'password'

export default function SignInPage() {
  const text = useText()
  const { t } = text
  const site = useSite()
  const { query, state } = usePlace()
  const [identifier, setIdentifier] = useState('')
  const [password, setPassword] = useState('')
  const [shown, setShown] = useState(false)
  const form = useSubmitting()

  useEffect(() => {
    const clear = () => setPassword('')
    addEventListener('pagehide', clear)
    return () => removeEventListener('pagehide', clear)
  }, [])

  const submit = (event: FormEvent) => {
    event.preventDefault()
    const mistakes = [
      ...(identifier.trim() ? [] : [{ say: (text: Text) => text.t('sign-in.identifier.missing'), field: NAME }]),
      ...(password ? [] : [{ say: (text: Text) => text.t('sign-in.password.missing'), field: PASSWORD }]),
    ]
    if (mistakes.length > 0) return form.refuse(mistakes)
    void form.send(async () => {
      const answer = await sessionCalls.signIn(identifier.trim(), password)
      setPassword('')
      if (!answer.ok) {
        return [await mistakeFrom(answer, answer.problem.code === 'SIGN_IN_REFUSED' ? NAME : undefined)]
      }
      keepSession(answer.value)
      const mustChange = answer.value.accounts.some((account) => account.passwordExpired || account.mustChange)
      navigate((mustChange ? null : nextPlace(query)) ?? '/change', { replace: true })
    })
  }

  return (
    <>
      {form.mistakes.length > 0 ? <ErrorSummary mistakes={form.mistakes} attempt={form.attempt} /> : <Parting state={state} />}
      <Title error={form.mistakes.length > 0}>{t('sign-in.title')}</Title>
      <p className="lead">{t('sign-in.lead')}</p>
      <form noValidate onSubmit={submit}>
        <Field
          id={NAME}
          label={t('sign-in.identifier')}
          hint={site && text.rich('identifier.hint', { example: site.identifierExample })}
          error={form.mistakeOf(NAME)}
          value={identifier}
          onValue={setIdentifier}
          autoComplete="username"
          autoCapitalize="none"
          spellCheck={false}
        />
        <PasswordInput
          id={PASSWORD}
          label={t('sign-in.password')}
          autoComplete="current-password"
          value={password}
          onValue={setPassword}
          shown={shown}
          onShown={setShown}
          error={form.mistakeOf(PASSWORD)}
        />
        <Button busy={form.busy} working={t('sign-in.submitting')}>{t('sign-in.submit')}</Button>
      </form>
      {site?.services.reset && <p><Link to="/">{t('sign-in.forgot')}</Link></p>}
    </>
  )
}

function Parting({ state }: { readonly state: unknown }) {
  const { t } = useText()
  if (typeof state !== 'object' || state === null) return null
  if ('ended' in state) {
    return <Banner kind="info" icon="clock" title={t('sign-in.ended')}><p>{t('sign-in.ended.text')}</p></Banner>
  }
  return 'left' in state ? <Banner kind="info" icon="okc" title={t('sign-in.left')} /> : null
}
