import type { AccountOutcome, RequestView } from '@contract/self-service.contract.js'
import { changedElsewhere } from '../../components/outcome/cause.js'
import { Icon, type IconName } from '../../components/ui/icon.js'
import { Link } from '../../lib/router.js'
import { useText } from '../../lib/text.js'

/** One account of one request: what was asked, how it stands, when and by whom. */
export function RequestRow({ request, outcome }: { readonly request: RequestView; readonly outcome: AccountOutcome }) {
  const { t, rich, times } = useText()
  const { icon, tone, words } = standOf(outcome)
  const why = outcome.state === 'failed' || outcome.state === 'refused' ? whyOf(outcome) : null
  const unlock = outcome.state === 'succeeded' ? 'requests.unlock' : 'requests.unlock.open'
  const title = request.kind === 'unlock' ? unlock : 'requests.password'
  const proof = proofOf(request.proof)
  return (
    <li className="req">
      <Link to={`/requests/${request.reference}`}><b>{rich(title, { account: outcome.directory })}</b></Link>
      <span className={`tag ${tone}`}><Icon name={icon} />{t(words)}</span>
      <span className="r-sub">
        {times.stamp(request.createdAt)} · {t(request.byYourself ? 'requests.by-you' : 'requests.by-desk')}
        {proof && request.byYourself && <>, {t(proof)}</>}
        {why && <> · {t(why)}</>} · <span className="nowrap">{request.reference}</span>
      </span>
    </li>
  )
}

function standOf({ state, mayHaveChanged }: AccountOutcome): { icon: IconName; tone: string; words: Stand } {
  if (mayHaveChanged) return { icon: 'quest', tone: 'warn', words: 'requests.maybe' }
  switch (state) {
    case 'succeeded':
      return { icon: 'check', tone: 'ok', words: 'requests.done' }
    case 'failed':
    case 'refused':
      return { icon: 'x', tone: 'bad', words: 'requests.not-done' }
    case 'unknown':
    case 'checking':
      return { icon: 'quest', tone: 'warn', words: 'requests.unknown' }
    default:
      return { icon: 'half', tone: 'info', words: 'requests.progress' }
  }
}
type Stand = 'requests.maybe' | 'requests.done' | 'requests.not-done' | 'requests.unknown' | 'requests.progress'

function proofOf(proof: string) {
  if (proof.startsWith('mail')) return 'requests.proof.mail'
  if (proof.startsWith('sms')) return 'requests.proof.sms'
  return proof === 'known-password' ? 'requests.proof.password' : null
}

function whyOf(outcome: AccountOutcome) {
  if (changedElsewhere(outcome)) return 'requests.why.elsewhere'
  switch (outcome.code) {
    case 'CONNECTOR_UNAVAILABLE':
    case 'DIRECTORY_THROTTLED':
      return 'requests.why.unavailable'
    case 'DIRECTORY_POLICY_REJECTED':
      return 'requests.why.refused'
    case 'ACCOUNT_DISABLED':
      return 'requests.why.disabled'
    case 'ACCOUNT_EXPIRED':
      return 'requests.why.expired'
    default:
      return null
  }
}
