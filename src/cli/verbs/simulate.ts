import { SwarmError } from '../../base/index.ts'
import { story } from '../../sim/index.ts'
import { out, outJson } from '../print.ts'

export interface SimulateFlags {
  readonly seed: number
  readonly nodes: number
  readonly runs: number
  readonly json?: boolean
}

/** A life of a swarm on virtual time. The same seed and number of nodes print the same lines. */
export function simulate({ json, nodes, runs, seed }: SimulateFlags): number {
  if (nodes < 1 || nodes > 26) throw new SwarmError('SWARM_USAGE', '--nodes takes 1 to 26', 'Try 5.')
  for (let next = seed; next < seed + runs; next++) {
    try {
      const verdict = story({ seed: next, nodes })
      if (json) outJson({ schema: 1, seed: next, nodes, ...verdict })
      else if (runs === 1) out(verdict.transcript.join('\n'))
      else
        out(
          `seed ${next}: ${verdict.acknowledged} writes, agreed after ${verdict.ticksToAgree / 10} s, digest ${verdict.digest.slice(0, 12)}`,
        )
    } catch (error) {
      throw new SwarmError(
        'SWARM_INTERNAL',
        `seed ${next} with ${nodes} nodes: ${(error as Error).message}`,
        `mcp-swarm simulate --seed ${next} --nodes ${nodes}`,
        { cause: error },
      )
    }
  }
  return 0
}
