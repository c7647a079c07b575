import { authored, isObject, isWhole, leavesOf, SwarmError } from '../../base/index.ts'
import type { ConflictPage, ConflictView, VersionHead, VersionView } from '../../driver/index.ts'
import { callNode } from '../client.ts'
import { type Common, runningNode } from '../context.ts'
import { change, getHistory, getVersion, tellChanged, type Told, versionCalled, writerOf } from '../item-calls.ts'
import { objectIn, readObject } from '../item-flags.ts'
import { patchBetween } from '../patch-between.ts'
import { out, outJson, paint, plain, say } from '../print.ts'
import { editText, isAtTerminal } from '../text-editor.ts'
import { saidIn } from './history.ts'

type ToldConflict = Omit<ConflictView, 'present' | 'others'> & {
  readonly present: Told<VersionHead>
  readonly others: readonly Told<VersionHead>[]
}
interface Page extends Pick<ConflictPage, 'next'> {
  readonly conflicts: readonly ToldConflict[]
}

/** Asked for at once. */
const PAGE = 50
/** What a version can follow directly. */
const SETTLED_MAX = 16
/** Beside the present text in the editor, to be taken from; never part of the item. */
const ASIDE = '_other_versions'

/** Items of which several versions stand beside one another, or those of one item side by side. */
export async function knowledgeConflicts(id: string | undefined, flags: Common): Promise<number> {
  if (id !== undefined) return sideBySide(id, flags)
  const conflicts: ToldConflict[] = []
  let next: string | null = null
  do {
    const after: string = next === null ? '' : `&cursor=${next}`
    const page: Page = await callNode<Page>(runningNode(flags), {
      method: 'GET',
      path: `/v1/conflicts?limit=${PAGE}${after}`,
    })
    conflicts.push(...page.conflicts)
    next = page.next
  } while (next !== null)
  if (flags.json) outJson({ schema: 1, conflicts })
  else if (conflicts.length === 0) out('no item has two versions that stand beside each other')
  else out([...conflicts.map(renderConflict), LOOK].join('\n'))
  return 0
}

const LOOK = 'side by side: mcp-swarm knowledge conflicts <id>; settle it: mcp-swarm knowledge merge <id>'

const renderConflict = ({ id, others, present, title }: ToldConflict): string =>
  [
    `${id}  ${paint('bold', plain(title).slice(0, 100))}`,
    `  ${paint('green', present.version)}  ${wordsOf(present)}, counts here`,
    ...others.map((one) => `  ${paint('yellow', one.version)}  ${wordsOf(one)}`),
  ].join('\n')

const wordsOf = (one: Told<VersionHead>): string => `${one.change} by ${writerOf(one)}`

/** The present version first. */
async function standing(id: string, flags: Common): Promise<readonly Told<VersionView>[]> {
  const { versions } = await getHistory(id, flags)
  const stand = [
    ...versions.filter(({ state }) => state === 'present'),
    ...versions.filter(({ state }) => state === 'other'),
  ]
  return Promise.all(stand.map(({ version }) => getVersion(id, version, flags)))
}

async function sideBySide(id: string, flags: Common): Promise<number> {
  const versions = await standing(id, flags)
  if (flags.json) {
    outJson({ schema: 1, id, versions })
    return 0
  }
  if (versions.length < 2) {
    out(`${id} has one version that counts, and none beside it`)
    return 0
  }
  const leaves = versions.map(({ item }) => leavesOf(saidIn(item)))
  const fields = [...new Set(leaves.flatMap((one) => [...one.keys()]))]
  const differing = fields.filter((field) => new Set(leaves.map((one) => one.get(field))).size > 1)
  out(
    [
      ...versions.map(
        (one, index) => `${letter(index)}  ${one.version}  ${wordsOf(one)}${index === 0 ? ', counts here' : ''}`,
      ),
      ...differing.flatMap((field) => [
        paint('bold', plain(field)),
        ...leaves.flatMap((one, index) => valueLines(letter(index), one.get(field))),
      ]),
      paint('dim', `merge them: mcp-swarm knowledge merge ${id} (or --take ${versions[1]?.version})`),
      paint('dim', `keep A: mcp-swarm knowledge dismiss ${id} ${versions[1]?.version}`),
    ].join('\n'),
  )
  return 0
}

