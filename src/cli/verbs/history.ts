import { authored, type FieldDiff, fieldDiffs, isObject, SwarmError } from '../../base/index.ts'
import type { Common } from '../context.ts'
import {
  change,
  getHistory,
  getVersion,
  tellChanged,
  type ToldHistory,
  versionCalled,
  writerOf,
} from '../item-calls.ts'
import { type DiffLine, diffLines } from '../line-diff.ts'
import { ago, out, outJson, paint, plain, table } from '../print.ts'

/** Unchanged lines shown around a change. */
const CONTEXT_LINES = 2

/** All versions of an item. */
export async function knowledgeHistory(id: string, flags: Common): Promise<number> {
  const history = await getHistory(id, flags)
  if (flags.json) {
    outJson(history)
    return 0
  }
  const rows = history.versions.map(
    ({ agent, at, by, change: what, follows, private: isPrivate, source, state, version }) => [
      version,
      `${ago(Date.now() - Date.parse(at))} ago`,
      plain(by.name ?? by.node).slice(0, 30),
      by.standing === 'local' ? 'this node' : by.standing,
      `${what}${source === null ? '' : ` by ${plain(agent ?? source).slice(0, 20)}`}${isPrivate ? ' (private)' : ''}`,
      follows.map((one) => one.slice(0, 8)).join(' ') || '-',
      STATES[state],
    ],
  )
  out(
    table([['VERSION', 'WHEN', 'ON', 'STANDING', 'WHAT', 'FOLLOWS', ''].map((word) => paint('dim', word)), ...rows]),
  )
  out(`${history.present} counts here: ${history.why}`)
  return 0
}

const STATES = { present: 'counts here', other: 'stands beside it', past: '' } as const

/** What differs between two versions: the present one and the one before it, unless told. */
export async function knowledgeDiff(
  id: string,
  called: readonly [a: string | undefined, b: string | undefined],
  flags: Common,
): Promise<number> {
  const history = await getHistory(id, flags)
  const [a, b] = pairOf(history, called)
  const [before, after] = await Promise.all([a, b].map((version) => getVersion(id, version, flags)))
  const fields = fieldDiffs(saidIn(before?.item), saidIn(after?.item))
  if (flags.json) {
    outJson({ schema: 1, id, a, b, fields })
    return 0
  }
  if (before && after) {
    out(paint('red', `- ${a}  ${before.change} by ${writerOf(before)}`))
    out(paint('green', `+ ${b}  ${after.change} by ${writerOf(after)}`))
  }
  out(fields.length === 0 ? 'they say the same' : fields.map(renderField).join('\n'))
  return 0
}

function pairOf(
  history: ToldHistory,
  [a, b]: readonly [string | undefined, string | undefined],
): readonly [string, string] {
  if (a !== undefined && b !== undefined)
    return [versionCalled(history, a).version, versionCalled(history, b).version]
  if (a !== undefined) return [versionCalled(history, a).version, history.present]
  const held = new Set(history.versions.map(({ version }) => version))
  const present = history.versions.find(({ version }) => version === history.present)
  const before = present?.follows.find((version) => held.has(version))
  if (before !== undefined) return [before, history.present]
  throw new SwarmError(
    'SWARM_NOT_FOUND',
    'there is no version before the present one',
    `See its versions: mcp-swarm knowledge history ${history.id}`,
  )
}

/** Of a deletion there is nothing. */
export const saidIn = (item: unknown): Readonly<Record<string, unknown>> => (isObject(item) ? authored(item) : {})

function renderField({ a, b, field }: FieldDiff): string {
  const lines = a === null || b === null ? oneSided(a, b) : diffLines(plain(a), plain(b))
  return [paint('bold', plain(field)), ...withContext(lines)].join('\n')
}

const oneSided = (a: string | null, b: string | null): readonly DiffLine[] => [
  ...plainLines(a).map((text) => ({ is: 'gone', text }) as const),
  ...plainLines(b).map((text) => ({ is: 'new', text }) as const),
]
const plainLines = (text: string | null): readonly string[] => (text === null ? [] : plain(text).split('\n'))

function withContext(lines: readonly DiffLine[]): readonly string[] {
  const changed = lines.flatMap(({ is }, index) => (is === 'same' ? [] : [index]))
  const near = new Set(
    changed.flatMap((at) => Array.from({ length: 2 * CONTEXT_LINES + 1 }, (_, n) => at - CONTEXT_LINES + n)),
  )
  return lines.flatMap(({ is, text }, index) => {
    if (is === 'gone') return [paint('red', `- ${text}`)]
    if (is === 'new') return [paint('green', `+ ${text}`)]
    if (near.has(index)) return [paint('dim', `  ${text}`)]
    return near.has(index - 1) ? [paint('dim', '  …')] : []
  })
}

/** Its text is written anew, in place of all that stand; also of a deletion. */
export async function knowledgeRestore(id: string, called: string, flags: Common): Promise<number> {
  const { version } = versionCalled(await getHistory(id, flags), called)
  tellChanged(
    `restored ${version.slice(0, 8)} of`,
    await change(id, flags, { to: '/restore', body: { version } }),
    flags,
  )
  return 0
}
