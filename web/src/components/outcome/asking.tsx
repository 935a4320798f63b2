import type { AccountOutcome } from '@contract/self-service.contract.js'
import { Link } from '../../lib/router.js'
import { useText } from '../../lib/text.js'
import { Icon } from '../ui/icon.js'
import { Verdict } from '../ui/page-parts.js'
import { OutcomeSub } from './outcome-sub.js'
import type { ResultProps } from './request-result.js'

/** "Not known yet" is an outcome of its own, never dressed as failure or success. */
export function Asking({ request }: ResultProps) {
  const { t, rich, times } = useText()
  const unlock = request.kind === 'unlock'
  const until = request.outcomes.map((outcome) => outcome.keepsTryingUntil).find((time) => time !== null)
  const reference = <span className="nowrap">{request.reference}</span>
  const time = until && <span className="num">{times.at(until)}</span>
  return (
    <>
      <Verdict icon="quest" tone="warn">{t('outcome.unknown.title')}</Verdict>
      <p className="lead" role="status">{t(unlock ? 'outcome.unknown.lead.unlock' : 'outcome.unknown.lead')}</p>
      <ul className="outcomes">
        {request.outcomes.map((outcome) => <Line key={outcome.accountId} outcome={outcome} unlock={unlock} />)}
      </ul>
      <p>
        {!time
          ? rich('outcome.answer.open', { reference })
          : request.answerAt
            ? rich('outcome.answer', { target: <bdi className="nowrap">{request.answerAt}</bdi>, time, reference })
            : rich('outcome.answer.requests', { time, reference })}
      </p>
      <div className="btn-row"><Link className="btn" to="/requests">{t('outcome.requests')}</Link></div>
    </>
  )
}

function Line({ outcome, unlock }: { readonly outcome: AccountOutcome; readonly unlock: boolean }) {
  const { rich } = useText()
  const asking = outcome.state === 'checking'
  const done = outcome.state === 'succeeded'
  return (
    <li>
      <Icon name={asking ? 'quest' : done ? 'okc' : 'stop'} className={asking ? 'warn' : done ? 'ok' : 'bad'} />
      <span className="o-name"><bdi>{outcome.directory}</bdi></span>
      <span className="o-sub">
        {asking
          ? rich(unlock ? 'outcome.unknown.try.unlock' : 'outcome.unknown.try')
          : <OutcomeSub outcome={outcome} unlock={unlock} mixed />}
      </span>
    </li>
  )
}
