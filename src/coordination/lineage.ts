import type { NodeId, Random } from '../base/index.ts'
import type { MemberId } from '../raft/index.ts'

/** One Raft log, from its genesis on: 32 hex digits, drawn at its founding, never used again. */
export type LineageId = string & { readonly __brand: 'LineageId' }

export interface Lineage {
  readonly id: LineageId
  /** The lineage without a parent that this one goes back to. */
  readonly root: LineageId
  readonly parent: LineageId | null
  /** Forks between the root and this one. */
  readonly depth: number
  readonly founder: NodeId
}

/** What orders lineages that meet (M1): of two the lower yields. Nothing of it ever falls. */
export interface Rank {
  readonly mature: boolean
  readonly root: LineageId
  readonly depth: number
  readonly id: LineageId
}

/**
 * A fencing token: whatever a leader hands out carries it, and receivers refuse lower ones (F1).
 */
export interface Token {
  readonly gen: number
  readonly lineage: LineageId
  readonly term: number
  readonly index: number
}

const order = <T extends string | number>(a: T, b: T): number => (a < b ? -1 : a > b ? 1 : 0)

/** Class, root, then the shallower: a fork yields to the lineage it left (Q6). */
export const compareRanks = (a: Rank, b: Rank): number =>
  order(Number(a.mature), Number(b.mature)) || order(a.root, b.root) || order(b.depth, a.depth) || order(a.id, b.id)

export const compareTokens = (a: Token, b: Token): number =>
  order(a.gen, b.gen) || order(a.lineage, b.lineage) || order(a.term, b.term) || order(a.index, b.index)

const hex = (random: Random, words: number): string =>
  Array.from({ length: words }, () => random.below(0x1_0000_0000).toString(16).padStart(8, '0')).join('')

export function newLineage(founder: NodeId, parent: Lineage | null, random: Random): Lineage {
  const id = hex(random, 4) as LineageId
  return { id, root: parent?.root ?? id, parent: parent?.id ?? null, depth: (parent?.depth ?? -1) + 1, founder }
}

/** Never used again: a node that lost its state is another member, so that it cannot vote twice. */
export const newMember = (node: NodeId, random: Random): MemberId => `${node}.${hex(random, 2)}` as MemberId

export const nodeOfMember = (member: MemberId): NodeId => member.slice(0, member.indexOf('.')) as NodeId

/** For people, where no name is known. */
export const shortOf = (node: NodeId): string => `${node.slice(0, 6)}…${node.slice(-6)}`

export const isMemberId = (text: string): text is MemberId => /^[A-Za-z0-9]{1,80}\.[0-9a-f]{16}$/.test(text)
export const isLineageId = (text: string): text is LineageId => /^[0-9a-f]{32}$/.test(text)
