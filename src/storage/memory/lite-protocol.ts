import type { MemoryStore } from '../../memory/index.ts'

export interface LiteOptions {
  readonly file: string
  /** Milliseconds since 1970. */
  readonly now: number
}

export type LiteMethod = Exclude<keyof MemoryStore, 'close'>

/** A call of the port, as it is. */
export interface LiteCall {
  readonly method: LiteMethod
  readonly args: readonly unknown[]
}

const WRITES: ReadonlySet<LiteMethod> = new Set(['put', 'pin', 'forget', 'prune', 'keepVectors', 'dropSpace', 'take'])

export const isWrite = ({ method }: LiteCall): boolean => WRITES.has(method)
