export type { Doorway, GatewayParts } from './parts.ts'
export { type Gateway, type GatewayOptions, openGateway } from './server.ts'
export type { StatusFacts } from './views.ts'
