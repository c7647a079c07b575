import { type Clock, failed, isNodeId, type NodeId, ok, type Result, SwarmError } from '../base/index.ts'
import type { Role } from '../membership/index.ts'
import type { Knock } from './knock.ts'
import { words } from './words.ts'

/** Newcomers that wait at the same time: a person looks at a list, and a stranger cannot fill the memory. */
export const PENDING_MAX = 32
/** Of one address: who makes up names does not take the place of others. */
const PER_ADDRESS_MAX = 8
/** A newcomer asks every few seconds; one that does not any more has gone. */
const GONE_MS = 60_000
/** Approved, and away when it was: it may come back within a day. */
const APPROVED_MS = 86_400_000
const BLOCKED_MAX = 4_096

export interface Pending {
  readonly node: NodeId
  readonly name: string
  readonly role: Role
  readonly version: string
  /** From where it asks. */
  readonly from: string
  readonly words: string
  /** Milliseconds since 1970. */
  readonly since: number
  readonly seen: number
}

interface Waiting extends Pending {
  readonly ignored: boolean
  readonly approved: { readonly roles: readonly Role[]; readonly at: number } | null
}

/** Who stands at the door, and what was decided about them. */
export class Desk {
  readonly #swarm: NodeId
  readonly #clock: Clock
  readonly #waiting = new Map<NodeId, Waiting>()
  #blocked: readonly NodeId[]

  constructor(parts: { readonly swarm: NodeId; readonly clock: Clock; readonly blocked: readonly NodeId[] }) {
    this.#swarm = parts.swarm
    this.#clock = parts.clock
    this.#blocked = parts.blocked
  }

  get blocked(): readonly NodeId[] {
    return this.#blocked
  }
  isBlocked(node: NodeId): boolean {
    return this.#blocked.includes(node)
  }

  /** Whom a person has to decide about, the longest waiting first. */
  pending(): readonly Pending[] {
    this.#forget()
    return [...this.#waiting.values()].filter(({ approved, ignored }) => approved === null && !ignored).map(pendingOf)
  }

  /** `new`: it was not there before, and somebody should be told. Null when too many wait. */
  ask(
    peer: NodeId,
    from: string,
    { name, role, version }: Knock,
  ): { readonly roles: readonly Role[] | null; readonly isNew: Pending | null } | null {
    this.#forget()
    const now = this.#clock.now()
    const known = this.#waiting.get(peer)
    if (!known && (this.#waiting.size >= PENDING_MAX || this.#countFrom(from) >= PER_ADDRESS_MAX)) return null
    const waiting: Waiting = {
      node: peer,
      name,
      role,
      version,
      from,
      words: words(this.#swarm, peer),
      since: known?.since ?? now,
      seen: now,
      ignored: known?.ignored ?? false,
      approved: known?.approved ?? null,
    }
    this.#waiting.set(peer, waiting)
    return { roles: waiting.approved?.roles ?? null, isNew: known ? null : pendingOf(waiting) }
  }

  entered(peer: NodeId): void {
    this.#waiting.delete(peer)
  }

  approve(name: string, roles: readonly Role[] | null): Result<Pending> {
    const found = this.#find(name)
    if (!found.ok) return found
    const waiting = found.value
    const approved = { roles: roles ?? rolesFor(waiting.role), at: this.#clock.now() }
    this.#waiting.set(waiting.node, { ...waiting, approved })
    return found
  }

  /** Not shown any more, until this process ends or the newcomer goes. */
  ignore(name: string): Result<Pending> {
    const found = this.#find(name)
    if (found.ok) this.#waiting.set(found.value.node, { ...found.value, ignored: true })
    return found
  }

  /** Refused for ever, by this node. An id may be given of somebody who does not wait. */
  block(name: string): Result<NodeId> {
    const found = this.#find(name)
    const node = found.ok ? found.value.node : isNodeId(name) && name.length > 40 ? name : undefined
    if (node === undefined) return found as Result<never>
    this.#waiting.delete(node)
    this.#blocked = [...this.#blocked.filter((one) => one !== node).slice(1 - BLOCKED_MAX), node]
    return ok(node)
  }

  #countFrom(from: string): number {
    const host = hostOf(from)
    return [...this.#waiting.values()].filter((one) => hostOf(one.from) === host).length
  }

  #forget(): void {
    const now = this.#clock.now()
    for (const [peer, { approved, seen }] of this.#waiting)
      if (Math.abs(now - seen) > (approved ? APPROVED_MS : GONE_MS)) this.#waiting.delete(peer)
  }

  /** By name, id, the start of an id, or the four words. */
  #find(name: string): Result<Waiting> {
    this.#forget()
    const all = [...this.#waiting.values()].filter(({ approved }) => approved === null)
    const said = name
      .trim()
      .toLowerCase()
      .split(/[\s-]+/)
      .join(' ')
    const exact = all.filter((one) => one.name === name || one.node === name || one.words === said)
    const found = exact.length > 0 ? exact : all.filter((one) => name.length >= 6 && one.node.startsWith(name))
    const [one, ...more] = found
    if (one && more.length === 0) return ok(one)
    return failed(
      one
        ? new SwarmError(
            'SWARM_BAD_INPUT',
            `${found.length} newcomers are called "${name.slice(0, 80)}"`,
            'Give the id or the four words: `mcp-swarm nodes pending`.',
          )
        : new SwarmError(
            'SWARM_NOT_FOUND',
            `no newcomer called "${name.slice(0, 80)}" waits at this node`,
            'See `mcp-swarm nodes pending`; a newcomer waits at the nodes it can reach.',
          ),
    )
  }
}

/** The IP of a multiaddr. */
const hostOf = (address: string): string => address.split('/')[2] ?? address

const pendingOf = ({ from, name, node, role, seen, since, version, words: said }: Waiting): Pending => ({
  node,
  name,
  role,
  version,
  from,
  words: said,
  since,
  seen,
})

/** What a newcomer may be started as later: what it asked to be, and anything that weighs less. */
export const rolesFor = (role: Role): readonly Role[] =>
  role === 'worker'
    ? ['worker']
    : role === 'gateway'
      ? ['gateway', 'worker']
      : ['auto', 'leader', 'backup', 'worker', 'gateway']
