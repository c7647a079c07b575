/** A broken invariant: the process must not go on with it. */
export class BrokenInvariant extends Error {
  override name = 'BrokenInvariant'
}

export function assert(condition: boolean, what: string): asserts condition {
  if (!condition) throw new BrokenInvariant(what)
}

/** Ends a switch over a union: a new member fails to compile wherever it must be handled. */
export function unreachable(value: never): never {
  throw new BrokenInvariant(`unhandled: ${JSON.stringify(value)}`)
}
