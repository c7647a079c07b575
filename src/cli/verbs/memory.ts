import { SwarmError } from '../../base/index.ts'
import { indent } from '../answer.ts'
import { callNode } from '../client.ts'
import { type Common, runningNode } from '../context.ts'
import { readInput } from '../input.ts'
import { ago, out, outJson, paint, plain, say } from '../print.ts'
import { projectHere } from '../project.ts'

const LIMIT = 10
const SHOWN_CHARS = 400

interface MemoryView {
  readonly question_id: string
  readonly rev: number
  readonly question: string
  readonly response: string
  readonly context: string | null
  readonly tags: readonly string[]
  readonly visibility: 'private' | 'project' | 'swarm'
  readonly model: string | null
  readonly agent: string | null
  readonly pinned: boolean
  readonly updated: string
  readonly score?: number
  readonly history?: readonly MemoryView[]
}

const pathOf = (id: string): string => `/v1/memories/${encodeURIComponent(id)}`

/** What is of this folder's project is told to those who say that they are in it. */
async function here(): Promise<URLSearchParams> {
  const project = await projectHere()
  return new URLSearchParams(project === undefined ? {} : { project })
}

export async function memorySearch(
  words: readonly string[],
  flags: Common & {
    readonly mode?: string
    readonly tag?: string
    readonly project?: boolean
    readonly limit?: number
  },
): Promise<number> {
  const query = await here()
  if (flags.project) {
    if (!query.has('project')) throw noProject()
    query.set('here', '1')
  }
  query.set('q', words.join(' '))
  query.set('limit', String(flags.limit ?? LIMIT))
  if (flags.mode !== undefined) query.set('mode', flags.mode)
  if (flags.tag !== undefined) query.set('tag', flags.tag)
  const page = await callNode<{ readonly memories: readonly MemoryView[] }>(runningNode(flags), {
    method: 'GET',
    path: `/v1/memories?${query.toString()}`,
  })
  if (flags.json) outJson(page)
  else if (page.memories.length === 0) out('nothing like it was asked before')
  else out(page.memories.map((memory) => shown(memory, SHOWN_CHARS)).join('\n\n'))
  return 0
}

export async function memoryShow(
  id: string,
  flags: Common & { readonly rev?: number; readonly history?: boolean },
): Promise<number> {
  const query = await here()
  if (flags.rev !== undefined) query.set('rev', String(flags.rev))
  if (flags.history) query.set('history', '1')
  const memory = await callNode<MemoryView>(runningNode(flags), {
    method: 'GET',
    path: `/get_knowledge/${encodeURIComponent(id)}?${query.toString()}`,
  })
  if (flags.json) outJson(memory)
  else out((memory.history ?? [memory]).map((one) => shown(one)).join('\n\n'))
  return 0
}

/** A response of an agent is long; what comes first says what it is about. */
function shown(memory: MemoryView, charsMax = Infinity): string {
  const { agent, model, pinned, question, response, rev, score, tags, visibility } = memory
  const facts = [
    `${memory.question_id}, version ${rev}, ${ago(Date.now() - Date.parse(memory.updated))} ago`,
    ...(score === undefined ? [] : [`alike ${score.toFixed(2)}`]),
    ...(visibility === 'swarm' ? [] : [visibility]),
    ...(pinned ? ['pinned'] : []),
    ...(model === null ? [] : [model]),
    ...(agent === null ? [] : [agent]),
    ...(tags.length === 0 ? [] : [tags.map((tag) => `#${tag}`).join(' ')]),
  ]
  const cut = response.length > charsMax
  return [
    paint('bold', plain(question).trim()),
    ...indent(cut ? `${response.slice(0, charsMax)}…` : response),
    ...(memory.context && !cut ? indent(`context: ${memory.context}`) : []),
    paint('dim', `  ${plain(facts.join(', '))}`),
  ].join('\n')
}

export interface StoreFlags extends Common {
  readonly question?: string
  readonly response?: string
  readonly id?: string
  readonly context?: string
  readonly tag?: readonly string[]
  readonly model?: string
  readonly tokens?: number
  readonly agent?: string
  readonly private?: boolean
  readonly project?: boolean
  readonly visibility?: string
}

