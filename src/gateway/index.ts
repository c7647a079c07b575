export type { BackupFacts, BackupPort, BackupView, RestoreView } from './backup-port.ts'
export type { Doorway, GatewayParts } from './parts.ts'
export { type Gateway, type GatewayOptions, type LanOptions, openGateway } from './server.ts'
export type { StatusFacts } from './views.ts'
