/**
 * Drain (He, Zhu, Zheng, Lyu: "Drain: An Online Log Parsing Approach with Fixed Depth Tree", ICWS 2017), over templates:
 * messages of as many words that begin alike and share most of the rest are one cluster. The depth is fixed, so that a
 * message is placed in time linear in its words, however many clusters there are.
 */
export interface Cluster<One> {
  /** The words that all members share; `<*>` stands where they differ. */
  readonly words: readonly string[]
  readonly members: readonly One[]
}

/** Of the words, the share that must be equal: lower, and two problems become one. */
const SIMILARITY_MIN = 0.7
/** Words by which the tree branches: after them members are compared one by one. */
const DEPTH = 2
/** Of one branch; a message beyond is a cluster of its own in the branch for all others. */
const CLUSTERS_MAX = 1024
const ANY = '<*>'
const WORDS_MAX = 80

/** In the order of their first members. */
export function clusters<One>(all: Iterable<One>, templateOf: (one: One) => string): readonly Cluster<One>[] {
  const branches = new Map<string, { words: string[]; members: One[] }[]>()
  const found: { words: string[]; members: One[] }[] = []
  for (const one of all) {
    const words = templateOf(one).split(/\s+/, WORDS_MAX)
    const key = [words.length, ...words.slice(0, DEPTH).map((word) => (/[\d<]/.test(word) ? ANY : word))].join(' ')
    const branch = branches.get(key) ?? []
    branches.set(key, branch)
    const best = branch
      .map((cluster) => ({ cluster, likeness: likeness(cluster.words, words) }))
      .reduce<{ cluster: { words: string[]; members: One[] }; likeness: number } | undefined>(
        (most, next) => (most && most.likeness >= next.likeness ? most : next),
        undefined,
      )
    if (best && best.likeness >= SIMILARITY_MIN) {
      best.cluster.members.push(one)
      best.cluster.words = best.cluster.words.map((word, at) => (word === words[at] ? word : ANY))
    } else if (branch.length < CLUSTERS_MAX) {
      const cluster = { words, members: [one] }
      branch.push(cluster)
      found.push(cluster)
    }
  }
  return found
}

const likeness = (a: readonly string[], b: readonly string[]): number =>
  a.filter((word, at) => word === b[at]).length / Math.max(1, a.length)
