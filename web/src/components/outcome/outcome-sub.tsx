import type { AccountOutcome } from '@contract/self-service.contract.js'
import { errorText } from '../../lib/error-texts.js'
import { useText } from '../../lib/text.js'

type Props = {
  readonly outcome: AccountOutcome
  readonly unlock: boolean
  /** Some accounts have the new password and some the old: then each line says which. */
  readonly mixed: boolean
}

/** What is true now for one account. */
export function OutcomeSub({ outcome, unlock, mixed }: Props) {
  const { rich, times, plural } = useText()
  const { login, settledAt, attempts, code, params } = outcome
  const time = settledAt ? <span className="num">{times.exactly(settledAt)}</span> : '–'
  if (outcome.state === 'succeeded') {
    if (outcome.noChangeNeeded) return rich('outcome.not-locked', { login })
    if (unlock) return rich('outcome.unlocked', { login, time })
    return mixed ? rich('outcome.use-new', { time }) : rich('outcome.changed', { login, time })
  }
  if (outcome.mayHaveChanged) return unlock ? rich('outcome.unknown.try.unlock') : rich('outcome.may-have-changed')
  const unreached = code === 'CONNECTOR_UNAVAILABLE' || code === 'DIRECTORY_THROTTLED'
  const reason = unreached ? plural('outcome.unreached', Math.max(1, attempts)) : code ? errorText(code, params) : null
  return mixed && !unlock ? rich('outcome.use-old', { reason: <>{reason}</> }) : reason
}
