export { DirectoriesModule } from './directories.module.js'
export { Directories, type Directory } from './domain/directories.js'
export { CODE_OF_REASON } from './domain/connector-failure.js'
export {
  CAPABILITIES, CONNECTOR_REASONS, ConnectorError,
  type AccountRef, type AccountState, type CallContext, type Capability, type ConnectorFactory, type ConnectorReason,
  type DirectoryConnection, type DirectoryConnector, type LockoutRules, type SetPassword, type VerifyResult,
} from './domain/connector.js'
