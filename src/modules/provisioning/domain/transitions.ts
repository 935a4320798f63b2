export const TASK_STATES = ['queued', 'running', 'retrying', 'checking', 'succeeded', 'refused', 'failed'] as const
/** The diagram is in README.md; the truth is the table below. */
export type TaskState = (typeof TASK_STATES)[number]
export const OPEN_TASK_STATES = ['queued', 'running', 'retrying', 'checking'] as const satisfies readonly TaskState[]

type Transition = { readonly from: readonly TaskState[]; readonly to: TaskState }

/**
 * Every way a task may move. Each statement that sets a state takes `from` and `to` from here and is guarded by them, so
 * a move that is not listed changes no row.
 */
export const TRANSITIONS = {
  /** A worker took it. */
  claim: { from: ['queued', 'retrying'], to: 'running' },
  /** Its worker vanished after the intent, or the reply was lost: the write may have been applied. */
  suspect: { from: ['running'], to: 'checking' },
  /** Certainly not applied, worth another try. */
  defer: { from: ['running'], to: 'retrying' },
  /** Proved on the same server: it was not applied. */
  disprove: { from: ['checking'], to: 'queued' },
  succeed: { from: ['running', 'checking'], to: 'succeeded' },
  /** The directory's, or a gate's, final no. */
  refuse: { from: ['running', 'checking'], to: 'refused' },
  /** A dead letter. */
  fail: { from: ['running', 'checking'], to: 'failed' },
  rerun: { from: ['failed'], to: 'queued' },
  /** The database was restored from a backup: what was open then may have been carried out since. */
  void: { from: OPEN_TASK_STATES, to: 'failed' },
} as const satisfies Record<string, Transition>
export type TransitionName = keyof typeof TRANSITIONS
