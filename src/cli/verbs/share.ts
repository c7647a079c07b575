import { SwarmError } from '../../base/index.ts'
import type { Shared } from '../../driver/index.ts'
import { callNode } from '../client.ts'
import { type Common, runningNode } from '../context.ts'
import { readInput } from '../input.ts'
import { out, outJson, say } from '../print.ts'
import { projectHere } from '../project.ts'

export interface ShareFlags extends Common {
  readonly action?: string
  readonly error?: string
  readonly errorFile?: string
  readonly cause?: string
  readonly title?: string
  readonly kind?: string
  readonly text?: string
  readonly tag?: readonly string[]
  readonly run?: readonly string[]
  readonly verify?: string
  readonly avoid?: readonly string[]
  readonly private?: boolean
  readonly project?: boolean
  readonly visibility?: string
}

/**
 * From flags (the error by --error, --error-file or standard input), from a JSON file, or from JSON on standard
 * input (`share -`, or no flags at all).
 */
export async function share(file: string | undefined, flags: ShareFlags): Promise<number> {
  const said = flags.action !== undefined || flags.text !== undefined
  if (file !== undefined && said)
    throw new SwarmError(
      'SWARM_USAGE',
      'a JSON file and --action or --text say the same thing twice',
      'Use one of them.',
    )
  const aside = (['error', 'errorFile', 'cause', 'title', 'verify', 'run', 'avoid', 'tag', 'kind'] as const).find(
    (flag) => flags[flag] !== undefined,
  )
  if (!said && aside !== undefined)
    throw new SwarmError(
      'SWARM_USAGE',
      `--${aside === 'errorFile' ? 'error-file' : aside} says nothing without --action or --text`,
      'Add --action "what helped", or give all of it as JSON.',
    )
  const visibility = visibilityIn(flags)
  const body = said ? await fromFlags(flags) : await fromJson(file)
  const project = await projectHere()
  const shared = await callNode<Shared>(runningNode(flags), {
    method: 'POST',
    path: '/v1/items',
    body: { source: 'cli', ...(project ? { project } : {}), ...body, ...(visibility ? { visibility } : {}) },
  })
  if (flags.json) {
    outJson(shared)
    return 0
  }
  const who = WHO[shared.visibility]
  out(shared.duplicate ? `known already: ${shared.id}${who}` : `kept ${shared.id}${who}`)
  for (const { count, kind } of shared.redacted) say(`  taken out: ${count} × ${kind}`)
  return 0
}

const WHO = { private: '  on this machine only', project: '  for this project only', swarm: '' } as const

function visibilityIn(flags: ShareFlags): string | undefined {
  const said = [
    ...(flags.private ? ['private'] : []),
    ...(flags.project ? ['project'] : []),
    ...(flags.visibility ? [flags.visibility] : []),
  ]
  if (new Set(said).size > 1)
    throw new SwarmError('SWARM_USAGE', `${said.join(' and ')} exclude each other`, 'Use one of them.')
  return said[0]
}

async function fromFlags(flags: ShareFlags): Promise<object> {
  const error =
    flags.error ??
    (flags.errorFile !== undefined || !process.stdin.isTTY ? await pipedError(flags.errorFile) : undefined)
  const { action, avoid, cause, kind, run, tag, text, title, verify } = flags
  return {
    ...(error === undefined ? {} : { error }),
    ...Object.fromEntries(
      Object.entries({ action, cause, kind, text, title, verify }).filter(([, value]) => value !== undefined),
    ),
    ...(tag ? { tags: tag } : {}),
    ...(run ? { commands: run.map((command) => ({ run: command })) } : {}),
    ...(avoid ? { avoid: avoid.map((tried) => ({ tried })) } : {}),
  }
}

/** With flags the error is optional: an empty standard input is then no mistake. */
async function pipedError(file: string | undefined): Promise<string | undefined> {
  try {
    return (await readInput(file === '-' ? undefined : file)).text
  } catch (error) {
    if (file === undefined && error instanceof SwarmError && error.code === 'SWARM_EMPTY_INPUT') return undefined
    throw error
  }
}

async function fromJson(file: string | undefined): Promise<object> {
  if (file === undefined && process.stdin.isTTY)
    throw new SwarmError(
      'SWARM_EMPTY_INPUT',
      'there is nothing to keep',
      'Try: mcp-swarm share --error "…" --action "…", or mcp-swarm share fix.json',
    )
  const { droppedBytes, text } = await readInput(file === '-' ? undefined : file)
  if (droppedBytes > 0)
    throw new SwarmError(
      'SWARM_TOO_LARGE',
      'the JSON is longer than any item may be',
      'Keep the part of the output around the error.',
    )
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch (error) {
    throw new SwarmError(
      'SWARM_BAD_JSON',
      (error as Error).message.replaceAll(/\s+/g, ' ').slice(0, 200),
      'Give one object: {"error": "…", "action": "…"}. To pipe an error\'s text, add --action "…".',
    )
  }
  if (json === null || typeof json !== 'object' || Array.isArray(json))
    throw new SwarmError(
      'SWARM_BAD_INPUT',
      'the JSON is not an object',
      'Give one object: {"error": "…", "action": "…"}.',
    )
  return json
}
