import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { seededRandom } from '../../src/base/index.ts'
import { until } from './cli.ts'
import { agreement, hostSwarm, votersOf } from './host-swarm.ts'
import { RegisterLoad } from './register-load.ts'
import type { Scope } from './scope.ts'
import { diskIfAllowed } from './small-disk.ts'
import { type Fault, type FaultWorld, settableClock } from './swarm-faults.ts'
import { judge, LeaderWatch } from './swarm-judge.ts'

const HOSTS = 5
const DISK_SIZE = '48m'
/** Autopilot waits ten seconds before it makes five voters of three. */
const FORMED_MS_MAX = 40_000
/** From the end of a fault to the next accepted write; the longest is a disk that is read again every five seconds. */
const PROGRESS_MS_MAX = 10_000
/** After the last fault: one lineage, one leader, and all have applied the same. */
const CONVERGED_MS_MAX = 10_000

/** Five voters on hosts of their own, clients at all of them, and somebody who watches. */
export class Trial {
  readonly world: FaultWorld
  readonly load: RegisterLoad
  readonly watch: LeaderWatch

  private constructor(world: FaultWorld, seed: number) {
    this.world = world
    this.watch = new LeaderWatch(world.nodes)
    const registers = ['x.a', 'x.b', 'x.c']
    this.load = new RegisterLoad({ nodes: world.nodes, registers, random: seededRandom(seed) })
  }

  static async open(outer: Scope, seed: number): Promise<Trial> {
    // Closed in reverse: nodes before the hosts and the disk that they are on.
    const stack = new AsyncDisposableStack()
    outer.after(() => stack.disposeAsync())
    const scope: Scope = { after: (close) => stack.defer(async () => void (await close())) }
    const folder = mkdtempSync(join(tmpdir(), 'mcp-swarm-clocks-'))
    scope.after(() => rmSync(folder, { recursive: true }))
    const clocks = Array.from({ length: HOSTS }, (_, at) => join(folder, String(at)))
    for (const clock of clocks) writeFileSync(clock, '+0\n')
    const disks = [diskIfAllowed(scope, DISK_SIZE)]
    const swarm = hostSwarm(scope, HOSTS, (at) => ({
      env: settableClock(clocks[at] ?? ''),
      ...(disks[at] === undefined ? {} : { parent: disks[at] }),
    }))
    await Promise.all(swarm.nodes.map((node) => node.start()))
    const world: FaultWorld = { ...swarm, clocks, disks }
    await until(
      'five voters',
      async () => {
        const replies = await agreement(swarm.nodes)
        return replies !== undefined && votersOf(replies) === HOSTS
      },
      FORMED_MS_MAX,
    )
    const trial = new Trial(world, seed)
    scope.after(() => trial.#close())
    return trial
  }

  /** For how long nobody could write, milliseconds; fails when the fault was not felt, or nobody can write after it. */
  async suffer({ felt, run }: Fault, ms: number): Promise<number> {
    const said = (): number =>
      this.world.nodes.flatMap(({ log }) => log.filter((line) => felt?.test(line) === true)).length
    const before = said()
    const since = performance.now()
    await run(this.world, ms)
    await this.load.progress(PROGRESS_MS_MAX)
    if (felt) await until(`somebody says ${felt}`, () => said() > before)
    return this.load.silence(since)
  }

  /** Linearizable, nothing lost, one leader a term, one lineage. */
  async verdict(): Promise<void> {
    await this.load.stop()
    assert.ok(this.load.counts.acknowledged > this.load.counts.unknown, JSON.stringify(this.load.counts))
    await judge(this.world, this.load, this.watch, CONVERGED_MS_MAX)
  }

  async #close(): Promise<void> {
    await this.load.stop()
    await this.watch.stop()
  }
}
