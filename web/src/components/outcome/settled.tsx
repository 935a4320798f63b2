import type { AccountOutcome, RequestView } from '@contract/self-service.contract.js'
import { Link } from '../../lib/router.js'
import { serverNow } from '../../lib/server-clock.js'
import { useSite } from '../../lib/site.js'
import { useSubmitting } from '../../lib/submitting.js'
import { useText, type Text } from '../../lib/text.js'
import { AccountNames } from '../account-choices.js'
import { Button } from '../ui/button.js'
import { DeskPhone } from '../ui/desk-phone.js'
import { ErrorSummary } from '../ui/error-summary.js'
import { Icon, type IconName } from '../ui/icon.js'
import { Verdict } from '../ui/page-parts.js'
import { changedElsewhere, isClosed, isUnreached } from './cause.js'
import { OutcomeSub } from './outcome-sub.js'
import type { ResultProps } from './request-result.js'
import type { RequestVerdict } from './verdict-of.js'

type Props = ResultProps & { readonly verdict: Exclude<RequestVerdict, 'running' | 'asking'> }
const HOUR_MS = 3_600_000
const LOOKS: Record<Props['verdict'], readonly [IconName, 'ok' | 'warn' | 'bad']> = {
  succeeded: ['okc', 'ok'], partly: ['alert', 'warn'], maybe: ['quest', 'warn'], failed: ['stop', 'bad'],
}

/** What happened, what is still the case (which password works, where), what to do next. */
export function Settled({ verdict, request, start, signedIn, onRerun }: Props) {
  const text = useText()
  const { t, rich } = text
  const form = useSubmitting()
  const unlock = request.kind === 'unlock'
  const again = request.outcomes.filter((outcome) => outcome.mayTryAgain && !changedElsewhere(outcome))
  const advice = verdict === 'succeeded' || again.length > 0 ? null : adviceFor(verdict, request.outcomes)
  const startsAgain = advice === 'again' || advice === 'elsewhere' || advice === 'maybe'
  // What to do with a new password is news for an hour, and noise in a request of last month.
  const fresh = serverNow() - Date.parse(request.createdAt) < HOUR_MS
  const [icon, tone] = LOOKS[verdict]
  const rerun = () => form.send(() => onRerun(again.map((outcome) => outcome.accountId)))
  return (
    <>
      {form.mistakes.length > 0 && <ErrorSummary mistakes={form.mistakes} attempt={form.attempt} />}
      <Verdict icon={icon} tone={tone}>{titleOf(verdict, request, text)}</Verdict>
      <p className="lead">{leadOf(verdict, request, signedIn, text)}</p>
      <ul className="outcomes">
        {request.outcomes.map((outcome) => (
          <li key={outcome.accountId}>
            {outcome.state === 'succeeded'
              ? <Icon name="okc" className="ok" />
              : <Icon name={outcome.mayHaveChanged ? 'quest' : 'stop'} className={outcome.mayHaveChanged ? 'warn' : 'bad'} />}
            <span className="o-name"><bdi>{outcome.directory}</bdi></span>
            <span className="o-sub"><OutcomeSub outcome={outcome} unlock={unlock} mixed={verdict === 'partly'} /></span>
          </li>
        ))}
      </ul>
      {verdict === 'succeeded' && !unlock && fresh && <AfterChange />}
      {advice && <AfterFailure advice={advice} request={request} />}
      <div className="btn-row">
        {again.length > 0 && (
          <Button busy={form.busy} working={t('outcome.retrying')} onPress={() => void rerun()}>
            {rich('outcome.retry', { accounts: <AccountNames accounts={again} strong={false} /> })}
          </Button>
        )}
        {(verdict === 'succeeded' || advice === 'elsewhere') && !signedIn && <GoToSignIn />}
        {startsAgain && (
          <Link className={advice === 'again' ? 'btn btn-primary' : 'btn'} to={start}>{t('outcome.start-again')}</Link>
        )}
        {signedIn || verdict === 'partly' || verdict === 'maybe'
          ? <Link className="btn" to="/requests">{t('outcome.requests')}</Link>
          : verdict === 'failed' && !startsAgain && <Link className="btn" to={start}>{t('to-start')}</Link>}
      </div>
      {!advice && <p className="soft"><LastWord verdict={verdict} request={request} /></p>}
    </>
  )
}

