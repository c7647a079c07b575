import { SwarmError } from '../base/index.ts'

/** An answer later than this helps nobody at a prompt. Ticks of 100 ms. */
const REQUEST_TICKS_MAX = 100

/** Both in ticks. */
export const isLate = (since: number, now: number): boolean => now - since > REQUEST_TICKS_MAX

export const lateError = (): SwarmError =>
  new SwarmError(
    'SWARM_TIMEOUT',
    'the store or the index did not answer in 10 s',
    'Look at `mcp-swarm logs` and `mcp-swarm doctor`.',
  )
