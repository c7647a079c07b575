import { itemId, nodeId, originId, ok, shortHash, type Identity } from '../../src/base/index.ts'
import {
  Replica,
  type ReplicaEffect,
  type Revision,
  type StoredRevision,
  type StoreState,
} from '../../src/knowledge/index.ts'

/** An identity whose signatures are a function of node and text. */
export const fakeIdentity = (name: string): Identity => {
  const sign = (node: string, text: string): string => shortHash(`${node}|${text}`, 40)
  return {
    self: nodeId(name),
    sign: (text) => sign(name, text),
    verify: (node, text, sig) => sign(node, text) === sig,
  }
}

export const emptyState = { have: new Map(), hlcMax: 0, items: 0, row: 0 }

export const newReplica = (
  name: string,
  now: () => number = () => 1_000_000,
  state: Partial<StoreState> = {},
): Replica =>
  new Replica({
    identity: fakeIdentity(name),
    origin: originId(nodeId(name), '00000001'),
    priority: 50,
    clock: { now },
    state: { ...emptyState, ...state },
  })

export const draft = (name: string) => ({
  item: itemId(`k_${shortHash(name, 16)}`),
  body: JSON.stringify({ name }),
  deleted: false,
})

export const of = <Do extends ReplicaEffect['do']>(
  effects: readonly ReplicaEffect[],
  kind: Do,
): Extract<ReplicaEffect, { do: Do }>[] =>
  effects.filter((effect): effect is Extract<ReplicaEffect, { do: Do }> => effect.do === kind)

/** The store's answer to a commit: everything was new. */
export const committed = (revisions: readonly Revision[]) => {
  const stored: StoredRevision[] = revisions.map((revision, index) => ({ row: index + 1, revision }))
  return ok({ stored, heads: stored, items: stored.length })
}
