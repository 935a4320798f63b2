import type { AccountOutcome, RequestView } from '@contract/self-service.contract.js'

/** What a whole request came to, in the order in which it matters to the person. */
export type RequestVerdict = 'running' | 'asking' | 'succeeded' | 'partly' | 'maybe' | 'failed'

/** A broken connection is answered within seconds as a rule; only then it is worth a page of its own. */
const ASKING_AFTER_MS = 15_000

export function verdictOf(request: RequestView, now: number): RequestVerdict {
  const states = request.outcomes.map((outcome) => outcome.state)
  if (request.state === 'applying') {
    const writing = states.some((state) => state === 'waiting' || state === 'writing' || state === 'retrying')
    const asking = !writing && states.includes('checking')
    return asking && now - Date.parse(request.createdAt) > ASKING_AFTER_MS ? 'asking' : 'running'
  }
  const done = states.filter((state) => state === 'succeeded').length
  if (done > 0 && done === states.length) return 'succeeded'
  if (done > 0) return 'partly'
  return request.outcomes.some((outcome) => outcome.mayHaveChanged) ? 'maybe' : 'failed'
}

export const isOpen = ({ state }: AccountOutcome): boolean =>
  state === 'waiting' || state === 'writing' || state === 'retrying' || state === 'checking'
