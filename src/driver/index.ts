export { Driver, type DriverParts, type LifeStage, type NodeEvent, type NodeStatus, TICK_MS } from './driver.ts'
export type { Answer, ErrorReport, Fix, ItemView, NewItem, ResolveInput, Shared } from './exchange.ts'
export type { Exchange, Request } from './requests.ts'
