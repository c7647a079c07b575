/** The door of the real transport. Importing it loads libp2p (a quarter of a second, 80 MB): only `node/` does. */
export { type Knocked, knock } from './knocker.ts'
export type { Libp2pTransportOptions } from './options.ts'
export { createLibp2pTransport } from './transport.ts'
