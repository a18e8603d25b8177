export { auditEvent, type AuditEvent, type AuditInput, type EventSource, type UserIdentity } from './event.js'
export { HIDDEN, masked } from './mask.js'
