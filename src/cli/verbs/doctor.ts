import { accessSync, constants, existsSync, statfsSync } from 'node:fs'
import { dirname } from 'node:path'
import { asSwarmError } from '../../base/index.ts'
import { EmbeddingEndpoint, endpointOf } from '../../embeddings/index.ts'
import { fileReason, makeDirectory } from '../../files/index.ts'
import { loadConfig, misspelt, readSources } from '../../config/index.ts'
import { callNode } from '../client.ts'
import { type Common, type Found, pickNode, stateOf } from '../context.ts'
import { counted, out, outJson, paint, plain, table } from '../print.ts'
import { called } from './leader.ts'
import { latencyOf, mebibytes, memoryOf, type MemoryView, vectorsOf } from './memory-status.ts'
import { CLOCK_TELL_MS, clockText, type StatusReply, vectorsText } from './status.ts'

interface Check {
  readonly name: string
  readonly result: 'ok' | 'warning' | 'problem'
  readonly detail: string
  /** What to do about it. */
  readonly next?: string
}

const EXIT_PROBLEMS = 10
const NODE_MAJOR_MIN = 24
/** What a model that is loaded first may take. Milliseconds. */
const DOCTOR_EMBEDS_MS = 5_000
/** Below this a store will soon refuse writes. Bytes. */
const FREE_BYTES_MIN = 200 * 1024 * 1024

/** Looks at everything a node needs, with or without one running. */
export async function doctor(flags: Common): Promise<number> {
  const node = pickNode(flags)
  const checks = [
    runtime(),
    ...(await modules()),
    await config(),
    ...(await embeddings()),
    ...folder(stateOf(flags).root),
    ...(await running(node)),
  ]
  const problems = checks.filter(({ result }) => result === 'problem').length
  const warnings = checks.filter(({ result }) => result === 'warning').length
  if (flags.json) outJson({ schema: 1, problems, warnings, checks })
  else {
    const mark = { ok: paint('green', '✓'), warning: paint('yellow', '!'), problem: paint('red', '✗') } as const
    out(
      table(
        checks.map(({ detail, name, next, result }) => [
          `${mark[result]} ${name}`,
          `${plain(detail)}${next ? `\n    → ${next}` : ''}`,
        ]),
      ),
    )
    out(
      problems + warnings === 0 ? 'all is well' : `${counted(problems, 'problem')}, ${counted(warnings, 'warning')}`,
    )
  }
  return problems > 0 ? EXIT_PROBLEMS : 0
}

function runtime(): Check {
  const [major = 0] = process.versions.node.split('.').map(Number)
  return {
    name: 'Node.js',
    result: major >= NODE_MAJOR_MIN ? 'ok' : 'problem',
    detail: process.versions.node,
    ...(major >= NODE_MAJOR_MIN ? {} : { next: 'install Node.js 24, or run npm ci again' }),
  }
}

async function modules(): Promise<readonly Check[]> {
  const names = ['better-sqlite3', 'classic-level'] as const
  return Promise.all(
    names.map(async (name): Promise<Check> => {
      try {
        await import(name)
        return { name, result: 'ok', detail: 'the native module loads' }
      } catch (error) {
        return {
          name,
          result: 'problem',
          detail: (error as Error).message.split('\n')[0] ?? '',
          next: 'run npm ci again on this machine',
        }
      }
    }),
  )
}

async function config(): Promise<Check> {
  try {
    const { origins } = loadConfig(await readSources({}, process.env, process.cwd()))
    const wrong = misspelt(process.env)
    if (wrong.length > 0) return { name: 'configuration', result: 'warning', detail: wrong.join(', ') }
    return {
      name: 'configuration',
      result: 'ok',
      detail:
        origins.size === 0 ? 'all defaults' : [...origins].map(([key, from]) => `${key} from ${from}`).join(', '),
    }
  } catch (error) {
    const { message, next } = asSwarmError(error)
    return { name: 'configuration', result: 'problem', detail: message, ...(next ? { next } : {}) }
  }
}

