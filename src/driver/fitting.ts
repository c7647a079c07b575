import { isItemId, type ItemId } from '../base/index.ts'
import type { StoredRevision } from '../knowledge/index.ts'
import { type Environment, type Fit, fitOf, type Problem } from '../resolve/index.ts'
import { readItem } from './read-item.ts'
import type { Weighed } from './trust-desk.ts'

/** What is meant for something else than what is here counts so much less. */
const MISFIT = 0.6
/** Of two that are worth the same, the one that asks for more and gets it is meant for this. */
const NARROWER = 0.01

/** What the text tells of its runtimes counts where the caller does not say otherwise. */
export const withRuntimes = (env: Environment, { environment }: Problem): Environment => ({
  ...env,
  runtime: { ...Object.fromEntries(environment.map(({ name, version }) => [name, version])), ...env.runtime },
})

/** How what each item says it is for fits what is here. */
export const fitsOf = (heads: readonly StoredRevision[], env: Environment): ReadonlyMap<ItemId, Fit> =>
  new Map(
    heads.flatMap(({ revision: { body, item } }) =>
      isItemId(item) ? [[item, fitOf(readItem(body)?.applies, env)] as const] : [],
    ),
  )

/** What fits first, of equals the narrower. */
export function fitting(all: readonly Weighed[], fits: ReadonlyMap<ItemId, Fit>): readonly Weighed[] {
  const worth = ({ match: { item }, weight }: Weighed): number => {
    const { met, misfits } = fits.get(item) ?? { met: 0, misfits: [] }
    return weight * (misfits.length > 0 ? MISFIT : 1) + NARROWER * Math.min(met, 3)
  }
  return all.toSorted((a, b) => worth(b) - worth(a))
}
