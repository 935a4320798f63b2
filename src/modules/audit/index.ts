export { AuditLog, type AuditEntry, type AuditOutcome, type AuditChannel } from './domain/audit-log.js'