/** Asks for one vector, as a node of this configuration would. What cannot be read of it, `configuration` tells. */
async function embeddings(): Promise<readonly Check[]> {
  const name = 'embeddings'
  try {
    const settings = loadConfig(await readSources({}, process.env, process.cwd())).config.embeddings
    if (settings.url === '') return []
    const began = performance.now()
    const made = await firstVector(settings)
    const ms = Math.round(performance.now() - began)
    const isSlow = ms > settings.timeoutMs
    return [
      {
        name,
        result: isSlow ? 'warning' : 'ok',
        detail: `${settings.url} makes vectors of ${made} dimensions with ${settings.model ?? ''}, in ${ms} ms; texts go there`,
        ...(isSlow
          ? {
              next: `questions wait ${settings.timeoutMs} ms and go on without: ask again, or raise embeddings.timeoutMs`,
            }
          : {}),
      },
    ]
  } catch (error) {
    const { code, message, next } = asSwarmError(error)
    // Said already, of the configuration as a whole.
    if (code === 'SWARM_BAD_CONFIG' && !message.includes('embeddings.keyFile')) return []
    return [{ name, result: 'problem', detail: message, ...(next ? { next } : {}) }]
  }
}

async function firstVector(settings: Parameters<typeof endpointOf>[0]): Promise<number> {
  const options = endpointOf(settings)
  const embedder = options && new EmbeddingEndpoint({ ...options, timeoutMs: DOCTOR_EMBEDS_MS })
  return new Promise((resolve, reject) => {
    embedder?.embed(['error'], 'question', (made) =>
      made.ok ? resolve(made.value.vectors[0]?.length ?? 0) : reject(made.error),
    )
  })
}

function folder(root: string): readonly Check[] {
  let existing = root
  while (!existsSync(existing) && existing !== dirname(existing)) existing = dirname(existing)
  try {
    makeDirectory(existing)
    accessSync(existing, constants.W_OK | constants.X_OK)
  } catch (error) {
    return [unusable(existing, fileReason(error))]
  }
  const { bavail, blocks, bsize } = statfsSync(existing)
  if (blocks === 0) return [unusable(existing, 'no files can be kept there')]
  const free = bavail * bsize
  const enough = free >= FREE_BYTES_MIN
  return [
    { name: 'state directory', result: 'ok', detail: root },
    {
      name: 'disk',
      result: enough ? 'ok' : 'problem',
      detail: `${(free / 1e9).toFixed(1)} GB free`,
      ...(enough ? {} : { next: 'free some space: writes are refused when the disk is full' }),
    },
  ]
}

const unusable = (place: string, why: string): Check => ({
  name: 'state directory',
  result: 'problem',
  detail: `${place}: ${why}`,
  next: 'make it writable, or choose another with --state-dir',
})

async function running(node: Found): Promise<readonly Check[]> {
  if (!node.holder)
    return [{ name: 'node', result: 'warning', detail: `"${node.name}" is not running`, next: 'mcp-swarm start' }]
  try {
    const status = await callNode<StatusReply>(node, { method: 'GET', path: '/v1/status', timeoutMs: 5_000 })
    return [...describe(status), ...memoryChecks((await memoryOf(node)).memory)]
  } catch (error) {
    const { message } = asSwarmError(error)
    return [{ name: 'node', result: 'problem', detail: message, next: `mcp-swarm logs --name ${node.name}` }]
  }
}

function describe(status: StatusReply): readonly Check[] {
  const { clock_offset_ms: offset, discovery, knowledge, node, reason, stage, swarm, vectors } = status
  const alone = swarm.nodes === 1
  return [
    {
      name: 'node',
      result: stage === 'degraded' ? 'problem' : 'ok',
      detail: `${node.name} is ${stage}${reason ? `: ${reason}` : ''}`,
      ...(reason ? { next: 'see mcp-swarm logs' } : {}),
    },
    {
      name: 'listening',
      result: status.listening.length > 0 ? 'ok' : 'problem',
      detail: status.listening.join(', ') || 'on no address',
    },
    {
      name: 'peers',
      result: alone ? 'warning' : 'ok',
      detail: alone ? 'none found' : `${swarm.nodes - 1} connected`,
      ...(alone ? { next: 'start another node; across networks: mcp-swarm start --join HOST:PORT' } : {}),
    },
    ...discovery.map(({ detail, ok, source }): Check => ({ name: source, result: ok ? 'ok' : 'warning', detail })),
    clock(offset),
    membership(status),
    leader(status),
    {
      name: 'knowledge',
      result: knowledge.missing === 0 ? 'ok' : 'warning',
      detail: `${counted(knowledge.items, 'item')}, ${knowledge.missing} on the way`,
    },
    {
      name: 'vectors',
      result: vectors.trouble === null ? 'ok' : 'warning',
      detail: vectorsText(vectors) ?? `${counted(vectors.items, 'item')} in ${vectors.space}, without a model`,
    },
  ]
}

