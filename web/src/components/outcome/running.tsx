import type { AccountOutcome } from '@contract/self-service.contract.js'
import { useEffect, useRef } from 'react'
import { announce } from '../../lib/announce.js'
import { Link } from '../../lib/router.js'
import { serverNow } from '../../lib/server-clock.js'
import { useText, type Text } from '../../lib/text.js'
import { useTimeUntil } from '../../lib/ticking.js'
import { AccountNames } from '../account-choices.js'
import { Icon } from '../ui/icon.js'
import { Title } from '../ui/page-parts.js'
import { isOpen } from './verdict-of.js'
import type { ResultProps } from './request-result.js'

const SLOW_AFTER_MS = 15_000

/** Writing, account by account. After 15 s it is said that the page may be closed, and where the answer will be. */
export function Running({ request }: ResultProps) {
  const text = useText()
  const { t, rich, times } = text
  const slow = useTimeUntil(new Date(Date.parse(request.createdAt) + SLOW_AFTER_MS).toISOString()) === 0
  const kind = request.kind === 'unlock' ? 'unlock' : 'password'
  const open = request.outcomes.filter(isOpen)
  useAnnouncedSteps(request.outcomes, text)

  const names = <AccountNames accounts={open} strong={false} />
  const until = latest(open.map((outcome) => outcome.keepsTryingUntil))
  const many = open.length > 1 ? '.many' : ''
  const requests = <Link to="/requests">{t('requests.title')}</Link>
  const title = slow ? t('progress.slow.title') : t(`progress.title.${kind}`)
  return (
    <>
      <Title key={title}>{title}</Title>
      <p className="lead" role="status">
        {!slow
          ? t('progress.lead')
          : until && Date.parse(until) > serverNow()
            ? rich(`progress.slow.lead${many}`, { accounts: names, time: <span className="num">{times.at(until)}</span> })
            : rich(`progress.slow.lead.open${many}`, { accounts: names })}
      </p>
      <ul className="outcomes">
        {request.outcomes.map((outcome) => (
          <li key={outcome.accountId}>
            {isOpen(outcome)
              ? <span className="spin" aria-hidden="true" />
              : <EndMark outcome={outcome} />}
            <span className="o-name"><bdi>{outcome.directory}</bdi></span>
            <span className="o-sub">{stepText(outcome, kind, slow, text)}</span>
          </li>
        ))}
      </ul>
      {slow && (
        <p>
          {request.answerAt
            ? rich('progress.slow.close', { requests, target: <bdi className="nowrap">{request.answerAt}</bdi> })
            : rich('progress.slow.close.requests', { requests })}
        </p>
      )}
    </>
  )
}

function EndMark({ outcome }: { readonly outcome: AccountOutcome }) {
  return outcome.state === 'succeeded' ? <Icon name="okc" className="ok" /> : <Icon name="stop" className="bad" />
}

function stepText({ state }: AccountOutcome, kind: 'password' | 'unlock', slow: boolean, { t }: Text): string {
  switch (state) {
    case 'waiting':
      return t('progress.waiting')
    case 'writing':
      return slow ? t(`progress.retrying.slow.${kind}`) : t(`progress.writing.${kind}`)
    case 'retrying':
      return slow ? t(`progress.retrying.slow.${kind}`) : t('progress.retrying')
    case 'checking':
      return t('progress.checking')
    case 'succeeded':
      return slow ? t(`progress.done.slow.${kind}`) : t('progress.done')
    default:
      return t('progress.not-done')
  }
}

/** Drawing progress is not enough: each account that gets an end is said, once. */
function useAnnouncedSteps(outcomes: readonly AccountOutcome[], { t }: Text): void {
  const said = useRef(new Set<string>())
  useEffect(() => {
    const fresh = outcomes.filter((outcome) => !isOpen(outcome) && !said.current.has(outcome.accountId))
    fresh.forEach((outcome) => said.current.add(outcome.accountId))
    if (fresh.length === 0) return
    const end = (outcome: AccountOutcome) => t(outcome.state === 'succeeded' ? 'progress.done' : 'progress.not-done')
    announce(fresh.map((outcome) => `${outcome.directory}: ${end(outcome)}`).join('. '))
  })
}

/** All are UTC in one format, so they sort as text. */
const latest = (times: readonly (string | null)[]): string | null => [...times].sort().findLast((time) => time !== null) ?? null

