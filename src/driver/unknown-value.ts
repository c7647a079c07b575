import { nearest, SwarmError } from '../base/index.ts'
import { facetName, facetValue } from '../resolve/index.ts'

/** A list of more is no help. */
const LISTED_MAX = 20

/** An error that names a value which no item has, and what there is instead. Undefined when nothing is unknown. */
export function unknownValue(
  unknown: readonly { readonly facets: readonly string[]; readonly known: readonly string[] }[],
): SwarmError | undefined {
  const [first] = unknown
  const one = first?.facets[0]
  if (first === undefined || one === undefined) return undefined
  const name = facetName(one)
  const value = facetValue(one)
  const known = first.known.map(facetValue)
  const close = nearest(value, known)
  const next =
    known.length === 0
      ? `No item here names any ${name}.`
      : known.length <= LISTED_MAX
        ? `There are: ${known.join(', ')}.`
        : close === undefined
          ? 'Leave it out to see what there is.'
          : `Did you mean ${close}?`
  return new SwarmError('SWARM_BAD_INPUT', `no item here has the ${name} "${value.slice(0, 80)}"`, next)
}
