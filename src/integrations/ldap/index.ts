// Front door. See README.md.
export { LdapServers, type LdapConnectionOperations, type LdapLease, type LdapServersOptions } from './ldap-servers.js'
export type { LdapChange, LdapSearch, PasswordModify } from './ldap-connection.js'
export { LdapEntry } from './ldap-entry.js'
export { LdapFailure, type LdapFailureKind } from './ldap-failure.js'
export { parseLdapUrl } from './ldap-url.js'
export type { LdapTls } from './secure-socket.js'
export { Serialiser } from './serialise.js'
export { all, anyOf, atLeast, atMost, contains, equal, not, parseFilter, present, startsWith, type LdapFilter } from './filters.js'
export {
  ASSERTION_FAILED, AssertionControl, DirSyncControl, POLICY_HINTS, POLICY_HINTS_DEPRECATED, PolicyHintsControl, ShowDeletedControl,
} from './controls.js'
export { ResponseControl } from './response-control.js'
export { SecurityDescriptorControl } from './security-descriptor-control.js'
export { PpolicyControl, type PpolicyAnswer, type PpolicyError } from './ppolicy-control.js'
