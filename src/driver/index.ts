export {
  Driver,
  type DriverParts,
  type Exchange,
  type Input,
  type LifeStage,
  type NodeEvent,
  type NodeStatus,
  type Request,
  TICK_MS,
} from './driver.ts'
export type { Answer, Fix, ItemView, NewItem, ResolveInput, Shared } from './exchange.ts'
export type { ErrorReport } from '../resolve/index.ts'
export type { Member } from '../membership/index.ts'
export type { TransportReport } from '../swarm/index.ts'
export type { SettingView } from './governor.ts'
export type { LeaderView } from './leader-view.ts'
export { BEAT_MS, Pace } from './pace.ts'
