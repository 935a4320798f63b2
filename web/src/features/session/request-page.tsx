import type { RequestView } from '@contract/self-service.contract.js'
import { useCallback, useEffect, useState } from 'react'
import { RequestResult } from '../../components/outcome/request-result.js'
import { Back, Title, Waiting } from '../../components/ui/page-parts.js'
import { Unavailable } from '../../components/ui/unavailable.js'
import { mistakeFrom } from '../../lib/failure.js'
import { usePolling } from '../../lib/polling.js'
import { sessionCalls } from '../../lib/self-service.js'
import { useText } from '../../lib/text.js'
import { useSignedIn } from './use-signed-in.js'

/** One request: its progress right after a change, its outcome ever after. */
export default function RequestPage({ reference }: { readonly reference: string }) {
  const text = useText()
  const { session, unreachable, reload, leaveIfSignedOut } = useSignedIn(`/requests/${reference}`)
  const [request, setRequest] = useState<RequestView | 'missing' | 'unreachable' | null>(null)
  const known = session !== null

  const read = useCallback(async (signal?: AbortSignal) => {
    const answer = await sessionCalls.readRequest(reference, signal)
    if (answer.ok) setRequest(answer.value)
    else if (!leaveIfSignedOut(answer)) {
      const failure = answer.problem.code === 'NOT_FOUND' ? 'missing' : 'unreachable'
      // A poll that fails once hides nothing of what is known already.
      setRequest((before) => (typeof before === 'object' && before !== null ? before : failure))
    }
  }, [reference, leaveIfSignedOut])
  useEffect(() => {
    if (known) void read()
  }, [known, read])
  usePolling(typeof request === 'object' && request?.state === 'applying', read)

  if (unreachable) return <Unavailable retry={reload} />
  if (request === 'unreachable') return <Unavailable retry={read} />
  if (request === 'missing') return <><Back to="/requests" /><Title>{text.t('requests.missing')}</Title></>
  if (!request) return <Waiting />
  const rerun = async (accounts: string[]) => {
    const answer = await sessionCalls.rerun(reference, accounts)
    if (answer.ok) return setRequest(answer.value)
    if (leaveIfSignedOut(answer)) return
    return [await mistakeFrom(answer)]
  }
  return (
    <>
      {request.state !== 'applying' && <Back to="/requests" />}
      <RequestResult request={request} start={request.kind === 'unlock' ? '/unlock' : '/change'} signedIn onRerun={rerun} />
    </>
  )
}
