export { type AuditLog, openAuditLog } from './log.ts'
export { readAudit } from './read.ts'
