import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { Home } from '../cli.ts'
import type { Scope } from '../scope.ts'
import { byteCases } from './bytes.ts'
import { mcpCases } from './mcp.ts'
import { lastCases, restCases } from './rest.ts'
import { judge, judgeBytes, type Target, targetAt } from './send.ts'

export interface FuzzCounts {
  readonly rest: number
  readonly mcp: number
  readonly bytes: number
  /** Of those after which the node is another one. */
  readonly last: number
}

export interface FuzzReport {
  readonly cases: number
  readonly seed: number
  readonly seconds: number
  readonly statuses: Readonly<Record<string, number>>
  /** Resident memory after a tenth of the cases, and at the end. MiB. */
  readonly memory: readonly [early: number, late: number]
  readonly items: number
}

/** What lives in the node must fit into this, or it ends: resident memory alone says little, as it is given back late. MiB. */
const HEAP_MIB = 160
/** What its resident memory may grow by over all cases: caches that fill, and what it was told to keep. MiB. */
const GROWTH_MAX = 300

interface NodeStatus {
  readonly node: { readonly pid: number }
  readonly memory_bytes: number
  readonly stage: string
  readonly knowledge: { readonly items: number }
  readonly api: { readonly url: string }
}

/**
 * A node, a real process, asked over TCP whatever the generators find. It must answer each, never by a fault of its
 * own, be the same process in the end, and have kept its size. A case that fails is made small, and printed with the
 * seed that brings it back.
 */
export async function fuzz(scope: Scope, counts: FuzzCounts, seed: number): Promise<FuzzReport> {
  const home = new Home(scope)
  const started = await home.cli(
    ['start', '--detach', '--name', 'alpha', '--with', 'memory', '--no-mdns', '--no-beacon'],
    {
      env: {
        MCP_SWARM_API_READS_PER_MINUTE: '1000000',
        MCP_SWARM_API_WRITES_PER_MINUTE: '1000000',
        NODE_OPTIONS: `--max-old-space-size=${HEAP_MIB}`,
      },
    },
  )
  assert.equal(started.code, 0, started.stderr)
  const folder = join(home.dir, 'nodes/alpha')
  const status = (): Promise<NodeStatus> => home.json<NodeStatus>(['status'])
  const first = await status()
  const key = readFileSync(join(folder, 'api.key'), 'utf8').trim()
  const target = targetAt(Number(new URL(first.api.url).port), key)
  scope.after(() => target.agent.destroy())
  const began = performance.now()
  const tenth = (count: number): number => Math.max(1, Math.round(count / 10))
  await run(target, { ...counts, rest: tenth(counts.rest), mcp: tenth(counts.mcp), bytes: tenth(counts.bytes) }, seed)
  const early = await status()
  await run(target, counts, seed + 1)
  const late = await status()
  // Bounded: an agent that asks for ten thousand things a day runs for months.
  const mib = (bytes: number): number => Math.round(bytes / 1_048_576)
  const memory = [mib(early.memory_bytes), mib(late.memory_bytes)] as const
  assert.ok(memory[1] - memory[0] < GROWTH_MAX, `it grew from ${memory[0]} to ${memory[1]} MiB`)
  await fc.assert(
    fc.asyncProperty(lastCases, (one) => judge(target, one)),
    { seed, numRuns: counts.last },
  )
  const end = await status()
  assert.equal(end.node.pid, first.node.pid)
  const errors = readFileSync(join(folder, 'node.log'), 'utf8')
    .split('\n')
    .filter((line) => line.includes('"level":"error"'))
  assert.deepEqual(errors.slice(0, 3), [])
  const { code, stderr } = await home.cli(['stop'])
  assert.equal(code, 0, stderr)
  return {
    cases:
      counts.rest +
      counts.mcp +
      counts.bytes +
      counts.last +
      tenth(counts.rest) +
      tenth(counts.mcp) +
      tenth(counts.bytes),
    seed,
    seconds: Math.round((performance.now() - began) / 1000),
    statuses: Object.fromEntries([...target.statuses].sort(([a], [b]) => a - b)),
    memory,
    items: late.knowledge.items,
  }
}

async function run(target: Target, { bytes, mcp, rest }: FuzzCounts, seed: number): Promise<void> {
  await fc.assert(
    fc.asyncProperty(restCases, (one) => judge(target, one)),
    { seed, numRuns: rest },
  )
  await fc.assert(
    fc.asyncProperty(mcpCases, (one) => judge(target, one)),
    { seed, numRuns: mcp },
  )
  await fc.assert(
    fc.asyncProperty(byteCases, (one) => judgeBytes(target, one)),
    { seed, numRuns: bytes },
  )
}
