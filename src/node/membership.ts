import { copyFileSync, existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import {
  Authority,
  Certificate,
  issue,
  type Issuer,
  issuerOf,
  type Kept,
  Mandate,
  Membership,
  Revocation,
  type Signer,
  Succession,
} from '../admission/index.ts'
import { type Clock, isNodeId, type NodeId, SwarmError } from '../base/index.ts'
import type { Config } from '../config/index.ts'
import {
  createSecret,
  nodePaths,
  type NodePaths,
  readSecret,
  restore,
  stateError,
  type StatePaths,
} from '../files/index.ts'
import {
  createIdentity,
  decodeGroupKey,
  decodeNodeKey,
  encodeGroupKey,
  encodeNodeKey,
  generateNodeKey,
  type GroupKey,
  groupKeyOf,
  type NodeKey,
  swarmTag,
} from '../swarm/index.ts'

/*
 * The files of a membership. In the state directory: `swarm.json`, which swarm this user is in, and `swarm.key`, that
 * swarm's own key, where it began here. In the node's folder: `membership.json`, its certificate and what it knows of
 * who is out. Nodes of one user on one machine certify each other.
 */

const SwarmFile = z.strictObject({
  v: z.literal(1),
  swarm: z.string().refine((text): text is NodeId => isNodeId(text)),
  group: z.string().regex(/^[\w-]{43}$/),
  founded: z.int().nonnegative(),
  /** Where it was let in: a way back when nothing on the network tells of others. */
  ways: z.array(z.string().max(300)).max(8).default([]),
  /** The group keys of swarms before this one, the newest first. */
  formerGroups: z
    .array(z.string().regex(/^[\w-]{43}$/))
    .max(16)
    .default([]),
})
type SwarmFile = z.infer<typeof SwarmFile>

const KeptFile = z.strictObject({
  certificate: Certificate,
  mandates: z.array(Mandate).nullable(),
  revocations: z.array(Revocation),
  successions: z.array(Succession),
  blocked: z.array(z.string().refine((text): text is NodeId => isNodeId(text))),
  known: z.array(Certificate),
})

export interface OpenMembership {
  readonly swarm: NodeId
  readonly group: GroupKey
  readonly founded: number
  readonly ways: readonly string[]
  readonly formerGroups: readonly string[]
  readonly kept: Kept
  /** The swarm's own key, where this user has it. */
  readonly root: Signer | null
  readonly remarks: readonly string[]
}

interface Places {
  readonly state: StatePaths
  readonly paths: NodePaths
}
interface Who {
  readonly key: NodeKey
  readonly name: string
  readonly role: Config['role']
  readonly clock: Clock
}

/**
 * What this node needs to be a member: read, made by founding a swarm, or given by another node of this user on this
 * machine. Throws SWARM_STATE_DIR for damaged files, SWARM_FORBIDDEN when nothing here may certify this node so.
 */
export function openMembership(places: Places, who: Who): OpenMembership {
  const { key, name, role, clock } = who
  const remarks = setAsideOldKey(places.state)
  const { formerGroups, founded, group, swarm, ways } = swarmFile(places.state) ?? found(places.state, clock)
  const identity = createIdentity(key)
  const stored = keptOf(places.paths)
  const old = stored?.certificate.swarm === swarm ? stored : undefined
  const authority = new Authority({
    swarm,
    clock,
    verify: (node, text, sig) => identity.verify(node, text, sig),
    rolls: { revocations: old?.revocations ?? [], successions: old?.successions ?? [] },
  })
  const root = rootOf(places.state, authority)
  const common = { swarm, group: decodeGroupKey(group), founded, ways, formerGroups, root, remarks }
  const mine = old?.certificate
  if (mine && authority.judge(key.self, mine).ok && mine.roles.includes(role) && mine.name === name)
    return { ...common, kept: old }
  const issuer =
    // Its own right to admit does not bring back a certificate that ran out.
    issuerOf(authority, root, { identity, mandates: null }) ?? siblingOf(places, authority)
  if (issuer) {
    const made = issue(
      swarm,
      issuer,
      {
        node: key.self,
        name,
        roles: ['auto', 'leader', 'backup', 'worker', 'gateway'],
        owner: mine?.owner ?? ownerOf(places, root),
        admitted: mine?.admitted ?? clock.now(),
      },
      clock,
    )
    const kept: Kept = {
      certificate: made.certificate,
      mandates: made.mandates,
      revocations: old?.revocations ?? [],
      successions: old?.successions ?? [],
      blocked: old?.blocked ?? [],
      known: old?.known ?? [],
    }
    keepMembership(places.paths, kept)
    return { ...common, kept }
  }
  // It goes on alone with what it has, and asks to be let in again.
  if (old && mine && mine.roles.includes(role)) return { ...common, kept: old }
  throw new SwarmError(
    'SWARM_FORBIDDEN',
    mine
      ? `the swarm lets this node be ${mine.roles.join(' or ')}, not ${role}`
      : 'no node of this user on this machine may let another one into the swarm',
    mine
      ? `Start it with --role=${mine.roles[0]}, or have it approved anew: \`mcp-swarm nodes approve\` with --role.`
      : 'Give it a token of its own: `mcp-swarm token new` on a node whose role is auto, leader or backup.',
  )
}

/** For the next start. What cannot be written is told, and the node goes on. */
export function keepMembership(paths: NodePaths, kept: Kept): void {
  writeWhole(paths.membership, JSON.stringify(kept))
}

/**
 * Makes this user part of another swarm. What the old one was is put aside under its tag, never deleted. The file that
 * says which swarm it is changes in one step: whenever the process ends, the next start finds the one or the other.
 */
export function enterSwarm({ paths, state }: Places, membership: Membership, ways: readonly string[]): void {
  const { certificate, founded, group, mandates, revocations, successions, swarm } = membership
  const before = swarmFile(state)
  keepMembership(paths, { certificate, mandates, revocations, successions, blocked: [], known: [] })
  if (before?.swarm === swarm) return
  const aside = before && swarmTag(before.swarm)
  if (aside) copyFileSync(state.swarm, `${state.swarm}.${aside}`)
  const formerGroups = before ? [before.group, ...before.formerGroups].slice(0, 16) : []
  const file: SwarmFile = { v: 1, swarm, group, founded, ways: ways.slice(0, 8), formerGroups }
  writeWhole(state.swarm, JSON.stringify(file))
  if (aside && existsSync(state.swarmKey)) renameSync(state.swarmKey, `${state.swarmKey}.${aside}`)
}

/** Whether this node may look for another swarm: it is in none, or in one where nobody else is. */
export function isFree({ paths, state }: Places): boolean {
  if (swarmFile(state) === undefined) return true
  const kept = keptOf(paths)
  return kept === undefined || kept.known.every(({ owner }) => owner === kept.certificate.owner)
}

/** Which swarm this user is in now; another node of this machine may have entered one. */
export const currentSwarm = (state: StatePaths): NodeId | undefined => swarmFile(state)?.swarm

/** The swarm whose words were shown before this start; null for none. */
export function readAsked({ asked }: NodePaths): NodeId | null {
  const bytes = readSecret(asked, 'the swarm that was asked')
  const text = bytes === undefined ? '' : Buffer.from(bytes).toString('utf8').trim()
  return isNodeId(text) ? text : null
}

export function keepAsked({ asked }: NodePaths, swarm: NodeId | null): void {
  if (swarm === null) rmSync(asked, { force: true })
  else writeWhole(asked, `${swarm}\n`)
}

const nextKeyOf = (state: StatePaths): string => `${state.swarmKey}.next`

/** Before a key is named as the next one it is on the disk: nobody could ever sign with it again otherwise. */
export function prepareRoot(state: StatePaths, next: NodeKey): void {
  dropPrepared(state)
  createSecret(nextKeyOf(state), encodeNodeKey(next), 'the next swarm key')
}

/** The swarm did not take it. */
export function dropPrepared(state: StatePaths): void {
  rmSync(nextKeyOf(state), { force: true })
}

/** The swarm has the prepared key now; the old one is put aside. */
export function replaceRoot(state: StatePaths): void {
  const old = readRoot(state)
  if (old) renameSync(state.swarmKey, `${state.swarmKey}.before-${old.self.slice(-8)}`)
  renameSync(nextKeyOf(state), state.swarmKey)
}

/** The key that signs now, where this user has it; also when the process ended in the middle of a change of keys. */
function rootOf(state: StatePaths, authority: Authority): Signer | null {
  const next = readKey(nextKeyOf(state))
  if (next?.self === authority.root) replaceRoot(state)
  const key = readRoot(state)
  return key ? createIdentity(key) : null
}

/** Of two nodes that start at once the first to write decides, and both read what it wrote. */
function found(state: StatePaths, clock: Clock): SwarmFile {
  createSecret(state.swarmKey, encodeNodeKey(generateNodeKey()), 'the swarm key')
  const key = readRoot(state)
  if (key === undefined) throw damaged(state.swarmKey)
  // From the key, so that whoever copies that one file to another machine has the same swarm there.
  const group = encodeGroupKey(groupKeyOf(key.seed))
  const made: SwarmFile = { v: 1, swarm: key.self, group, founded: clock.now(), ways: [], formerGroups: [] }
  createSecret(state.swarm, Buffer.from(JSON.stringify(made)), 'the swarm file')
  return swarmFile(state) ?? made
}

function swarmFile(state: StatePaths): SwarmFile | undefined {
  const bytes = readSecret(state.swarm, 'the swarm file')
  if (bytes === undefined) return undefined
  const parsed = SwarmFile.safeParse(parse(bytes))
  if (!parsed.success) throw damaged(state.swarm)
  return parsed.data
}

const readRoot = (state: StatePaths): NodeKey | undefined => readKey(state.swarmKey)

function readKey(file: string): NodeKey | undefined {
  const bytes = readSecret(file, 'the swarm key')
  if (bytes === undefined) return undefined
  const key = decodeNodeKey(bytes)
  if (key === undefined) throw damaged(file)
  return key
}

/** Version 0.1 before certificates kept a shared secret under this name, as text. */
function setAsideOldKey(state: StatePaths): readonly string[] {
  const bytes = readSecret(state.swarmKey, 'the swarm key')
  if (bytes === undefined || !Buffer.from(bytes).toString('latin1').startsWith('mcpst_')) return []
  const aside = `${state.swarmKey}.shared-secret`
  renameSync(state.swarmKey, aside)
  return [
    `${state.swarmKey} was the shared secret of an earlier version; members have certificates now. It is kept as ${aside}; other machines have to be let in again (mcp-swarm nodes pending).`,
  ]
}

function keptOf(paths: NodePaths): Kept | undefined {
  const bytes = readSecretLong(paths.membership)
  if (bytes === undefined) return undefined
  const parsed = KeptFile.safeParse(parse(bytes))
  if (!parsed.success) throw damaged(paths.membership)
  return parsed.data
}

/** Another node of this user on this machine that may admit. */
function siblingOf({ paths, state }: Places, authority: Authority): Issuer | undefined {
  for (const name of folders(state.nodes)) {
    const sibling = nodePaths(state, name)
    if (sibling.dir === paths.dir) continue
    try {
      const kept = keptOf(sibling)
      const bytes = readSecret(sibling.identity, 'the identity file')
      const key = bytes && decodeNodeKey(bytes)
      if (!kept || !key || kept.certificate.swarm !== authority.swarm || kept.mandates === null) continue
      authority.merge(kept)
      const issuer = issuerOf(authority, null, { identity: createIdentity(key), mandates: kept.mandates })
      if (issuer) return issuer
    } catch {
      // Somebody else's trouble: that node says it at its own start.
    }
  }
  return undefined
}

/** Who answers for the nodes of this user on this machine: where the swarm began, its key; else who was let in first. */
function ownerOf({ paths, state }: Places, root: Signer | null): NodeId {
  if (root) return swarmFile(state)?.swarm ?? root.self
  for (const name of folders(state.nodes)) {
    const sibling = nodePaths(state, name)
    if (sibling.dir === paths.dir) continue
    try {
      const kept = keptOf(sibling)
      if (kept) return kept.certificate.owner
    } catch {}
  }
  throw damaged(paths.membership)
}

function folders(dir: string): readonly string[] {
  try {
    return readdirSync(dir).slice(0, 256)
  } catch {
    return []
  }
}

/** Membership files grow with the swarm: the bound of a secret does not fit them, the rest of its rules do. */
function readSecretLong(file: string): Uint8Array | undefined {
  return readSecret(file, 'the membership', MEMBERSHIP_BYTES_MAX)
}
const MEMBERSHIP_BYTES_MAX = 64 * 1024 * 1024

function parse(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8'))
  } catch {
    return undefined
  }
}

function writeWhole(file: string, text: string): void {
  try {
    writeFileSync(`${file}.new`, text, { mode: 0o600, flush: true })
    renameSync(`${file}.new`, file)
  } catch (error) {
    throw stateError(file, error)
  }
}

const damaged = (file: string): SwarmError => new SwarmError('SWARM_STATE_DIR', `${file} is damaged`, restore(file))

/** A token's file, or the text of systemd's credential. Throws SWARM_BAD_TOKEN when it cannot be read. */
export function readTokenFile(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    throw new SwarmError(
      'SWARM_BAD_TOKEN',
      `the token file ${file} cannot be read (${(error as NodeJS.ErrnoException).code})`,
      'Check the path given by --token-file.',
    )
  }
}

/** Where systemd puts what LoadCredential= and SetCredentialEncrypted= name `mcp-swarm.token`. */
export function credentialFile(env: NodeJS.ProcessEnv): string | undefined {
  const dir = env['CREDENTIALS_DIRECTORY']
  const file = dir && join(dir, 'mcp-swarm.token')
  return file && existsSync(file) ? file : undefined
}
