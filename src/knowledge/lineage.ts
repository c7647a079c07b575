import { FOLLOWS_MAX, isNewer, type Revision, revisionId } from './revision.ts'

/** The versions of one item, each newest first. */
export interface Versions {
  /** The greatest in the order of `isNewer`; undefined when there is no version. */
  readonly winner: Revision | undefined
  /**
   * Losers that nobody replaced knowingly, and that say something else than the winner and than one another: they
   * were written at the same time as what won, and a person decides.
   */
  readonly copies: readonly Revision[]
  /** What a later version follows, or says again. */
  readonly superseded: readonly Revision[]
}

/**
 * Sorts the versions of one item. Lineage decides what is a conflict, the order of `isNewer` alone who wins: the result
 * is the same whatever came first. A line that was cut (FOLLOWS_MAX) can show a conflict that is none; it hides none.
 */
export function versionsOf(revisions: readonly Revision[]): Versions {
  const newestFirst = [...revisions].sort((a, b) => (isNewer(a, b) ? -1 : 1))
  const [winner] = newestFirst
  const followed = new Set(newestFirst.flatMap(({ follows = [] }) => follows))
  const copies: Revision[] = []
  const superseded: Revision[] = []
  const said = new Set(winner ? [saying(winner)] : [])
  for (const revision of newestFirst.slice(1)) {
    const text = saying(revision)
    if (followed.has(revisionId(revision)) || said.has(text)) superseded.push(revision)
    else {
      copies.push(revision)
      said.add(text)
    }
  }
  return { winner, copies, superseded }
}

/** What a new version follows that replaces these: them, then what they follow, cut at FOLLOWS_MAX. */
export function following(replaced: readonly Revision[]): readonly string[] {
  const direct = replaced.map(revisionId)
  const before = replaced.flatMap(({ follows = [] }) => follows)
  return [...new Set([...direct, ...before])].slice(0, FOLLOWS_MAX)
}

/** What a version says, whoever wrote it and when. */
export function saying({ body, deleted }: Pick<Revision, 'body' | 'deleted'>): string {
  if (deleted) return ''
  try {
    const { provenance: _provenance, ...said } = JSON.parse(body) as { readonly provenance?: unknown }
    return JSON.stringify(said)
  } catch {
    return body
  }
}
