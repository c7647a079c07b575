import type { NodeId } from '../base/index.ts'
import type { Match } from '../resolve/index.ts'
import { plain, redact, suspicionsIn } from '../content/index.ts'
import type { Part } from '../router/index.ts'
import type { AskedNode } from './exchange.ts'

/** What was found, and by whom. */
export interface Looked {
  readonly matches: readonly Match[]
  readonly by: readonly FoundBy[]
}

/** A node that looked. */
export interface FoundBy {
  readonly id: NodeId
  readonly isSelf: boolean
  readonly found: number
  readonly ms: number
}

/** How nodes are called in an answer. */
export interface Provenance {
  /** This node. */
  readonly name: string
  readonly nameOf: (node: NodeId) => string
}

/** Who looked; left out where only this node did. */
export function nodesOf(by: Looked['by'], { name, nameOf }: Provenance): { readonly nodes?: readonly AskedNode[] } {
  if (by.every(({ isSelf }) => isSelf)) return {}
  return { nodes: by.map(({ found, id, isSelf, ms }) => ({ id, name: isSelf ? name : nameOf(id), found, ms })) }
}

/** The words of another node: without what would steer a terminal, and none that seem to be written for agents to obey. */
export const foundElsewhere = (part: Part): Part => ({
  ...part,
  found: part.found.map((one) => ({ ...one, why: harmless(one.why), differs: harmless(one.differs) })),
})
const harmless = (texts: readonly string[]): readonly string[] =>
  texts.map((text) => redact(plain(text)).text).filter((text) => suspicionsIn([text]).length === 0)
