import { asSwarmError } from '../base/index.ts'
import type { Cost } from './limits.ts'

/** What a tool needs to know of who calls it. */
export interface Answering {
  /** Throws SWARM_RATE_LIMITED. */
  readonly meter: { take(cost: Cost): void }
  readonly project: string | undefined
}

type ToolAnswer = {
  content: { type: 'text'; text: string }[]
  structuredContent?: Record<string, unknown>
  isError?: boolean
}

/** What a tool says; a failure with its code and what to do. */
export async function toolAnswer(
  work: () => Promise<{ readonly structuredContent: Record<string, unknown>; readonly text: string }>,
): Promise<ToolAnswer> {
  try {
    const { structuredContent, text } = await work()
    return { content: [{ type: 'text', text }], structuredContent }
  } catch (thrown) {
    const error = asSwarmError(thrown)
    const text = [`${error.code}: ${error.message}`, error.next].filter(Boolean).join('\n')
    return { content: [{ type: 'text', text }], isError: true }
  }
}
