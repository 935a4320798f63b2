import type { AccountOutcome } from '@contract/self-service.contract.js'
import type { ReactNode } from 'react'
import { errorText } from '../../lib/error-texts.js'
import { useText, type Text } from '../../lib/text.js'
import { ruleText } from '../password/rule-text.js'
import { changedElsewhere, isClosed, isUnreached } from './cause.js'

type Props = {
  readonly outcome: AccountOutcome
  readonly unlock: boolean
  /** Some accounts have the new password and some the old: then each line says which. */
  readonly mixed: boolean
}

/** What is true now for one account. */
export function OutcomeSub({ outcome, unlock, mixed }: Props) {
  const text = useText()
  const { rich, times } = text
  const { login, settledAt } = outcome
  const time = settledAt ? <span className="num">{times.exactly(settledAt)}</span> : '–'
  if (outcome.state === 'succeeded') {
    if (outcome.noChangeNeeded) return rich('outcome.not-locked', { login })
    if (unlock) return rich('outcome.unlocked', { login, time })
    return mixed ? rich('outcome.use-new', { time }) : rich('outcome.changed', { login, time })
  }
  if (outcome.mayHaveChanged) return unlock ? rich('outcome.unknown.try.unlock') : rich('outcome.may-have-changed')
  const reason = reasonOf(outcome, unlock, text)
  // No password of theirs lets anybody into a closed account, nor surely into one that somebody else has set.
  const oldWorks = !isClosed(outcome) && !changedElsewhere(outcome)
  return mixed && !unlock && oldWorks ? rich('outcome.use-old', { reason: <>{reason}</> }) : reason
}

/** Why not, of this account alone: what is true of the others, and what to do next, stand elsewhere on the page. */
function reasonOf(outcome: AccountOutcome, unlock: boolean, text: Text): ReactNode {
  const { t, plural } = text
  const { code, params, attempts } = outcome
  if (isUnreached(outcome)) return plural('outcome.unreached', Math.max(1, attempts))
  if (changedElsewhere(outcome)) return t('outcome.reason.elsewhere')
  switch (code) {
    case null:
      return null
    case 'ACCOUNT_DISABLED':
      return t(unlock ? 'outcome.reason.disabled.unlock' : 'outcome.reason.disabled')
    case 'ACCOUNT_EXPIRED':
      return t(unlock ? 'outcome.reason.expired.unlock' : 'outcome.reason.expired')
    case 'DIRECTORY_POLICY_REJECTED': {
      const rule = String(params?.rule ?? '')
      if (rule === 'history') return t('outcome.reason.refused.history')
      return <>{t('outcome.reason.refused')}{rule && <> {ruleText(text, 'broken', rule, params)}.</>}</>
    }
    case 'PRIVILEGED_TARGET':
      return t(unlock ? 'outcome.reason.protected.unlock' : 'outcome.reason.protected')
    case 'CONNECTOR_FORBIDDEN':
    case 'CONNECTOR_MISCONFIGURED':
      return t('outcome.reason.fault')
    default:
      return errorText(code, params)
  }
}
