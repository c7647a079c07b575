import { SwarmError } from '../base/index.ts'
import { readInput } from './input.ts'

/** What `share` and `knowledge edit` can be told about an item, flag by flag. */
export interface ItemFlags {
  readonly action?: string
  readonly cause?: string
  readonly title?: string
  readonly kind?: string
  readonly text?: string
  readonly tag?: readonly string[]
  readonly run?: readonly string[]
  readonly verify?: string
  readonly avoid?: readonly string[]
  readonly slug?: string
  readonly goal?: string
  readonly step?: readonly string[]
  readonly doneWhen?: readonly string[]
  readonly question?: string
  readonly response?: string
}

/** Those of the flags that are given, as they are typed. */
export const givenOf = (flags: ItemFlags): readonly string[] =>
  Object.entries(TYPED)
    .filter(([flag]) => flags[flag as keyof ItemFlags] !== undefined)
    .map(([, typed]) => typed)

const TYPED: Readonly<Record<keyof ItemFlags, string>> = {
  action: '--action',
  cause: '--cause',
  title: '--title',
  kind: '--kind',
  text: '--text',
  tag: '--tag',
  run: '--run',
  verify: '--verify',
  avoid: '--avoid',
  slug: '--slug',
  goal: '--goal',
  step: '--step',
  doneWhen: '--done-when',
  question: '--question',
  response: '--response',
}

/** One JSON object from a file, or from standard input. Throws SWARM_BAD_JSON and the errors of `readInput`. */
export async function readObject(
  file: string | undefined,
  example: string,
): Promise<Readonly<Record<string, unknown>>> {
  const { droppedBytes, text } = await readInput(file === '-' ? undefined : file)
  if (droppedBytes > 0)
    throw new SwarmError(
      'SWARM_TOO_LARGE',
      'the JSON is longer than any item may be',
      'Keep the part of the output around the error.',
    )
  return objectIn(text, example)
}

export function objectIn(text: string, example: string): Readonly<Record<string, unknown>> {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch (error) {
    throw new SwarmError('SWARM_BAD_JSON', (error as Error).message.replaceAll(/\s+/g, ' ').slice(0, 200), example)
  }
  if (json === null || typeof json !== 'object' || Array.isArray(json))
    throw new SwarmError('SWARM_BAD_INPUT', 'the JSON is not an object', example)
  return json as Readonly<Record<string, unknown>>
}
