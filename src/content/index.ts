export { holdsSecret, redact, redactDeep, type Redacted } from './redact.ts'
