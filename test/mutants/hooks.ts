import { registerHooks } from 'node:module'
import { type Mutant, mutate } from './mutant.ts'

/*
 * Both act on what is imported after them, in this thread only: no copy of the sources is made, and the fault never
 * is on the disk.
 */

/** `life` stands in a test file; to import it must not run the tests there. */
export function withoutTests(): void {
  const nothing = 'data:text/javascript,export const test = () => {}'
  registerHooks({
    resolve: (specifier, context, next) =>
      specifier === 'node:test' ? { url: nothing, shortCircuit: true } : next(specifier, context),
  })
}

export function withFault(mutant: Mutant): void {
  const file = new URL(`../../src/${mutant.room ?? 'raft'}/${mutant.file}`, import.meta.url).href
  registerHooks({
    load: (url, context, next) => {
      const loaded = next(url, context)
      if (url !== file) return loaded
      const text = typeof loaded.source === 'string' ? loaded.source : new TextDecoder().decode(loaded.source)
      return { ...loaded, source: mutate(text, mutant) }
    },
  })
}
