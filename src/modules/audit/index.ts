export { AuditModule } from './audit.module.js'
export { AuditLog, type AuditEntry, type AuditOutcome, type AuditChannel } from './domain/audit-log.js'
export {
  AuditReader, type AuditPageRequest, type AuditRecord, type AuditRecordPage, type EntryFilter, type OpenedPersonal,
} from './domain/audit-reader.js'
export { onBehalfOf, onCommandLine, type OnBehalf } from './domain/on-behalf.js'
export type { RecordedChange } from './persistence/entry.store.js'
export { AuditHealth, type AuditGauges } from './domain/audit-health.js'
export { PersonKeys } from './domain/person-keys.js'
export { TrailKeeper } from './jobs/trail-keeper.js'
export { AuditSettings } from './domain/audit-settings.js'
export { verifyAudit, type VerifyAuditOptions } from './domain/verify-audit.js'
export type { AuditVerification, Finding, FindingKind } from './domain/verification-findings.js'
export { runVerifyAudit, VERIFY_EXIT, type RunVerifyAuditOptions } from './jobs/run-verify-audit.js'
