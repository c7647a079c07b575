import { createInterface } from 'node:readline'
import { authored, isObject, isWhole, SwarmError } from '../../base/index.ts'
import type { Common } from '../context.ts'
import { readInput } from '../input.ts'
import { change, getItem, tellChanged } from '../item-calls.ts'
import { givenOf, type ItemFlags, objectIn, readObject } from '../item-flags.ts'
import { patchBetween } from '../patch-between.ts'
import { outJson, out, plain, say } from '../print.ts'
import { editText, isAtTerminal } from '../text-editor.ts'

type Fields = Readonly<Record<string, unknown>>

export interface EditFlags extends Common, ItemFlags {
  readonly from?: string
  readonly error?: string
  readonly errorFile?: string
  readonly expected?: string
}

const EXAMPLE = 'Give an item as `mcp-swarm knowledge get` prints it, or the fields to change: {"title": "…"}.'

/** By flags, from a file, or in the editor of whoever sits at the terminal. */
export async function knowledgeEdit(id: string, flags: EditFlags): Promise<number> {
  const given = [
    ...givenOf(flags),
    ...(flags.error === undefined ? [] : ['--error']),
    ...(flags.errorFile === undefined ? [] : ['--error-file']),
  ]
  if (flags.from !== undefined && given[0] !== undefined)
    throw new SwarmError('SWARM_USAGE', `--from and ${given[0]} say the same thing twice`, 'Use one of them.')
  if (flags.from !== undefined) return fromFile(id, flags.from, flags)
  if (given.length > 0) {
    const reply = await change(id, flags, { method: 'PATCH', body: await patchOf(flags), expected: flags.expected })
    tellChanged('updated', reply, flags)
    return 0
  }
  if (!isAtTerminal())
    throw new SwarmError(
      'SWARM_USAGE',
      'it is not said what to change, and there is no terminal for an editor',
      'Say it with flags (--title "…"), or with --from <file>.',
    )
  return inEditor(id, flags)
}

/** A whole item takes the place of the present one; anything else is what to change in it. */
async function fromFile(id: string, file: string, flags: EditFlags): Promise<number> {
  const json = await readObject(file, EXAMPLE)
  const whole = isWhole(json)
  const version = whole && typeof json['version'] === 'string' ? json['version'] : undefined
  const patch = whole ? patchBetween(authored(asFields(await getItem(id, flags))), authored(json)) : authored(json)
  const expected = flags.expected ?? version
  tellChanged('updated', await change(id, flags, { method: 'PATCH', body: patch, expected }), flags)
  return 0
}

async function inEditor(id: string, flags: EditFlags): Promise<number> {
  const item = await getItem(id, flags)
  const before = authored(asFields(item))
  const draft = await editText(`${id}.json`, `${JSON.stringify(before, null, 2)}\n`)
  try {
    const patch = patchBetween(before, authored(objectIn(draft.read(), EXAMPLE)))
    const isSame = Object.keys(patch).length === 0
    if (isSame) out('nothing was changed')
    else
      tellChanged('updated', await change(id, flags, { method: 'PATCH', body: patch, expected: item.version }), flags)
  } catch (error) {
    say(`  what you wrote is in ${draft.file}; hand it in with: mcp-swarm knowledge edit ${id} --from ${draft.file}`)
    throw error
  }
  draft.discard()
  return 0
}

/** An empty text takes the field out. */
async function patchOf(flags: EditFlags): Promise<Fields> {
  const { action, avoid, cause, doneWhen, goal, question, response, run, step, tag, text, title, verify } = flags
  const error = flags.errorFile === undefined ? flags.error : (await readInput(flags.errorFile)).text
  const fields: Fields = {
    title: said(title),
    text: said(text),
    error: said(error),
    tags: list(tag, (one) => one),
    solution: filled({
      action: said(action),
      cause: said(cause),
      verify: said(verify),
      commands: list(run, (one) => ({ run: one })),
      avoid: list(avoid, (tried) => ({ tried })),
    }),
    guide: filled({
      goal: said(goal),
      done_when: list(doneWhen, (one) => one),
      steps: list(step, (one) => ({ do: one })),
    }),
    qa: filled({ question: said(question), response: said(response) }),
  }
  return filled(fields) ?? {}
}

const said = (text: string | undefined): string | null | undefined => (text === '' ? null : text)

/** One empty entry empties the list. */
const list = <One>(
  entries: readonly string[] | undefined,
  make: (entry: string) => One,
): readonly One[] | null | undefined => (entries?.every((entry) => entry === '') ? null : entries?.map(make))

function filled(fields: Fields): Fields | undefined {
  const given = Object.entries(fields).filter(([, value]) => value !== undefined)
  return given.length === 0 ? undefined : Object.fromEntries(given)
}

const asFields = (value: unknown): Fields => (isObject(value) ? value : {})

export async function knowledgeDelete(
  id: string,
  flags: Common & { readonly yes?: boolean; readonly expected?: string },
): Promise<number> {
  if (!flags.yes && !(await isSure(id, flags))) {
    if (flags.json) outJson({ schema: 1, id, changed: false })
    else out('nothing was deleted')
    return 1
  }
  const reply = await change(id, flags, { method: 'DELETE', expected: flags.expected })
  if (flags.json) {
    outJson(reply)
    return 0
  }
  out(reply.changed ? `deleted ${id}` : `${id} was deleted already`)
  if (reply.note === null)
    say('  it is gone on every node, on those that are away when they come back, and stays gone')
  else say(`  ${plain(reply.note)}`)
  const before = reply.follows[0]
  if (before !== undefined) say(`  bring it back: mcp-swarm knowledge restore ${id} ${before}`)
  return 0
}

async function isSure(id: string, flags: Common): Promise<boolean> {
  const { title } = await getItem(id, flags)
  if (!isAtTerminal() || flags.json)
    throw new SwarmError(
      'SWARM_USAGE',
      `"${plain(title).slice(0, 100)}" would be deleted on every node`,
      'Say that it shall be: --yes',
    )
  const ask = createInterface({ input: process.stdin, output: process.stderr })
  const { promise, resolve } = Promise.withResolvers<string>()
  // Ctrl-D and Ctrl-C are no answer, and none is no.
  ask.once('close', () => resolve(''))
  ask.question(`delete "${plain(title).slice(0, 100)}" on every node? [y/N] `, resolve)
  const answer = await promise
  ask.close()
  return /^y(?:es)?$/i.test(answer.trim())
}
