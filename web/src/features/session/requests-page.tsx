import type { RequestView } from '@contract/self-service.contract.js'
import { useCallback, useEffect, useState } from 'react'
import { Banner } from '../../components/ui/banner.js'
import { Button } from '../../components/ui/button.js'
import { Icon } from '../../components/ui/icon.js'
import { Title, Waiting } from '../../components/ui/page-parts.js'
import { Unavailable } from '../../components/ui/unavailable.js'
import { usePolling } from '../../lib/polling.js'
import { Link } from '../../lib/router.js'
import { sessionCalls } from '../../lib/self-service.js'
import { useSite } from '../../lib/site.js'
import { useText } from '../../lib/text.js'
import { RequestRow } from './request-row.js'
import { useSignedIn, type SignedIn } from './use-signed-in.js'

const SKELETON_AFTER_MS = 200
const POLL_MS = 1_000

export default function RequestsPage() {
  const signedIn = useSignedIn('/requests')
  const { t } = useText()
  if (!signedIn.session) return signedIn.unreachable ? <Unavailable retry={signedIn.reload} /> : <Waiting />
  return (
    <>
      <Title>{t('requests.title')}</Title>
      <p className="lead">{t('requests.lead')}</p>
      <RequestList signedIn={signedIn} />
    </>
  )
}

type Reading = { readonly signal?: AbortSignal; readonly quiet?: boolean }
type List = { readonly requests: readonly RequestView[]; readonly next: string | null }

function RequestList({ signedIn }: { readonly signedIn: SignedIn }) {
  const { t } = useText()
  const [list, setList] = useState<List | null>(null)
  const [failed, setFailed] = useState(false)
  const [busy, setBusy] = useState(false)
  const services = useSite()?.services
  const { leaveIfSignedOut } = signedIn

  const read = useCallback(async (cursor: string | null, { signal, quiet = false }: Reading = {}) => {
    const answer = await sessionCalls.listRequests(cursor, signal)
    if (!answer.ok) {
      // A renewal that fails takes nothing away from what is shown.
      if (!leaveIfSignedOut(answer) && !quiet) setFailed(true)
      return
    }
    const { requests, next } = answer.value
    setFailed(false)
    setList((before) => {
      if (!before) return { requests, next }
      const fresh = new Map(requests.map((request) => [request.reference, request]))
      const known = new Set(before.requests.map((request) => request.reference))
      if (cursor) return { requests: [...before.requests, ...requests.filter((request) => !known.has(request.reference))], next }
      // The newest page again: what stands there is renewed, what was read further down stays.
      return {
        requests: [
          ...requests.filter((request) => !known.has(request.reference)),
          ...before.requests.map((old) => fresh.get(old.reference) ?? old),
        ],
        next: before.next,
      }
    })
  }, [leaveIfSignedOut])

  useEffect(() => {
    const stale = new AbortController()
    read(null, { signal: stale.signal }).catch(() => undefined)
    return () => stale.abort()
  }, [read])
  const moving = !failed && (list?.requests.some((request) => request.state === 'applying') ?? false)
  usePolling(moving, (signal) => read(null, { signal, quiet: true }), POLL_MS)

  const press = async (cursor: string | null) => {
    if (busy) return
    setBusy(true)
    await read(cursor)
    setBusy(false)
  }
  if (failed) {
    return (
      <Banner kind="bad" icon="alert" role="alert" title={t('requests.error')}>
        <p>{t('requests.error.text')}</p>
        <Button kind="secondary" busy={busy} working={t('loading')} onPress={() => void press(list?.next ?? null)}>
          {t('try-again')}
        </Button>
      </Banner>
    )
  }
  if (!list) return <Skeleton />
  if (list.requests.length === 0) return <Empty />
  return (
    <>
      <ul className="panel">
        {list.requests.flatMap((request) => request.outcomes.map((outcome) => (
          <RequestRow key={`${request.reference} ${outcome.accountId}`} request={request} outcome={outcome} />
        )))}
      </ul>
      {list.next && (
        <div className="btn-row">
          <Button kind="secondary" busy={busy} working={t('loading')} onPress={() => void press(list.next)}>
            {t('requests.more')}
          </Button>
        </div>
      )}
      {services?.change && <p><Link to="/change">{t('change.again')}</Link></p>}
    </>
  )
}

/** Rows in grey, and only if the answer takes long enough to be noticed. */
function Skeleton() {
  const { t } = useText()
  const [shown, setShown] = useState(false)
  useEffect(() => {
    const timer = setTimeout(() => setShown(true), SKELETON_AFTER_MS)
    return () => clearTimeout(timer)
  }, [])
  if (!shown) return null
  return (
    <>
      <div role="status"><span className="vh">{t('requests.loading')}</span></div>
      <div className="panel" aria-hidden="true">
        <div className="req"><span className="sk w1" /><span className="sk w2" /></div>
        <div className="req"><span className="sk w2" /><span className="sk w3" /></div>
        <div className="req"><span className="sk w1" /><span className="sk w2" /></div>
      </div>
    </>
  )
}

function Empty() {
  const { t } = useText()
  return (
    <div className="empty panel">
      <Icon name="inbox" />
      <h2>{t('requests.empty')}</h2>
      <p>{t('requests.empty.text')}</p>
      <Link className="btn" to="/change">{t('change.again')}</Link>
    </div>
  )
}
