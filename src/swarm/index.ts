/** The door of the room without libp2p: cheap to import. The real transport is behind `libp2p/index.ts`. */
export { createIdentity } from './identity.ts'
export { parseJoin, type JoinAddress } from './join.ts'
export { createMemoryHub, type MemoryHub } from './memory.ts'
export { decodeNodeKey, encodeNodeKey, generateNodeKey, loadOrCreateIdentity, type NodeKey } from './node-key.ts'
export {
  encodeToken,
  generateSwarmKey,
  loadOrCreateSwarmKey,
  openSwarmKey,
  parseToken,
  type SwarmKey,
  swarmTag,
} from './swarm-key.ts'
export { systemTimers, type Timers } from './timers.ts'
export type { DiscoveryReport, Lane, PeerReport, Transport, TransportEvents, TransportReport } from './transport.ts'
export { decode, encode, laneOf, type Message } from './wire.ts'
