import { RequestResult } from '../../components/outcome/request-result.js'
import { Waiting } from '../../components/ui/page-parts.js'
import { mistakeFrom } from '../../lib/failure.js'
import { startPath } from '../../lib/open-flow.js'
import { usePolling } from '../../lib/polling.js'
import type { QuestionProps } from './flow-page.js'

/** What becomes of what was sent: asked again and again until it is settled, then said. */
export function FlowResult({ open }: QuestionProps) {
  const { flow, calls } = open
  usePolling(flow.state === 'applying', (signal) => open.reload(signal))
  if (!flow.request) return <Waiting />
  const rerun = async (accounts: string[]) => {
    const answer = await calls.rerun(accounts)
    if (answer.ok) return open.accept(answer.value)
    if (open.leaveIfOver(answer)) return
    return [await mistakeFrom(answer)]
  }
  return <RequestResult request={flow.request} start={startPath(flow.kind)} signedIn={false} onRerun={rerun} />
}
