import { existsSync } from 'node:fs'
import { SwarmError } from '../../base/index.ts'
import type { Explanation } from '../../driver/index.ts'
import { callNode } from '../client.ts'
import { type Common, runningNode } from '../context.ts'
import { renderExplanation } from '../explanation.ts'
import { asText, type Input, readInput } from '../input.ts'
import { out, outJson, say } from '../print.ts'
import { projectHere } from '../project.ts'

export interface ExplainFlags extends Common {
  readonly file?: string
  readonly command?: string
}

const EXIT_NO_ERROR = 4
/** One word that can only be meant as the name of a file. */
const FILE = /^(?:[\w.~-]*\/)*[\w.-]+\.(?:log|txt|out|err|json|md)$/

/** What is read out of a text, and why it is answered as it is: text as words, one word that names a file, or piped in. */
export async function explain(words: readonly string[], flags: ExplainFlags): Promise<number> {
  const input = await inputOf(words, flags.file)
  if (input.droppedBytes > 0)
    say(`the input is large: ${(input.droppedBytes / 1048576).toFixed(0)} MiB of its middle were left out`)
  const project = await projectHere()
  const explanation = await callNode<Explanation>(runningNode(flags), {
    method: 'POST',
    path: '/v1/explain',
    body: {
      error: input.text,
      ...(flags.command ? { command: flags.command } : {}),
      ...(project ? { project } : {}),
    },
  })
  if (flags.json) outJson(explanation)
  else out(renderExplanation(explanation, process.stdout))
  return explanation.recognised ? 0 : EXIT_NO_ERROR
}

async function inputOf(words: readonly string[], file: string | undefined): Promise<Input> {
  if (words.length > 0 && file !== undefined)
    throw new SwarmError('SWARM_USAGE', 'the error is given as words and as a file', 'Use one of them.')
  const [word] = words
  if (word !== undefined && words.length === 1 && existsSync(word)) return readInput(word)
  if (word !== undefined && words.length === 1 && FILE.test(word))
    throw new SwarmError(
      'SWARM_BAD_INPUT',
      `there is no file ${word}`,
      'Give the name of one, or the error in words.',
    )
  if (word === undefined) return readInput(file === '-' ? undefined : file)
  return { text: asText(Buffer.from(words.join(' '))), droppedBytes: 0 }
}
