import {
  type ItemId,
  itemId,
  type NodeId,
  nodeId,
  originId,
  type RecordId,
  recordId,
  shortHash,
} from '../../src/base/index.ts'
import type { Outcome, OutcomeResult, Revision, SwarmRecord } from '../../src/knowledge/index.ts'
import {
  type AuthorFact,
  type AuthorFacts,
  Authors,
  DAY_MS,
  defaultPolicy,
  Judge,
  Ledger,
  type TrustPolicy,
  type Verdict,
} from '../../src/trust/index.ts'

/** A Sunday in 2026, at noon. */
export const NOW = 1_795_348_800_000
export const ITEM = itemId(`k_${'i'.repeat(16)}`)

export interface Reported {
  readonly item?: ItemId
  readonly result?: OutcomeResult
  readonly at?: number
  readonly verified?: boolean
  readonly anonymous?: boolean
  readonly id?: RecordId
  readonly met?: Outcome['met']
  readonly os?: string
}

const hlcOf = (at: number): number => at * 1024

/** `me` looks at what others wrote. Nobody is known until `let` says so. */
export class Office {
  readonly facts = new Map<NodeId, AuthorFact>()
  readonly revisions: Revision[] = []
  /** Newcomers' items that were found to answer otherwise what others answer. */
  readonly collisions = new Map<ItemId, ItemId>()
  readonly #policy: TrustPolicy
  #seq = 0

  constructor(policy: TrustPolicy = defaultPolicy) {
    this.#policy = policy
    this.let('me', { standing: 'local' })
  }

  /** A member for so many days; 100 unless told. Its owner is called like it unless told. */
  let(
    name: string,
    {
      days = 100,
      owner = name,
      standing = 'member',
    }: { readonly days?: number; readonly owner?: string; readonly standing?: AuthorFact['standing'] } = {},
  ): this {
    this.facts.set(nodeId(name), { owner, admitted: NOW - days * DAY_MS, standing })
    return this
  }

  item(
    name: string,
    by: string,
    { at = NOW - 50 * DAY_MS, deleted = false, from = [] as readonly ItemId[], text = '' } = {},
  ): ItemId {
    const item = itemId(`k_${shortHash(name, 16)}`)
    const provenance = { node: by, ...(from.length > 0 ? { derived_from: from } : {}) }
    this.#write(item, by, at, deleted ? '' : JSON.stringify({ text, provenance }), deleted)
    return item
  }

  report(by: string, said: Reported = {}): this {
    const { anonymous = false, at = NOW - DAY_MS, item = ITEM, met, os, result = 'worked', verified = true } = said
    const body: Outcome = {
      v: 1,
      kind: 'outcome',
      item,
      result,
      verified,
      principal: anonymous ? 'anonymous' : 'owner',
      ...(met ? { met } : {}),
      ...(os ? { env: { os } } : {}),
    }
    this.#write(said.id ?? recordId(`o_${shortHash(`${by} ${this.#seq}`, 16)}`), by, at, JSON.stringify(body), false)
    return this
  }

  say(by: string, record: Exclude<SwarmRecord, { kind: 'outcome' }>, at = NOW - DAY_MS): RecordId {
    const letter = { card: 'c', withdrawal: 'w', decision: 'd' }[record.kind]
    const id = recordId(`${letter}_${shortHash(`${by} ${this.#seq}`, 16)}`)
    this.#write(id, by, at, JSON.stringify(record), false)
    return id
  }

  withdraw(by: string, author: string, undoes?: RecordId): RecordId {
    return this.say(by, { v: 1, kind: 'withdrawal', author, ...(undoes ? { undoes } : {}) })
  }

  /** A member whose knowledge worked for this node's owner long ago. */
  trusted(name: string, days = 100): this {
    this.let(name, { days })
    const item = this.item(`the proof of ${name}`, name)
    return this.report('me', { item, at: NOW - 40 * DAY_MS })
  }

  /** Everything that was said, in the order given, as this node judges it. */
  judged(revisions: readonly Revision[] = this.revisions): {
    readonly ledger: Ledger
    readonly authors: Authors
    readonly judge: Judge
  } {
    const ledger = new Ledger()
    for (const revision of revisions) ledger.add(revision)
    const known: AuthorFacts = (node) => this.facts.get(node)
    const authors = new Authors({ self: nodeId('me'), ledger, facts: known, policy: this.#policy })
    return { ledger, authors, judge: new Judge(ledger, authors, this.collisions) }
  }

  verdict(item: ItemId = ITEM, now = NOW): Verdict {
    return this.judged().judge.verdict(item, now)
  }

  #write(item: Revision['item'], by: string, at: number, body: string, deleted: boolean): void {
    this.#seq += 1
    const origin = originId(nodeId(by), '00000001')
    this.revisions.push({
      v: 1,
      item,
      origin,
      seq: this.#seq,
      hlc: hlcOf(at) + this.#seq,
      priority: 50,
      deleted,
      body,
      sig: 's',
    })
  }
}
