import { isItemId, SwarmError } from '../../base/index.ts'
import type { GuideAnswer } from '../../driver/index.ts'
import { callNode } from '../client.ts'
import { type Common, runningNode } from '../context.ts'
import { renderGuide } from '../guide-answer.ts'
import { out, outJson, say } from '../print.ts'
import { projectHere } from '../project.ts'
import { stackHere } from '../stack.ts'

export interface GuideFlags extends Common {
  readonly stack?: readonly string[]
  readonly step?: number
  readonly maxTokens?: number
}

/** As of `resolve`. */
const EXIT_NOTHING_KNOWN = 4

/** How something is done: by its goal in plain words, or by the id of a guide. */
export async function guide(words: readonly string[], flags: GuideFlags): Promise<number> {
  const goal = words.join(' ').trim()
  if (goal === '')
    throw new SwarmError(
      'SWARM_EMPTY_INPUT',
      'the goal is empty',
      'Say what is to be done: mcp-swarm guide "add dark mode to the settings page"',
    )
  const isId = isItemId(goal)
  const stack = flags.stack ?? (await stackHere())
  const project = await projectHere()
  const answer = await callNode<GuideAnswer>(runningNode(flags), {
    method: 'POST',
    path: '/v1/guide',
    body: {
      ...(isId ? { guide: goal } : { goal }),
      ...(stack.length > 0 ? { stack } : {}),
      ...(flags.step ? { step: flags.step } : {}),
      ...(flags.maxTokens ? { max_tokens: flags.maxTokens } : {}),
      ...(project ? { project } : {}),
      agent: 'mcp-swarm guide',
    },
  })
  if (flags.json) outJson(answer)
  else {
    out(renderGuide(answer, { goal, now: Date.now(), stream: process.stdout }))
    if (answer.nodes) say(`looked up by ${answer.nodes.map(({ ms, name }) => `${name} (${ms} ms)`).join(', ')}`)
    if (answer.behind !== undefined)
      say(`${answer.behind} revisions that other nodes hold are still on their way here: ask again in a moment`)
  }
  return answer.guide ? 0 : EXIT_NOTHING_KNOWN
}
