export { Coordinator, type CoordinatorParts } from './coordinator.ts'
export type { Recovered } from './recovery.ts'
export type { CoordinationEffect } from './effects.ts'
export { nodeOfMember } from './lineage.ts'
export {
  Answered,
  Ask,
  type CoordinationMessage,
  Fetch,
  Fetched,
  HandOver,
  Join,
  Joined,
  Presence,
  RaftFrame,
  type Reply,
} from './messages.ts'
export type { Seat } from './seat.ts'
export { checkSetting, checkSettingKey } from './settings.ts'
export { versionOf } from './state.ts'
