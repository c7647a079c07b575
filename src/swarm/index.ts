export type { DiscoveryReport, Lane, PeerReport, Transport, TransportEvents, TransportReport } from './transport.ts'
export { decode, encode, laneOf, type Message, WIRE_VERSION } from './wire.ts'
