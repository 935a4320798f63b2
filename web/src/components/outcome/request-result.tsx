import type { RequestView } from '@contract/self-service.contract.js'
import { serverNow } from '../../lib/server-clock.js'
import type { Mistake } from '../../lib/submitting.js'
import { Asking } from './asking.js'
import { Running } from './running.js'
import { Settled } from './settled.js'
import { verdictOf } from './verdict-of.js'

export type ResultProps = {
  readonly request: RequestView
  /** Where one starts again. */
  readonly start: string
  readonly signedIn: boolean
  readonly onRerun: (accounts: string[]) => Promise<readonly Mistake[] | void>
}

/** The page of one request: it runs, it is asked about, or it is settled. The server's poll moves it on. */
export function RequestResult(props: ResultProps) {
  const verdict = verdictOf(props.request, serverNow())
  if (verdict === 'running') return <Running {...props} />
  if (verdict === 'asking') return <Asking {...props} />
  return <Settled key={verdict} verdict={verdict} {...props} />
}
