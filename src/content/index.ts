export { riskOf } from './risk/command.ts'
export { destructiveIn } from './risk/prose.ts'
export { type Risk, worse } from './risk/risk.ts'
export { holdsSecret, redact, redactDeep, type Redacted } from './redact.ts'
