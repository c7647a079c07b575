import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const folder = join(import.meta.dirname, '../fixtures/resolve')
/** The shared sets of real errors, when they are beside the project. */
const shared = join(import.meta.dirname, '../../../shared/data/errors')

export interface Fixture {
  readonly name: string
  /** Fields the primary must have. */
  readonly expect: Readonly<Record<string, unknown>>
  readonly text: string
}

/** Blocks of `#### {expected}` and the text below. */
export function fixtures(): Fixture[] {
  return readdirSync(folder).flatMap((file) => {
    const blocks = readFileSync(join(folder, file), 'utf8')
      .split(/^#### /m)
      .slice(1)
    return blocks.map((block, at) => {
      const end = block.indexOf('\n')
      const expect = JSON.parse(block.slice(0, end)) as Record<string, unknown>
      return { name: `${file.replace('.txt', '')} ${at + 1}`, expect, text: block.slice(end + 1) }
    })
  })
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
