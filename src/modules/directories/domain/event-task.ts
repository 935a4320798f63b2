import type { Capability } from './connector.js'

/**
 * The event tasks by the customer's names (requirements §1.9): which operation of a directory a step of a workflow is. Seeded when
 * a directory is added. A step whose task is switched off, or whose row was removed, is not done there.
 */
export const EVENT_TASKS = [
  { workflow: 'service-request', step: 'verify', name: 'IGA Service request: Verify', operation: 'lookup' },
  { workflow: 'service-request', step: 'add', name: 'IGA Service request: Add', operation: 'watchChanges' },
  { workflow: 'service-request', step: 'remove', name: 'IGA Service request: Remove', operation: 'watchChanges' },
  { workflow: 'admin-action', step: 'reset', name: 'IGA Admin Actions: Reset', operation: 'reset' },
  { workflow: 'admin-action', step: 'unlock', name: 'IGA Admin Actions: Unlock', operation: 'unlock' },
  { workflow: 'admin-action', step: 'activate', name: 'IGA Admin Actions: Activate', operation: 'activate' },
] as const satisfies readonly { workflow: string; step: string; name: string; operation: Capability }[]

export type WorkflowStep = (typeof EVENT_TASKS)[number]['step']
export type Workflow = (typeof EVENT_TASKS)[number]['workflow']
export type EventTask = {
  readonly workflow: Workflow
  readonly step: WorkflowStep
  readonly name: string
  readonly operation: Capability
  readonly enabled: boolean
}

/** As the customer calls the kinds. */
const CALLED: Readonly<Record<string, string>> = { ad: 'AD', openldap: 'OpenLDAP', entra: 'Azure' }

export const eventTasksOf = (kind: string): EventTask[] =>
  EVENT_TASKS.map((task) => ({ ...task, name: nameOf(kind, task.step), enabled: true }))
export const nameOf = (kind: string, step: WorkflowStep): string =>
  `${CALLED[kind] ?? 'Local'} ${EVENT_TASKS.find((task) => task.step === step)!.name}`

/** What an operation on an account is, in steps. A deactivation is the other half of Activate (one line of §1.9). */
const STEP_OF: Readonly<Record<AccountOperation, WorkflowStep | null>> = {
  reset: 'reset', unlock: 'unlock', activate: 'activate', deactivate: 'activate',
  // with the present password it is the person's own: nothing is reset, and Verify alone stands before it
  change: null,
}
export type AccountOperation = 'reset' | 'change' | 'unlock' | 'activate' | 'deactivate'

/**
 * The steps that have to be bound for an operation. A service request looks at the live account before it writes: that look is
 * Verify, and since nothing is written without it, a directory without Verify takes no service request at all.
 */
export function stepsOf(operation: AccountOperation, workflow: Workflow): WorkflowStep[] {
  const step = STEP_OF[operation]
  return [...(workflow === 'service-request' ? ['verify' as const] : []), ...(step === null ? [] : [step])]
}

export const isBound = (tasks: readonly EventTask[], step: WorkflowStep): boolean =>
  tasks.some((task) => task.step === step && task.enabled)
