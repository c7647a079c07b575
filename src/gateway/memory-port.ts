import { SwarmError } from '../base/index.ts'
import type { MemoryOp, MemoryReplies, MemoryStatus, SimilarTold } from '../memory/index.ts'

/** Where memories are asked for: here, or on a node that has the module. */
export interface MemoryPort {
  ask<Op extends MemoryOp['op']>(op: Extract<MemoryOp, { op: Op }>): Promise<MemoryReplies[Op]>
  /** Keys of a project, by the URL of its git remote; none for none. */
  projects(url: string | undefined): string[]
  /** Who sees what is stored, where nobody says it. */
  readonly visibility: 'private' | 'project' | 'swarm'
  /** Whether a node that can be reached has the module. */
  readonly isThere: () => boolean
  /** Of this node's own module; null without one. */
  status(): Promise<MemoryStatus | null>
}

/** A question that is not known, and those that are like it. */
export class NotKnown extends SwarmError {
  readonly similar: readonly SimilarTold[]

  constructor(why: string, similar: readonly SimilarTold[]) {
    super(
      'SWARM_NOT_FOUND',
      why,
      similar.length > 0 ? 'See `similar`.' : 'Store an answer: POST /store_response, or the tool remember.',
    )
    this.similar = similar
  }
}