function titleOf(verdict: Props['verdict'], request: RequestView, { t }: Text): string {
  const { outcomes } = request
  if (request.kind === 'unlock') {
    if (verdict === 'succeeded') return t(outcomes.length > 1 ? 'outcome.unlocked.title.many' : 'outcome.unlocked.title')
    if (verdict === 'maybe') return t('outcome.maybe.title')
    return t(verdict === 'partly' ? 'outcome.unlock-partly.title' : 'outcome.unlock-failed.title')
  }
  if (verdict === 'succeeded') return t('outcome.success.title')
  if (verdict === 'maybe') return t('outcome.maybe.title')
  if (verdict === 'failed') return t('outcome.failed.title')
  const done = outcomes.filter((outcome) => outcome.state === 'succeeded').length
  return outcomes.length === 2 ? t('outcome.partly.title') : t('outcome.partly.title.many', { done, all: outcomes.length })
}

function leadOf(verdict: Props['verdict'], request: RequestView, signedIn: boolean, { t }: Text): string {
  if (verdict === 'maybe') return t('outcome.maybe.lead')
  if (request.kind === 'unlock') {
    if (verdict === 'succeeded') return t('outcome.unlocked.lead')
    return t(verdict === 'partly' ? 'outcome.unlock-partly.lead' : 'outcome.unlock-failed.lead')
  }
  if (verdict === 'succeeded') return t(signedIn ? 'outcome.success.lead.change' : 'outcome.success.lead')
  return t(verdict === 'partly' ? 'outcome.partly.lead' : failedLeadOf(request.outcomes))
}

/** "Your old password still works" is said only where it does. */
function failedLeadOf(outcomes: readonly AccountOutcome[]) {
  if (outcomes.some(changedElsewhere)) return 'outcome.failed.lead.elsewhere'
  if (!outcomes.some(isClosed)) return 'outcome.failed.lead'
  if (!outcomes.every(isClosed)) return 'outcome.failed.lead.mixed'
  return outcomes.every(({ code }) => code === 'ACCOUNT_EXPIRED') ? 'outcome.failed.lead.expired' : 'outcome.failed.lead.disabled'
}

function AfterChange() {
  const { t } = useText()
  return (
    <>
      <h2>{t('outcome.next')}</h2>
      <ol className="numbered"><li>{t('outcome.next.sign-in')}</li><li>{t('outcome.next.phone')}</li></ol>
    </>
  )
}

function AfterFailure({ advice, request }: Pick<Props, 'request'> & { readonly advice: Advice }) {
  const { t, rich } = useText()
  return (
    <>
      <h2>{t('outcome.next')}</h2>
      <p>{rich(`outcome.next.${advice}`, { phone: <DeskPhone />, reference: <b className="nowrap">{request.reference}</b> })}</p>
    </>
  )
}

type Advice = 'maybe' | 'elsewhere' | 'again' | 'later' | 'desk'
/** Finding out helps, another password helps, waiting helps, or only the desk does. */
function adviceFor(verdict: Props['verdict'], outcomes: readonly AccountOutcome[]): Advice {
  const codes = outcomes.map(({ code }) => code)
  if (verdict === 'maybe' || outcomes.some((outcome) => outcome.mayHaveChanged)) return 'maybe'
  if (outcomes.some(changedElsewhere)) return 'elsewhere'
  if (codes.includes('DIRECTORY_POLICY_REJECTED')) return 'again'
  return outcomes.some(isUnreached) || codes.includes('SECRET_EXPIRED') ? 'later' : 'desk'
}

function GoToSignIn() {
  const { t } = useText()
  const url = useSite()?.signInUrl
  if (!url) return null
  return url.startsWith('/')
    ? <Link className="btn btn-primary" to={url}>{t('outcome.sign-in')}</Link>
    : <a className="btn btn-primary" href={url}>{t('outcome.sign-in')}</a>
}

function LastWord({ verdict, request }: Pick<Props, 'verdict' | 'request'>) {
  const { rich, times } = useText()
  const reference = <span className="nowrap">{request.reference}</span>
  const mayTryAgain = request.outcomes.some((outcome) => outcome.mayTryAgain)
  if (mayTryAgain && request.secretKeptUntil) {
    return rich('outcome.kept', { time: <span className="num">{times.at(request.secretKeptUntil)}</span>, reference })
  }
  if (verdict === 'succeeded' && request.answerAt) {
    return rich('outcome.told', { target: <bdi className="nowrap">{request.answerAt}</bdi>, reference })
  }
  return rich('outcome.request', { reference })
}
