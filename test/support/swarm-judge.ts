import assert from 'node:assert/strict'
import { agreement, type HostNode, type HostSwarm } from './host-swarm.ts'
import { violation } from './linearizable.ts'
import { until } from './cli.ts'
import type { RegisterLoad } from './register-load.ts'

const LOOK_MS = 50

/** Looks at all nodes again and again: in a term of a lineage one node leads, never two. */
export class LeaderWatch {
  readonly #nodes: readonly HostNode[]
  readonly #timer: NodeJS.Timeout
  readonly #leaders = new Map<string, string>()
  readonly #lineages = new Set<string>()
  readonly #looks = new Map<HostNode, Promise<void>>()
  readonly since = new Date().toISOString()
  readonly wrong: string[] = []

  constructor(nodes: readonly HostNode[]) {
    this.#nodes = nodes
    this.#timer = setInterval(() => this.#look(), LOOK_MS)
  }

  get terms(): number {
    return this.#leaders.size
  }
  get lineages(): number {
    return this.#lineages.size
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer)
    await Promise.all(this.#looks.values())
  }

  #look(): void {
    for (const node of this.#nodes)
      if (!this.#looks.has(node))
        this.#looks.set(
          node,
          this.#note(node).finally(() => this.#looks.delete(node)),
        )
  }

  async #note(node: HostNode): Promise<void> {
    const reply = await node.leader()
    if (!reply?.lineage) return
    this.#lineages.add(reply.lineage)
    if (reply.state !== 'leader') return
    const term = `${reply.lineage} term ${reply.term}`
    const other = this.#leaders.get(term)
    if (other !== undefined && other !== node.name) this.wrong.push(`${other} and ${node.name} lead ${term}`)
    this.#leaders.set(term, node.name)
  }
}

/** A leader of each term, by the nodes' own logs: two would have said so. Before `since` there may be several lineages. */
function oneLeaderByLogs(nodes: readonly HostNode[], since: string): void {
  const leaders = new Map<string, string>()
  for (const node of nodes)
    for (const line of node.log) {
      const term = /election: leads term (\d+)/.exec(line)?.[1]
      if (term === undefined || (JSON.parse(line) as { readonly time: string }).time < since) continue
      assert.ok(
        (leaders.get(term) ?? node.name) === node.name,
        `${leaders.get(term)} and ${node.name} led term ${term}`,
      )
      leaders.set(term, node.name)
    }
}

interface Settings {
  readonly settings: readonly { readonly key: string; readonly value: unknown }[]
}

/** After the last fault healed, and the load ended. */
export async function judge(
  { nodes }: HostSwarm,
  load: RegisterLoad,
  watch: LeaderWatch,
  msMax: number,
): Promise<void> {
  await until(
    'one lineage, one leader, and all have applied the same',
    async () => new Set((await agreement(nodes))?.map(({ applied }) => applied)).size === 1,
    msMax,
  )
  await watch.stop()
  assert.deepEqual(watch.wrong, [])
  assert.equal(watch.lineages, 1, 'nobody went on without the others')
  oneLeaderByLogs(nodes, watch.since)
  for (const node of nodes) {
    const { settings } = await node.api.ask<Settings>({ method: 'GET', path: '/v1/settings' })
    const values = new Map(settings.map(({ key, value }) => [key, value]))
    for (const [key, value] of load.kept) assert.equal(values.get(key), value, `${node.name} lost ${key}`)
  }
  assert.equal(violation(load.history), undefined)
}
