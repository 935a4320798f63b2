// Front door. See README.md.
export { DirectoriesModule } from './directories.module.js'
export { DirectoriesAdminModule } from './directories-admin.module.js'
export { DirectoryCensus, type AccountCounts } from './domain/directory-census.js'
export { EventTaskSwitch } from './domain/event-task-switch.js'
export { Directories } from './domain/directories.js'
export { DirectoriesSettings } from './domain/directories-settings.js'
export { DirectoryConfiguration, type DirectoryInput } from './domain/directory-configuration.js'
export type { Directory } from './domain/directory.js'
export { runSelfTest, SELF_TEST_EXIT, type RunSelfTestOptions, type SelfTestEvent } from './jobs/run-self-test.js'
export {
  DIRECTORY_EXIT, runDirectoryAdd, runDirectoryList, type DirectoryEvent, type RunDirectoryAddOptions,
} from './jobs/run-directory-command.js'
export { runEventTasks, type RunEventTasksOptions } from './jobs/run-event-tasks.js'
export type { DirectoryHealth } from './domain/circuit-breaker.js'
export { LocalDirectoryAdmin, type LocalAccountFlags, type NewLocalAccount } from './local/local-directory-admin.js'
export { bindWouldLock } from './domain/bind-would-lock.js'
export { CODE_OF_REASON } from './domain/connector-failure.js'
export {
  CAPABILITIES, CONNECTOR_FACTORIES, CONNECTOR_REASONS, ConnectorError,
  type AccountRef, type AccountState, type CallContext, type Capability, type ConnectorFactory, type ConnectorReason,
  type DirectoryConnection, type DirectoryConnector, type LockoutRules, type SetPassword, type VerifyResult,
} from './domain/connector.js'
export type { HowKnown, PermissionReport, PermissionRow } from './domain/permission-report.js'
export { CursorExpired, EMPTY_PAGE, type AccountFeed, type FeedAccount, type FeedFields, type FeedPage, type FeedRequest } from './domain/account-feed.js'
export { EVENT_TASKS, type AccountOperation, type EventTask, type Workflow, type WorkflowStep } from './domain/event-task.js'
