import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const folder = join(import.meta.dirname, '../fixtures/resolve')
/** The shared sets of real errors, when they are beside the project. */
const shared = join(import.meta.dirname, '../../../shared/data/errors')

export interface Fixture {
  readonly name: string
  /**
   * Fields the primary must have; `null` when nothing in the text is an error. `count` is that of all occurrences,
   * `roles` are those after the primary.
   */
  readonly expect: Readonly<Record<string, unknown>> | null
  readonly text: string
}

/** Errors, by tool. */
export const fixtures = (): (Fixture & { readonly expect: Readonly<Record<string, unknown>> })[] =>
  everything().flatMap((one) => (one.expect === null ? [] : [{ ...one, expect: one.expect }]))

/** A few of each kind, short: to compare each with all others. */
export const briefFixtures = (): ReturnType<typeof fixtures> => fixtures().filter(({ name }) => !name.includes('/'))

/** Texts without any error in them. */
export const quietFixtures = (): Fixture[] => everything().filter(({ expect }) => expect === null)

const everything = (): Fixture[] =>
  readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? family(entry.name) : blocks(entry.name),
  )

/** Short ones together in a file: `#### {expected}` and the text below. */
function blocks(file: string): Fixture[] {
  const blocks = readFileSync(join(folder, file), 'utf8')
    .split(/^#### /m)
    .slice(1)
  return blocks.map((block, at) => {
    const end = block.indexOf('\n')
    const expect = JSON.parse(block.slice(0, end)) as Record<string, unknown>
    return { name: `${file.replace('.txt', '')} ${at + 1}`, expect, text: block.slice(end + 1) }
  })
}

/** A folder of a family: `<case>.txt` as it was printed, byte for byte, and all expectations in `expect.json`. */
function family(name: string): Fixture[] {
  const expect = JSON.parse(readFileSync(join(folder, name, 'expect.json'), 'utf8')) as Record<
    string,
    Fixture['expect']
  >
  const cases = readdirSync(join(folder, name)).filter((file) => file.endsWith('.txt'))
  assert.deepEqual(cases.map((file) => file.slice(0, -4)).toSorted(), Object.keys(expect).toSorted(), name)
  return cases.map((file) => ({
    name: `${name}/${file}`,
    expect: expect[file.slice(0, -4)] ?? null,
    text: readFileSync(join(folder, name, file), 'utf8'),
  }))
}

/** Records of a shared set, or nothing when the sets are not here. */
export function sharedSet(file: string): Readonly<Record<string, string>>[] | undefined {
  const path = join(shared, file)
  if (!existsSync(path)) return undefined
  return readFileSync(path, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, string>)
}

export const skipWithout = (set: unknown): { skip: string | false } => ({
  skip: set === undefined ? 'the shared error sets are not beside the project' : false,
})
