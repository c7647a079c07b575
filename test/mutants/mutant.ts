/**
 * A deliberate fault of the Raft core, the coordination around it, of admission, or of the copies of knowledge, kept as data: a patch of one place in one
 * file. The simulation must notice it; one that nobody notices means that something is not watched.
 */
export interface Mutant {
  readonly name: string
  /** What real fault it stands for. */
  readonly why: string
  /** In `src`, `raft` unless it says so: which life and whose scenarios must notice. */
  readonly room?: 'coordination' | 'admission' | 'knowledge'
  /** In that room. */
  readonly file: string
  /** Occurs exactly once in the file. */
  readonly find: string
  readonly replace: string
  /** So many random lives must be enough to catch it; 0 where they cannot see it, or need too long. */
  readonly seedsMax: number
  /** The scenario of `directed.ts`, or the swarm's story, that must catch it: alone, or beside the random lives. */
  readonly directed?: string
}

export function mutate(text: string, { find, name, replace }: Mutant): string {
  const count = text.split(find).length - 1
  if (count !== 1) throw new Error(`mutant '${name}' matches ${count} times, not once`)
  return text.replace(find, () => replace)
}
