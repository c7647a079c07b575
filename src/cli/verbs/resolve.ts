import { SwarmError } from '../../base/index.ts'
import type { Answer } from '../../driver/index.ts'
import { renderAnswer } from '../answer.ts'
import { callNode } from '../client.ts'
import { type Common, runningNode } from '../context.ts'
import { environmentHere } from '../environment.ts'
import { asText, readInput } from '../input.ts'
import { out, outJson, say } from '../print.ts'
import { projectHere } from '../project.ts'

export interface ResolveFlags extends Common {
  readonly file?: string
  readonly limit?: number
  readonly command?: string
  readonly maxTokens?: number
}

/** Nothing known: no failure, but not success either, so that scripts can tell. */
const EXIT_NOTHING_KNOWN = 4

export async function resolve(words: readonly string[], flags: ResolveFlags): Promise<number> {
  if (words.length > 0 && flags.file !== undefined)
    throw new SwarmError('SWARM_USAGE', 'the error is given as words and as a file', 'Use one of them.')
  const input =
    words.length > 0
      ? { text: asText(Buffer.from(words.join(' '))), droppedBytes: 0 }
      : await readInput(flags.file === '-' ? undefined : flags.file)
  if (input.droppedBytes > 0)
    say(`the input is large: ${(input.droppedBytes / 1048576).toFixed(0)} MiB of its middle were left out`)
  const node = runningNode(flags)
  const project = await projectHere()
  const answer = await callNode<Answer>(node, {
    method: 'POST',
    path: '/v1/resolve',
    body: {
      error: input.text,
      agent: 'mcp-swarm resolve',
      env: await environmentHere(),
      ...(flags.command ? { command: flags.command } : {}),
      ...(flags.limit ? { max_fixes: flags.limit } : {}),
      ...(project ? { project } : {}),
      ...(flags.maxTokens ? { max_tokens: flags.maxTokens } : {}),
    },
  })
  if (flags.json) outJson(answer)
  else {
    out(renderAnswer(answer, Date.now(), process.stdout))
    if (answer.nodes) say(`looked up by ${answer.nodes.map(({ ms, name }) => `${name} (${ms} ms)`).join(', ')}`)
    if (answer.behind !== undefined)
      say(`${answer.behind} revisions that other nodes hold are still on their way here: ask again in a moment`)
  }
  return answer.fixes.length > 0 ? 0 : EXIT_NOTHING_KNOWN
}
