import { asShared, SwarmError } from '../../base/index.ts'
import type { Shared } from '../../driver/index.ts'
import { callNode } from '../client.ts'
import { type Common, runningNode } from '../context.ts'
import { readInput } from '../input.ts'
import { givenOf, type ItemFlags, readObject } from '../item-flags.ts'
import { out, outJson, plain, say } from '../print.ts'
import { projectHere } from '../project.ts'

export interface ShareFlags extends Common, ItemFlags {
  readonly from?: string
  readonly error?: string
  readonly errorFile?: string
  readonly private?: boolean
  readonly project?: boolean
  readonly visibility?: string
}

/** Each of these says something alone. */
const SAYING = ['action', 'text', 'step', 'question'] as const

/**
 * From flags (the error by --error, --error-file or standard input), from a JSON file, or from JSON on standard
 * input (`share -`, or no flags at all).
 */
export async function share(named: string | undefined, flags: ShareFlags): Promise<number> {
  if (named !== undefined && flags.from !== undefined && named !== flags.from)
    throw new SwarmError('SWARM_USAGE', 'two files are named', 'Use one of them.')
  const file = named ?? flags.from
  const said = SAYING.some((flag) => flags[flag] !== undefined)
  if (file !== undefined && said)
    throw new SwarmError(
      'SWARM_USAGE',
      'a JSON file and --action, --text, --step or --question say the same thing twice',
      'Use one of them.',
    )
  const aside = [
    ...(flags.error === undefined ? [] : ['--error']),
    ...(flags.errorFile === undefined ? [] : ['--error-file']),
    ...givenOf(flags),
  ]
  if (!said && aside[0] !== undefined)
    throw new SwarmError(
      'SWARM_USAGE',
      `${aside[0]} says nothing without --action, --text, --step or --question`,
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
  const done = shared.duplicate ? 'known already:' : shared.updated ? 'updated' : 'kept'
  out(`${done} ${shared.id}${who}`)
  for (const { count, kind } of shared.redacted) say(`  taken out: ${count} × ${kind}`)
  for (const { field, kept, of } of shared.shortened ?? [])
    say(`  of the ${field}: the ${kept} characters around what failed, of ${of}`)
  for (const { action, id } of shared.near ?? []) {
    say(`  known before for the same problem: ${id}  ${plain(action).split('\n')[0]?.slice(0, 100)}`)
    say(`    if they are one: mcp-swarm knowledge fold ${shared.id} --into ${id}`)
  }
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
  const {
    action,
    avoid,
    cause,
    doneWhen,
    goal,
    kind,
    question,
    response,
    run,
    slug,
    step,
    tag,
    text,
    title,
    verify,
  } = flags
  if (question !== undefined && response === undefined)
    throw new SwarmError('SWARM_USAGE', '--question has no answer', 'Add --response "…".')
  return {
    ...(error === undefined ? {} : { error }),
    ...Object.fromEntries(
      Object.entries({ action, cause, kind, slug, text, title, verify }).filter(([, value]) => value !== undefined),
    ),
    ...(tag ? { tags: tag } : {}),
    ...(run ? { commands: run.map((command) => ({ run: command })) } : {}),
    ...(avoid ? { avoid: avoid.map((tried) => ({ tried })) } : {}),
    ...(step
      ? {
          guide: {
            ...(goal === undefined ? {} : { goal }),
            ...(doneWhen ? { done_when: doneWhen } : {}),
            steps: step.map((words) => ({ do: words })),
          },
        }
      : {}),
    ...(question === undefined ? {} : { qa: { question, response } }),
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
  return asShared(
    await readObject(
      file,
      'Give one object: {"error": "…", "action": "…"}. To pipe an error\'s text, add --action "…".',
    ),
  )
}
