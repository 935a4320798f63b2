import { z } from 'zod'

/** Directories as an operator sees them. No settings, and never a secret. */
const Time = z.iso.datetime()

export const DirectoryStanding = z.object({
  state: z.enum(['up', 'down', 'trying', 'off', 'not-opened'])
    .describe('off: by an administrator; not-opened: its settings keep it from being opened; trying: one caller finds out whether it is back'),
  since: Time.nullable().describe('Of the present state, as this process sees it; of an outage when its first failure came'),
  lastFailure: z.string().nullable().describe('In the words of the directory'),
})
export type DirectoryStanding = z.infer<typeof DirectoryStanding>

export const DirectoryCounts = z.object({
  accounts: z.number().int().describe('On record and there'),
  unmatched: z.number().int().describe('Of them given to nobody'),
  gone: z.number().int().describe('On record and not there any more'),
  eventTasks: z.number().int(),
  eventTasksOff: z.number().int().describe('Of them switched off'),
})
export type DirectoryCounts = z.infer<typeof DirectoryCounts>

export const DirectoryOverview = z.object({
  id: z.uuid(),
  kind: z.string(),
  name: z.string(),
  description: z.string(),
  enabled: z.boolean(),
  signIn: z.boolean().describe('People sign in to self-service with its password'),
  capabilities: z.array(z.string()).describe('What it can do; empty while it is not opened'),
  health: DirectoryStanding,
  counts: DirectoryCounts,
})
export type DirectoryOverview = z.infer<typeof DirectoryOverview>
export const DirectoryList = z.object({ directories: z.array(DirectoryOverview) })
export type DirectoryList = z.infer<typeof DirectoryList>

export const PermissionRowView = z.object({
  operation: z.string().describe('What stops working without it; boundary: what must be refused'),
  right: z.string().describe('In the directory’s own words and place'),
  ok: z.boolean().describe('False too when it is not proved'),
  howKnown: z.enum(['tried', 'read', 'not-proved']),
  found: z.string().describe('What the directory answered'),
  remedy: z.string().nullable().describe('The exact command, ACL line or setting that puts it right; null when it is right'),
})
export const PermissionReportView = z.object({
  directoryId: z.uuid(),
  directory: z.string(),
  server: z.string(),
  identity: z.string(),
  ok: z.boolean().describe('Every right is there and proved, and none too many'),
  missing: z.number().int(),
  notProved: z.number().int(),
  rows: z.array(PermissionRowView),
})
export type PermissionReportView = z.infer<typeof PermissionReportView>

export const EventTaskView = z.object({
  workflow: z.enum(['service-request', 'admin-action']),
  step: z.enum(['verify', 'add', 'remove', 'reset', 'unlock', 'activate']),
  name: z.string(),
  operation: z.string().describe('The operation of the connector that the step is'),
  enabled: z.boolean(),
  supported: z.boolean().describe('The directory can do it'),
})
export const EventTaskList = z.object({ eventTasks: z.array(EventTaskView) })
export type EventTaskList = z.infer<typeof EventTaskList>
export const SwitchEventTask = z.object({ enabled: z.boolean() }).strict()