const letter = (index: number): string => paint('cyan', String.fromCodePoint(65 + (index % 26)))

const valueLines = (name: string, value: string | undefined): readonly string[] =>
  value === undefined
    ? [`  ${name}  ${paint('dim', '(not there)')}`]
    : plain(value)
        .split('\n')
        .map((line, index) => `  ${index === 0 ? name : ' '}  ${line}`)

export interface MergeFlags extends Common {
  readonly take?: string
  readonly from?: string
}

/** One version of several: one of them, a file, or what a person makes of them. */
export async function knowledgeMerge(id: string, flags: MergeFlags): Promise<number> {
  if (flags.take !== undefined && flags.from !== undefined)
    throw new SwarmError('SWARM_USAGE', '--take and --from exclude each other', 'Use one of them.')
  if (flags.take !== undefined) {
    const { version } = versionCalled(await getHistory(id, flags), flags.take)
    tellChanged('merged', await change(id, flags, { to: '/merge', body: { take: version } }), flags)
    return 0
  }
  const versions = await standing(id, flags)
  if (versions.length < 2)
    throw new SwarmError('SWARM_CONFLICT', 'there is no other version to merge', 'See `mcp-swarm knowledge history`.')
  const base = versions.find(({ item }) => item !== null)
  if (!base) throw new SwarmError('SWARM_CONFLICT', 'all its versions are deletions', 'Take one: --take <version>')
  const before = saidIn(base.item)
  const settled = versions.map(({ version }) => version).slice(0, SETTLED_MAX)
  const send = async (json: Readonly<Record<string, unknown>>): Promise<void> => {
    const { [ASIDE]: _aside, ...said } = authored(json)
    const patch = isWhole(json) ? patchBetween(before, said) : said
    const body = { take: base.version, patch, versions: settled }
    tellChanged('merged', await change(id, flags, { to: '/merge', body }), flags)
  }
  if (flags.from !== undefined) {
    await send(await readObject(flags.from, EXAMPLE))
    return 0
  }
  if (!isAtTerminal())
    throw new SwarmError(
      'SWARM_USAGE',
      'it is not said what the merged text is, and there is no terminal for an editor',
      'Take one with --take <version>, or give the text with --from <file>.',
    )
  const aside = Object.fromEntries(
    versions
      .filter((one) => one !== base)
      .map((one) => [`${one.version} (${wordsOf(one)})`, differing(before, one.item)]),
  )
  const text = `${JSON.stringify({ ...before, [ASIDE]: aside }, null, 2)}\n`
  const draft = await editText(`${id}.json`, text)
  // Who only looked has not decided.
  if (draft.read() === text) {
    draft.discard()
    out(
      `nothing was changed, so nothing is merged; to keep one as it is: mcp-swarm knowledge merge ${id} --take <version>`,
    )
    return 1
  }
  try {
    await send(objectIn(draft.read(), EXAMPLE))
  } catch (error) {
    say(`  what you wrote is in ${draft.file}; hand it in with: mcp-swarm knowledge merge ${id} --from ${draft.file}`)
    throw error
  }
  draft.discard()
  return 0
}

const EXAMPLE = 'Give the item as `mcp-swarm knowledge get` prints it.'

const differing = (before: Readonly<Record<string, unknown>>, item: unknown): unknown =>
  isObject(item) ? patchBetween(before, authored(item)) : 'deleted'

/** The present text stays, and that version does not stand beside it any more. */
export async function knowledgeDismiss(id: string, called: string, flags: Common): Promise<number> {
  const { version } = versionCalled(await getHistory(id, flags), called)
  tellChanged(
    `dismissed ${version.slice(0, 8)} of`,
    await change(id, flags, { to: '/dismiss', body: { version } }),
    flags,
  )
  return 0
}
