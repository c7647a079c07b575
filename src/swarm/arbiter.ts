import type { Hello } from './hello.ts'

/*
 * Two nodes that dial each other at the same moment must agree which connection is theirs. The lower id decides:
 * the first connection it commits to (its own when it sends the hello, the other's when it answers the hello) is
 * the one, and it refuses any other. The higher id follows: a hello of the lower one always names the connection
 * that counts now.
 *
 * What the lower id holds may be dead without its knowing (a crash, a cable). The other side's hello proves that:
 * its process is another one, or it says that it had and lost exactly that connection.
 */

export interface Held {
  readonly link: string
  /** Of the other side's process; undefined until its hello arrived. */
  readonly boot: string | undefined
  readonly up: boolean
}

export type Verdict = 'accept' | 'replace' | 'refuse'

/** What to do with an inbound connection whose hello arrived, given the connection held with that peer. */
export function judge(selfIsLower: boolean, held: Held | undefined, hello: Hello): Verdict {
  if (held === undefined) return 'accept'
  if (!selfIsLower) return 'replace'
  const restarted = held.boot !== undefined && held.boot !== hello.boot
  return restarted || hello.after === held.link ? 'replace' : 'refuse'
}
