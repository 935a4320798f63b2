import type { ChallengeView } from '@contract/self-service.contract.js'
import { useText } from '../../lib/text.js'
import { useTimeUntil } from '../../lib/ticking.js'

type Props = { readonly challenge: ChallengeView; readonly busy: boolean; readonly onSend: () => void }

/** Until a new code may be asked for: the time left, drawn each second and (role timer) not announced. Then a button. */
export function NoCode({ challenge, busy, onSend }: Props) {
  const { t, rich, times } = useText()
  const left = useTimeUntil(challenge.resendAt)
  if (!challenge.resendAt) return <p className="soft">{t('code.none.over')}</p>
  if (left > 0) {
    const countdown = <span className="num">{times.countdown(left)}</span>
    return <p className="soft" role="timer">{rich('code.none.wait', { left: countdown })}</p>
  }
  const send = (
    <button className="btn-link" type="button" aria-disabled={busy || undefined} onClick={onSend}>{t('code.send')}</button>
  )
  return <p className="soft">{rich('code.none', { send })}</p>
}
