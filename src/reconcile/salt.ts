import { sha256 } from '../base/index.ts'
import type { Salt } from './keyed-hash.ts'

/** The salt of the sketch that all members keep, from a secret that they alone have. Another secret, another sketch. */
export function saltFrom(secret: string): Salt {
  const hash = sha256(`mcp-swarm sketch ${secret}`)
  return { lo: Number.parseInt(hash.slice(0, 8), 16) | 0, hi: Number.parseInt(hash.slice(8, 16), 16) | 0 }
}
