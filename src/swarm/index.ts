export type { DiscoveryReport, Lane, PeerReport, Transport, TransportEvents, TransportReport } from './transport.ts'
