import { SwarmError } from '../../base/index.ts'
import { story, swarmLife } from '../../sim/index.ts'
import { out, outJson } from '../print.ts'

export interface SimulateFlags {
  readonly seed: number
  readonly nodes: number
  readonly runs: number
  readonly life: 'knowledge' | 'coordination'
  readonly json?: boolean
}

interface Lived {
  readonly verdict: { readonly transcript: readonly string[] }
  /** In a line. */
  readonly told: string
}

const lives: Readonly<Record<SimulateFlags['life'], (seed: number, nodes: number) => Lived>> = {
  knowledge: (seed, nodes) => {
    const verdict = story({ seed, nodes })
    const { acknowledged, digest, ticksToAgree } = verdict
    const told = `${acknowledged} writes, agreed after ${ticksToAgree / 10} s, digest ${digest.slice(0, 12)}`
    return { verdict, told }
  },
  coordination: (seed, nodes) => {
    const verdict = swarmLife({ seed, nodes })
    const { lineages, ticksToOne, writes } = verdict
    return { verdict, told: `${writes} writes, ${lineages} lineages, one swarm after ${ticksToOne / 10} s` }
  },
}

/** A life of a swarm on virtual time. The same seed and number of nodes print the same lines. */
export function simulate({ json, life, nodes, runs, seed }: SimulateFlags): number {
  if (nodes < 1 || nodes > 26) throw new SwarmError('SWARM_USAGE', '--nodes takes 1 to 26', 'Try 5.')
  const most = life === 'coordination' ? 12 : 26
  if (nodes > most) throw new SwarmError('SWARM_USAGE', `--nodes takes 1 to ${most} with --life ${life}`, 'Try 5.')
  for (let next = seed; next < seed + runs; next++) {
    try {
      const { told, verdict } = lives[life](next, nodes)
      if (json) outJson({ schema: 1, seed: next, nodes, ...verdict })
      else if (runs === 1) out(verdict.transcript.join('\n'))
      else out(`seed ${next}: ${told}`)
    } catch (error) {
      throw new SwarmError(
        'SWARM_INTERNAL',
        `seed ${next} with ${nodes} nodes: ${(error as Error).message}`,
        `mcp-swarm simulate --life ${life} --seed ${next} --nodes ${nodes}`,
        { cause: error },
      )
    }
  }
  return 0
}
