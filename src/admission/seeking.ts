import type { NodeId } from '../base/index.ts'

/*
 * Whom a node asks to be let in. Only a swarm of one user on one machine looks for another to become part of: what
 * several people share is never given up for what somebody on a network says.
 */

/** A swarm that was heard on the network. Nothing of it is proven before it let this node in. */
export interface Heard {
  readonly tag: string
  readonly id: NodeId
  readonly addresses: readonly string[]
  readonly founded: number
  readonly alone: boolean
}

/** A swarm not heard of for so long is not there any more. */
const HEARD_MS = 30_000
const TAGS_MAX = 16
const NODES_MAX = 8
/** Of one round. */
const TARGETS_MAX = 4

export interface Situation {
  readonly tag: string
  readonly founded: number
  /** Of one user on one machine. */
  readonly alone: boolean
  /** It knows nothing yet: there is nothing that another swarm could get out of it. */
  readonly fresh: boolean
  /** Its user said that any swarm of this network is fine. */
  readonly open: boolean
  /** Addresses its user named. */
  readonly join: readonly string[]
  /** A token's swarm and addresses. */
  readonly token: { readonly tag: string; readonly addresses: readonly string[] } | null
}

export interface Plan {
  /** Multiaddrs to knock at. */
  readonly targets: readonly string[]
  /** For the status: what it waits for. Null: for nothing. */
  readonly waits: string | null
}

export class Seeking {
  readonly #heard = new Map<string, Map<NodeId, Heard & { readonly at: number }>>()

  /** `now` grows; milliseconds. */
  heard(stranger: Heard, now: number): void {
    const nodes = this.#heard.get(stranger.tag) ?? new Map<NodeId, Heard & { readonly at: number }>()
    if (this.#heard.size >= TAGS_MAX && !this.#heard.has(stranger.tag)) return
    if (nodes.size >= NODES_MAX && !nodes.has(stranger.id)) return
    nodes.set(stranger.id, { ...stranger, at: now })
    this.#heard.set(stranger.tag, nodes)
  }

  plan(situation: Situation, now: number): Plan {
    for (const [tag, nodes] of this.#heard) {
      for (const [id, { at }] of nodes) if (now - at > HEARD_MS) nodes.delete(id)
      if (nodes.size === 0) this.#heard.delete(tag)
    }
    const { alone, join, tag, token } = situation
    if (token) {
      if (token.tag === tag) return NOTHING
      if (!alone)
        return {
          targets: [],
          waits: `the token is of another swarm (${token.tag}), and this one has members on other machines: a machine is in one swarm`,
        }
      const targets = [...this.#addresses(token.tag), ...join, ...token.addresses].slice(0, TARGETS_MAX)
      const waits = `looks for a node of swarm ${token.tag}, to enter with the token`
      return { targets, waits: targets.length === 0 ? `${waits}: none is in sight` : waits }
    }
    if (!alone) return NOTHING
    if (join.length > 0) return { targets: join.slice(0, TARGETS_MAX), waits: `asks ${join.join(', ')} to be let in` }
    return this.#onOwn(situation)
  }

  #onOwn({ fresh, founded, open, tag }: Situation): Plan {
    // Of two that are alone the younger asks the older.
    const others = [...this.#heard].filter(([, nodes]) =>
      [...nodes.values()].some(
        (node) => !node.alone || node.founded < founded || (node.founded === founded && node.tag < tag),
      ),
    )
    const [one, ...more] = others
    if (!one) return NOTHING
    const way = hostPort(this.#addresses(one[0]))
    if (!fresh && !open)
      return {
        targets: [],
        waits: `swarm ${one[0]} is on this network too, and is not asked by itself, because this node knows something already: to enter it, mcp-swarm start --join ${way}`,
      }
    if (more.length > 0)
      return {
        targets: [],
        waits: `several swarms are on this network (${others.map(([other]) => other).join(', ')}): choose one with --join HOST:PORT`,
      }
    return {
      targets: this.#addresses(one[0]).slice(0, TARGETS_MAX),
      waits: `asks swarm ${one[0]} of this network to be let in`,
    }
  }

  #addresses(tag: string): readonly string[] {
    // One address of each first: the nodes of one machine may all be behind a wall.
    const lists = [...(this.#heard.get(tag)?.values() ?? [])].map(({ addresses }) => addresses)
    const turns = Math.max(0, ...lists.map((list) => list.length))
    return Array.from({ length: turns }, (_, turn) => lists.flatMap((list) => list[turn] ?? [])).flat()
  }
}

/** `10.0.0.7:7801`, of the first address that is not this machine's alone. */
function hostPort(addresses: readonly string[]): string {
  const found = addresses.flatMap((address) => {
    const [, host, port] = /^\/ip4\/([\d.]+)\/tcp\/(\d+)/.exec(address) ?? []
    return host && port ? [`${host}:${port}`] : []
  })
  return found.find((one) => !one.startsWith('127.')) ?? found[0] ?? 'HOST:PORT'
}

const NOTHING: Plan = { targets: [], waits: null }
