import type { ChallengeView } from '@contract/self-service.contract.js'
import { useText } from '../../lib/text.js'
import { useTimeUntil } from '../../lib/ticking.js'

type Props = { readonly challenge: ChallengeView; readonly busy: boolean; readonly onSend: () => void }

/**
 * Until a new code may be asked for: the time left, drawn each second and (role timer) not announced. Then a button. Whoever has
 * used up the tries of a code has had one.
 */
export function NoCode({ challenge, busy, onSend }: Props) {
  const { t, rich, times } = useText()
  const left = useTimeUntil(challenge.resendAt)
  const spent = challenge.triesLeft === 0
  if (!challenge.resendAt) return <p className="soft">{t(spent ? 'code.spent.over' : 'code.none.over')}</p>
  if (left > 0) {
    const countdown = <span className="num">{times.countdown(left)}</span>
    return (
      <p className="soft" role="timer">
        {rich(spent ? 'code.spent.wait' : 'code.none.wait', { left: countdown })}
      </p>
    )
  }
  const send = (
    <button className="btn-link" type="button" aria-disabled={busy || undefined} onClick={onSend}>{t('code.send')}</button>
  )
  return <p className="soft">{spent ? send : rich('code.none', { send })}</p>
}
