export type { Member, MembersEffect } from './member.ts'
export { Members } from './members.ts'
export { type Health, type MembershipMessage, membershipMessages, type Role, ROLES } from './messages.ts'
