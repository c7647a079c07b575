import { sha256 } from '../base/index.ts'
import type { Memory } from './record.ts'
import type { MemoryStore } from './store.ts'

/** Versions that are read at once. */
const PAGE = 200
/** Taken at once: a store gives no call more than some seconds. Characters. */
const TAKEN_CHARS = 1024 * 1024
/** Others may write meanwhile, where several share a store; what they wrote is moved by the next round. */
const ROUNDS = 3
/** Named when they are not alike. */
const NAMED_MAX = 20
/** Enough to tell versions apart, little enough to hold a million of them. Hex digits. */
const DIGEST = 24

type Version = Memory & { readonly content: string }

export interface Moved {
  /** Versions in the store that was read, forgotten ones too. */
  readonly versions: number
  /** Versions the other store had not. */
  readonly added: number
  /** Versions that are in the other store as they are here: each was read back and compared. */
  readonly verified: number
  /** Questions of which the other store has another text under the same number: at most 20 are named. */
  readonly differ: readonly string[]
}

/**
 * Everything of one store into another, then read back and compared, version by version. What the other has already
 * stays, so that a move that was broken off is begun again. Vectors are not moved: the node makes them anew. Rejects as
 * the stores do.
 */
export async function moveMemories(
  from: Pick<MemoryStore, 'walk'>,
  to: Pick<MemoryStore, 'walk' | 'take'>,
  told: (versions: number) => void = () => {},
): Promise<Moved> {
  let added = 0
  for (let round = 1; ; round++) {
    let taken = 0
    for await (const page of pagesOf(from)) {
      for (const part of partsOf(page)) added += await to.take(part)
      told((taken += page.length))
    }
    const there = new Set<string>()
    for await (const page of pagesOf(to)) for (const version of page) there.add(digestOf(version))
    const compared = await comparedWith(there, from)
    if (compared.versions === compared.verified || round === ROUNDS) return { ...compared, added }
  }
}

async function comparedWith(
  there: ReadonlySet<string>,
  from: Pick<MemoryStore, 'walk'>,
): Promise<Omit<Moved, 'added'>> {
  let versions = 0
  let verified = 0
  const differ = new Set<string>()
  for await (const page of pagesOf(from))
    for (const version of page) {
      versions += 1
      if (there.has(digestOf(version))) verified += 1
      else if (differ.size < NAMED_MAX) differ.add(version.questionId)
    }
  return { versions, verified, differ: [...differ] }
}

async function* pagesOf(store: Pick<MemoryStore, 'walk'>): AsyncGenerator<readonly Version[]> {
  let after: string | null = null
  do {
    const page: Awaited<ReturnType<MemoryStore['walk']>> = await store.walk(after, PAGE)
    yield page.versions
    after = page.next
  } while (after !== null)
}

function* partsOf(versions: readonly Version[]): Generator<readonly Version[]> {
  let part: Version[] = []
  let chars = 0
  for (const version of versions) {
    part.push(version)
    chars += version.question.length + version.response.length + (version.context?.length ?? 0)
    if (chars < TAKEN_CHARS) continue
    yield part
    part = []
    chars = 0
  }
  if (part.length > 0) yield part
}

/** Of all that a version says; one that is pinned and one that is not are two. */
const digestOf = (version: Version): string =>
  sha256(JSON.stringify(Object.entries(version).toSorted(([a], [b]) => (a < b ? -1 : 1)))).slice(0, DIGEST)
