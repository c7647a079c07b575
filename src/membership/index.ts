export { type Health, type Member, Members, type MembersEffect } from './members.ts'
export { Goodbye, Heartbeat, Hello, type MembershipMessage, type Role, ROLES } from './messages.ts'
