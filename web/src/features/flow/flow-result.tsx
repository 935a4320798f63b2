import { RequestResult } from '../../components/outcome/request-result.js'
import { Waiting } from '../../components/ui/page-parts.js'
import { failureText } from '../../lib/failure.js'
import { startPath } from '../../lib/open-flow.js'
import { usePolling } from '../../lib/polling.js'
import { useText } from '../../lib/text.js'
import type { QuestionProps } from './flow-page.js'

/** What becomes of what was sent: asked again and again until it is settled, then said. */
export function FlowResult({ open }: QuestionProps) {
  const text = useText()
  const { flow, calls } = open
  usePolling(flow.state === 'applying', (signal) => open.reload(signal))
  if (!flow.request) return <Waiting />
  const rerun = async (accounts: string[]) => {
    const answer = await calls.rerun(accounts)
    if (answer.ok) return open.accept(answer.value)
    if (open.leaveIfOver(answer)) return
    return [{ text: await failureText(answer, text) }]
  }
  return <RequestResult request={flow.request} start={startPath(flow.kind)} signedIn={false} onRerun={rerun} />
}
