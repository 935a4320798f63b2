import type { PasswordCheck } from '@contract/password-policy.contract.js'
import { useEffect, useState } from 'react'
import { fill, useText } from '../../lib/text.js'
import type { TextKey } from '../../locales/catalogue.js'

const ANNOUNCE_AFTER_MS = 800

type Props = { readonly check: PasswordCheck | null; readonly typedAt: number }

/** Four bars and a word with its reason, from the server's meter. Read out when the typing rests, not at every key. */
export function Strength({ check, typedAt }: Props) {
  const { t, rich } = useText()
  const [said, setSaid] = useState('')
  const score = check ? (`strength.${check.score as 0 | 1 | 2 | 3 | 4}` as const) : null
  const reason = check && check.score < 3 ? reasonKey(check.reason) : null
  const words = score ? `${fill(t(score))}${reason ? ` ${t(reason)}` : ''}` : ''
  useEffect(() => {
    const timer = setTimeout(() => setSaid(words), Math.max(0, typedAt + ANNOUNCE_AFTER_MS - Date.now()))
    return () => clearTimeout(timer)
  }, [words, typedAt])
  return (
    <div className="strength" data-score={check ? Math.max(1, check.score) : 0}>
      <span className="bars" aria-hidden="true"><i /><i /><i /><i /></span>
      <p className="hint">{score ? <>{rich(score)}{reason && <> {t(reason)}</>}</> : t('strength.start')}</p>
      <span className="vh" role="status">{said}</span>
    </div>
  )
}

type ReasonKey = Extract<TextKey, `strength.because.${string}`>
const REASONS = new Set(['common', 'name', 'year', 'repeat', 'sequence', 'keyboard', 'short'])
/** A reason this page does not know is left out; the word before it stands by itself. */
const reasonKey = (reason: string | null): ReasonKey | null =>
  reason !== null && REASONS.has(reason) ? (`strength.because.${reason}` as ReasonKey) : null
