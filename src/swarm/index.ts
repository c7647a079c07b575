/** The door of the room without libp2p: cheap to import. The real transport is behind `libp2p/index.ts`. */
export { createIdentity } from './identity.ts'
export { parseJoin, type JoinAddress } from './join.ts'
export { createMemoryHub, type MemoryHub } from './memory.ts'
export {
  decodeNodeKey,
  encodeNodeKey,
  generateNodeKey,
  keyOfSeed,
  loadOrCreateIdentity,
  type NodeKey,
} from './node-key.ts'
export type { Gate } from './gate.ts'
export { decodeGroupKey, encodeGroupKey, type GroupKey, groupKeyOf, swarmTag } from './secrets.ts'
export { encodeToken, type JoinToken, parseToken } from './token.ts'
export { systemTimers, type Timers } from './timers.ts'
export type {
  DiscoveryReport,
  Lane,
  PeerReport,
  Stranger,
  Transport,
  TransportEvents,
  TransportReport,
} from './transport.ts'
export { decode, type Decoded, encode, laneOf, type Message } from './wire.ts'
