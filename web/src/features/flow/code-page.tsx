import { useState, type FormEvent } from 'react'
import { Banner } from '../../components/ui/banner.js'
import { Button } from '../../components/ui/button.js'
import { CodeInput } from '../../components/ui/code-input.js'
import { ErrorSummary } from '../../components/ui/error-summary.js'
import { Steps, Title } from '../../components/ui/page-parts.js'
import { Icon } from '../../components/ui/icon.js'
import { mistakeFrom } from '../../lib/failure.js'
import { serverNow } from '../../lib/server-clock.js'
import { useSite } from '../../lib/site.js'
import { useSubmitting } from '../../lib/submitting.js'
import { useText } from '../../lib/text.js'
import type { QuestionProps } from './flow-page.js'
import { methodKind, stepsOf } from './method-kind.js'
import { NoCode } from './no-code.js'
import { questionOf } from './question.js'

const FIELD = 'code'

export function CodePage({ open, go }: QuestionProps) {
  const { t, rich, plural, times } = useText()
  const { flow, calls } = open
  const challenge = flow.challenge
  const [code, setCode] = useState('')
  const [expired, setExpired] = useState(false)
  const form = useSubmitting()
  const demo = useSite()?.demo
  if (!challenge) return null

  const kind = methodKind(challenge.method)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (!code) return form.refuse([{ say: (text) => text.t('code.missing'), field: FIELD }])
    // Told here, it does not cost one of the tries.
    if (!new RegExp(`^\\d{${challenge.codeLength}}$`).test(code)) {
      return form.refuse([{ say: (text) => text.t('code.shape', { length: challenge.codeLength }), field: FIELD }])
    }
    void form.send(async () => {
      const answer = await calls.answer(code)
      if (answer.ok) {
        open.accept(answer.value)
        return go(questionOf(answer.value, null, []), { replace: true })
      }
      setCode('')
      if (open.leaveIfOver(answer)) return
      const { code: reason } = answer.problem
      setExpired(reason === 'OTP_EXPIRED')
      const now = await open.reload()
      if (now && now.state !== 'awaiting-code') return
      const ofTheCode = reason === 'OTP_INVALID' || reason === 'OTP_EXPIRED' || reason === 'REQUEST_INVALID'
      return [await mistakeFrom(answer, ofTheCode ? FIELD : undefined)]
    })
  }
  const resend = () => form.send(async () => {
    const answer = await calls.resend()
    if (answer.ok) {
      setCode('')
      setExpired(false)
      return open.accept(answer.value)
    }
    if (open.leaveIfOver(answer)) return
    await open.reload()
    return [await mistakeFrom(answer)]
  })

  // Its tries are used up: whatever the message says, only another code helps.
  const spent = challenge.triesLeft === 0
  const clock = (time: string) => <span className="num">{times.at(time)}</span>
  const hint = spent
    ? challenge.resendAt && Date.parse(challenge.resendAt) > serverNow()
      ? rich('code.spent.until', { time: clock(challenge.resendAt) })
      : t('code.spent')
    : expired ? null : rich('code.valid', { time: clock(challenge.validUntil) })
  return (
    <>
      <button className="ss-back" type="button" onClick={() => go('method')}><Icon name="left" />{t('back')}</button>
      <Steps at={2} of={stepsOf(flow)} />
      {form.mistakes.length > 0 && <ErrorSummary mistakes={form.mistakes} attempt={form.attempt} />}
      {form.mistakes.length === 0 && challenge.resent && (
        <Banner kind="info" icon={kind.icon} role="status" title={t('code.resent', { time: times.at(challenge.sentAt) })}>
          <p>{t('code.resent.text')}{challenge.resendsLeft > 0 && <> {plural('code.resent.left', challenge.resendsLeft)}</>}</p>
        </Banner>
      )}
      <Title error={form.mistakes.length > 0}>{t('code.title', { length: challenge.codeLength })}</Title>
      <p className="lead">{rich(kind.lead, { target: <bdi className="nowrap">{challenge.masked}</bdi> })}</p>
      {demo && (
        <p className="soft">
          {rich('code.demo', { inbox: <a href="/inbox" target="_blank" rel="noopener">{t('code.demo.link')}</a> })}
        </p>
      )}
      <form noValidate onSubmit={submit}>
        <CodeInput
          id={FIELD}
          label={t('code.label')}
          length={challenge.codeLength}
          value={code}
          onValue={setCode}
          error={form.mistakeOf(FIELD)}
          hint={hint}
        />
        <Button busy={form.busy} working={t('working')}>{t('continue')}</Button>
      </form>
      <div className="stack-sm">
        <NoCode challenge={challenge} busy={form.busy} onSend={() => void resend()} />
        <p><button className="btn-link" type="button" onClick={() => go('method')}>{t('code.another')}</button></p>
      </div>
    </>
  )
}
