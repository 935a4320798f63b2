import type { Capability } from './connector.js'

/**
 * The event tasks by the customer's names: which operation of a directory a step of a workflow is. Seeded when a directory
 * is added; one that is switched off keeps the step from being offered and done there.
 */
export const EVENT_TASKS = [
  { workflow: 'service-request', step: 'verify', name: 'IGA Service request: Verify', operation: 'verify' },
  { workflow: 'service-request', step: 'add', name: 'IGA Service request: Add', operation: 'activate' },
  { workflow: 'service-request', step: 'remove', name: 'IGA Service request: Remove', operation: 'deactivate' },
  { workflow: 'admin-action', step: 'reset', name: 'IGA Admin Actions: Reset', operation: 'reset' },
  { workflow: 'admin-action', step: 'unlock', name: 'IGA Admin Actions: Unlock', operation: 'unlock' },
  { workflow: 'admin-action', step: 'activate', name: 'IGA Admin Actions: Activate', operation: 'activate' },
] as const satisfies readonly { workflow: string; step: string; name: string; operation: Capability }[]

export type WorkflowStep = (typeof EVENT_TASKS)[number]['step']
export type EventTask = {
  readonly workflow: (typeof EVENT_TASKS)[number]['workflow']
  readonly step: WorkflowStep
  readonly name: string
  readonly operation: Capability
  readonly enabled: boolean
}

/** As the customer calls the kinds. */
const CALLED: Readonly<Record<string, string>> = { ad: 'AD', openldap: 'OpenLDAP', entra: 'Azure' }

export const eventTasksOf = (kind: string): EventTask[] =>
  EVENT_TASKS.map((task) => ({ ...task, name: `${CALLED[kind] ?? 'Local'} ${task.name}`, enabled: true }))
