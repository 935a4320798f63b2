import { useEffect, useState } from 'react'
import { fill, useText, type Text } from '../../lib/text.js'
import type { TextKey } from '../../locales/catalogue.js'
import type { Opinion } from './use-new-password.js'

const ANNOUNCE_AFTER_MS = 800

type Props = { readonly opinion: Opinion; readonly typedAt: number }

/**
 * Four bars and a word with its reason, from the server's meter. Read out when the typing rests, not at every key; without
 * a verdict on what stands in the field now, the bars are empty and nothing is claimed.
 */
export function Strength({ opinion, typedAt }: Props) {
  const text = useText()
  const { t, rich } = text
  const [said, setSaid] = useState('')
  const { score, verdict, reason } = measured(opinion)
  const words = verdict ? `${fill(t(verdict))}${reason ? ` ${t(reason)}` : ''}` : ''
  useEffect(() => {
    const timer = setTimeout(() => setSaid(words), Math.max(0, typedAt + ANNOUNCE_AFTER_MS - Date.now()))
    return () => clearTimeout(timer)
  }, [words, typedAt])
  return (
    <div className={opinion.is === 'checking' ? 'strength checking' : 'strength'} data-score={score}>
      <span className="bars" aria-hidden="true"><i /><i /><i /><i /></span>
      <p className="hint">{verdict ? <>{rich(verdict)}{reason && <> {t(reason)}</>}</> : waitingText(opinion, text)}</p>
      <span className="vh" role="status">{said}</span>
    </div>
  )
}

const waitingText = (opinion: Opinion, { t }: Text): string => t(opinion.is === 'checking' ? 'strength.checking' : 'strength.start')

type VerdictKey = `strength.${0 | 1 | 2 | 3 | 4}` | 'strength.unmeasured'
type Measured = { readonly score: number; readonly verdict: VerdictKey | null; readonly reason: ReasonKey | null }

/** No bar stands for "nothing to say": a strong password must not look weak because the meter was slow. */
function measured(opinion: Opinion): Measured {
  if (opinion.is === 'none' || opinion.is === 'checking') return { score: 0, verdict: null, reason: null }
  if (opinion.is === 'unmeasured' || opinion.check.score === null) return { score: 0, verdict: 'strength.unmeasured', reason: null }
  const { score } = opinion.check
  return {
    score: Math.max(1, score),
    verdict: `strength.${score as 0 | 1 | 2 | 3 | 4}`,
    reason: score < 3 ? reasonKey(opinion.check.reason) : null,
  }
}

type ReasonKey = Extract<TextKey, `strength.because.${string}`>
const REASONS = new Set(['common', 'name', 'year', 'repeat', 'sequence', 'keyboard', 'short'])
/** A reason this page does not know is left out; the word before it stands by itself. */
const reasonKey = (reason: string | null): ReasonKey | null =>
  reason !== null && REASONS.has(reason) ? (`strength.because.${reason}` as ReasonKey) : null
