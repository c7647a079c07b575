import type { NodeId } from '../base/index.ts'

/** Who may pass: asked on every connection, after Noise has proven the other side's key and before anything else. */
export interface Gate {
  /** What this node shows of itself: JSON, at most GATE_BYTES_MAX. */
  shown(): string
  /** Null when what `peer` shows makes it a member; else why not, in one sentence. */
  judge(peer: NodeId, shown: string): string | null
  /** A stranger asks to be let in. The answer is JSON and all it ever hears. */
  knock(peer: NodeId, from: string, request: string): Promise<string>
}

/** A certificate with the longest chain and all successors of the key. */
export const GATE_BYTES_MAX = 32 * 1024
