import { createHmac, hkdfSync } from 'node:crypto'
import { type NodeId, sha256 } from '../base/index.ts'

/** What all members of one swarm share, handed over at admission: 32 bytes. It makes nobody a member. */
export type GroupKey = Uint8Array & { readonly __brand: 'GroupKey' }

/** What the transport derives. */
export interface SwarmSecrets {
  /** 32 bytes: authenticates beacons, so that a stranger cannot send nodes dialling. */
  readonly beaconKey: Uint8Array
  /** 12 hex digits, public: tells swarms apart on a network and in the registry. */
  readonly tag: string
}

/** Of a new swarm, from the seed of its key. */
export const groupKeyOf = (seed: Uint8Array): GroupKey => derive(seed, 'group 1') as GroupKey
export const encodeGroupKey = (group: GroupKey): string => Buffer.from(group).toString('base64url')
export const decodeGroupKey = (text: string): GroupKey => Uint8Array.from(Buffer.from(text, 'base64url')) as GroupKey

/** 12 hex digits that name the swarm in public, in beacons and the registry. */
export const swarmTag = (swarm: NodeId): string => sha256(`mcp-swarm tag ${swarm}`).slice(0, 12)

export const deriveSecrets = (swarm: NodeId, group: GroupKey): SwarmSecrets =>
  Object.freeze({ beaconKey: derive(group, 'beacon 1'), tag: swarmTag(swarm) })

/** The first 16 bytes of HMAC-SHA256: a beacon is worth forging for a few wasted dials at most. */
export const beaconMac = (beaconKey: Uint8Array, text: string): string =>
  createHmac('sha256', beaconKey).update(text).digest().subarray(0, 16).toString('base64url')

const derive = (key: Uint8Array, purpose: string): Uint8Array =>
  new Uint8Array(hkdfSync('sha256', key, 'mcp-swarm', purpose, 32))
