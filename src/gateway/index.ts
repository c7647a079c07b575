export { type Gateway, type GatewayOptions, type GatewayParts, openGateway } from './server.ts'
export type { StatusFacts } from './views.ts'