/** Beyond it a person waits for what is recalled. Milliseconds. */
const MEMORY_SLOW_MS = 500

/** None without the module. */
function memoryChecks(memory: MemoryView | null): readonly Check[] {
  if (memory === null) return []
  const { embeddings, facts, latency_ms: latency, lost, queued, reason, state } = memory
  const isSlow = Math.max(latency.read ?? 0, latency.write ?? 0) > MEMORY_SLOW_MS
  return [
    {
      name: 'memory',
      result: state === 'up' ? 'ok' : state === 'opening' ? 'warning' : 'problem',
      detail:
        facts && state === 'up' ? `${facts.version}, ${facts.place}` : `${state}: ${reason ?? 'not reached yet'}`,
      ...(state === 'down'
        ? { next: 'is the server of memory.url running? What is stored meanwhile waits on disk' }
        : {}),
    },
    {
      name: 'memory queue',
      result: lost > 0 ? 'problem' : queued > 0 ? 'warning' : 'ok',
      detail: `${queued} waiting on disk, ${lost} not kept`,
      ...(lost > 0 ? { next: 'mcp-swarm logs says which and why' } : {}),
    },
    ...(facts === null || state !== 'up'
      ? []
      : [
          {
            name: 'memory tables',
            result: facts.readOnly ? 'problem' : 'ok',
            detail: `version ${facts.migration}, ${facts.memories} memories${facts.bytes === null ? '' : `, ${mebibytes(facts.bytes)}`}${facts.readOnly ? '; the server takes no writes' : ''}`,
            ...(facts.readOnly ? { next: 'name the primary server in memory.url' } : {}),
          } satisfies Check,
          { name: 'memory vectors', result: 'ok', detail: vectorsOf(facts, embeddings) } satisfies Check,
          {
            name: 'memory latency',
            result: isSlow ? 'warning' : 'ok',
            detail: latencyOf(latency),
            ...(isSlow ? { next: 'is the server far away, or busy?' } : {}),
          } satisfies Check,
        ]),
  ]
}

/** Renewed by itself at half its life: less than a third of it means that nobody could be asked for weeks. */
const CERTIFICATE_MS_MIN = 30 * 86_400_000

function membership({ swarm }: StatusReply): Check {
  const { certificate, waiting } = swarm
  const left = Date.parse(certificate.expires) - Date.now()
  const until = certificate.expires.slice(0, 10)
  if (left <= 0)
    return {
      name: 'membership',
      result: 'problem',
      detail: `the certificate ran out on ${until}${waiting ? `; ${waiting.waits}` : ''}`,
      next: 'on a member: mcp-swarm nodes pending',
    }
  if (waiting)
    return {
      name: 'membership',
      result: 'warning',
      detail: `${waiting.waits}${waiting.answer ? `; it said: ${waiting.answer}` : ''}`,
      ...(waiting.words
        ? { next: `there: mcp-swarm nodes approve, after comparing the words "${waiting.words}"` }
        : {}),
    }
  if (left < CERTIFICATE_MS_MIN)
    return {
      name: 'membership',
      result: 'warning',
      detail: `the certificate runs out on ${until} and was not renewed`,
      next: 'connect it to a node whose role is auto, leader or backup',
    }
  return { name: 'membership', result: 'ok', detail: `until ${until}, as ${certificate.roles.join(', ')}` }
}

/** Without one all but coordination goes on: no problem of this node. */
function leader({ coordination, node }: StatusReply): Check {
  const { leader: named, reason } = coordination
  if (!named)
    return {
      name: 'leader',
      result: 'warning',
      detail: `nobody leads: ${reason ?? 'an election is under way'}`,
      next: 'mcp-swarm leader',
    }
  const who = named.id === node.id ? 'this node' : called(named)
  return { name: 'leader', result: 'ok', detail: `${who} leads; seat of this node: ${coordination.seat}` }
}

function clock(offset: number | null): Check {
  if (offset === null) return { name: 'clock', result: 'ok', detail: 'no peer to compare with' }
  const far = Math.abs(offset) > CLOCK_TELL_MS
  return {
    name: 'clock',
    result: far ? 'problem' : 'ok',
    detail: far ? clockText(offset) : `within ${Math.abs(offset)} ms of the peers`,
    ...(far ? { next: 'set the time on both machines (timedatectl set-ntp true)' } : {}),
  }
}
