import type { ImportRunView } from '../../../../contract/import.contract.js'
import type { ImportRequestRow } from '../persistence/import-request.store.js'
import type { ImportRun } from '../persistence/import-run.store.js'

type Code = ImportRunView['errorCode']

/** A run as an operator sees it, under way or ended. */
export function viewOfRun(run: ImportRun, request: ImportRequestRow | null): ImportRunView {
  const { startedAt, progressAt, finishedAt, errorCode, ...same } = run
  return {
    ...same,
    requestedAt: request?.requestedAt.toISOString() ?? null,
    startedAt: startedAt.toISOString(),
    progressAt: progressAt.toISOString(),
    finishedAt: finishedAt?.toISOString() ?? null,
    share: shareOf(run),
    switchedOff: [...run.switchedOff],
    errorCode: errorCode as Code,
  }
}

/** One that has not begun, or never will. */
export function viewOfRequest(request: ImportRequestRow): ImportRunView {
  const { id, directoryId, kind, dryRun, requestedBy, requestedAt, state, errorCode, diagnostic } = request
  return {
    id, directoryId, kind, dryRun, startedBy: requestedBy, requestedAt: requestedAt.toISOString(),
    startedAt: null, progressAt: null, finishedAt: null,
    // answered, and its run not there: whoever restored half of a database sees it so
    state: state === 'done' ? 'interrupted' : state,
    read: 0, added: 0, changed: 0, unchanged: 0, unmatched: 0, kept: 0, gone: 0, known: 0, share: null, switchedOff: [],
    errorCode: errorCode as Code, diagnostic,
  }
}

/** Nobody knows how many a directory has before it is read: what was on record is the best guess, and never more than all. */
function shareOf({ state, kind, read, known }: ImportRun): number | null {
  if (state === 'completed' || state === 'needs-confirmation') return 1
  return kind === 'full' && known > 0 ? Math.min(1, Math.round((read / known) * 100) / 100) : null
}