interface Stored {
  readonly question_id: string
  readonly rev: number | null
  readonly is: 'created' | 'revised' | 'same' | 'queued'
  readonly duplicate_of: string | null
  readonly redacted: readonly { readonly kind: string; readonly count: number }[]
}

/** The question by a flag; the response by a flag or on standard input. */
export async function memoryStore(flags: StoreFlags): Promise<number> {
  const { agent, context, id, model, question, tag, tokens } = flags
  if (question === undefined)
    throw new SwarmError(
      'SWARM_USAGE',
      'no question is given',
      'Try: mcp-swarm memory store --question "…" --response "…", or pipe the response in.',
    )
  const visibility = visibilityIn(flags)
  const project = await projectHere()
  if (visibility === 'project' && project === undefined) throw noProject()
  const response = flags.response ?? (await piped())
  const stored = await callNode<Stored>(runningNode(flags), {
    method: 'POST',
    path: '/store_response',
    body: {
      question,
      response,
      question_id: id,
      context,
      model,
      tokens,
      agent,
      tags: tag,
      project,
      visibility,
    },
  })
  if (flags.json) {
    outJson(stored)
    return 0
  }
  out(`${DONE[stored.is]} ${stored.question_id}${stored.rev === null ? '' : `, version ${stored.rev}`}`)
  if (stored.is === 'queued') say('  the memory cannot be reached: it waits on disk; see mcp-swarm memory status')
  if (stored.duplicate_of !== null) say(`  the very same is kept as ${plain(stored.duplicate_of)}`)
  for (const { count, kind } of stored.redacted) say(`  taken out: ${count} × ${kind}`)
  return 0
}

const DONE = { created: 'kept', revised: 'kept a new version of', same: 'known already:', queued: 'waits:' } as const

async function piped(): Promise<string> {
  if (process.stdin.isTTY)
    throw new SwarmError('SWARM_USAGE', '--question has no response', 'Add --response "…", or pipe it in.')
  const { droppedBytes, text } = await readInput(undefined)
  if (droppedBytes === 0) return text
  throw new SwarmError('SWARM_TOO_LARGE', 'the response is longer than any memory may be', 'Keep what matters of it.')
}

function visibilityIn(flags: StoreFlags): string | undefined {
  const said = new Set([
    ...(flags.private ? ['private'] : []),
    ...(flags.project ? ['project'] : []),
    ...(flags.visibility === undefined ? [] : [flags.visibility]),
  ])
  if (said.size > 1)
    throw new SwarmError('SWARM_USAGE', `${[...said].join(' and ')} exclude each other`, 'Use one of them.')
  return [...said][0]
}

/** One after the other; stops at the first that is not there, which is told with what was forgotten before it. */
export async function memoryForget(ids: readonly string[], flags: Common): Promise<number> {
  const node = runningNode(flags)
  const query = (await here()).toString()
  const forgotten: string[] = []
  try {
    for (const id of ids) {
      await callNode(node, { method: 'DELETE', path: `${pathOf(id)}?${query}` })
      forgotten.push(id)
    }
  } finally {
    if (flags.json) outJson({ schema: 1, forgotten })
    else for (const id of forgotten) out(`forgotten: ${plain(id)}`)
  }
  return 0
}

export async function memoryPin(id: string, flags: Common & { readonly off?: boolean }): Promise<number> {
  const pinned = !flags.off
  const reply = await callNode(runningNode(flags), {
    method: 'PUT',
    path: `${pathOf(id)}/pin?${(await here()).toString()}`,
    body: { pinned },
  })
  if (flags.json) outJson(reply)
  else out(pinned ? `${plain(id)} is kept whatever its age` : `${plain(id)} is kept no longer than others`)
  return 0
}

const noProject = (): SwarmError =>
  new SwarmError(
    'SWARM_USAGE',
    'this folder is no clone of a project with a git remote',
    'Go to the folder of the project, or leave --project out.',
  )
