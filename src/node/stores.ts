import type { Clock } from '../base/index.ts'
import type { NodePaths } from '../files/index.ts'
import { type CopySource, openKnowledgeStore, openRequestStore, openSearchIndex } from '../storage/index.ts'
import { identityIfThere } from './state-dir.ts'

type Errands = ReturnType<typeof openRequestStore>
type Store = ReturnType<typeof openKnowledgeStore>
type Search = ReturnType<typeof openSearchIndex>

interface Stores {
  readonly store: Store & CopySource
  readonly search: Search
  readonly errands: { readonly store: Errands } & Awaited<ReturnType<Errands['open']>>
  readonly stored: Awaited<ReturnType<Store['open']>>
  readonly indexed: Awaited<ReturnType<Search['open']>>
}

/**
 * Opens the knowledge and its index, both at once where that is possible. The rows of the index are those of one file:
 * when the knowledge was lost, repaired or put back, it is another file, and the index is started anew.
 */
export async function openStores(
  paths: NodePaths,
  clock: Clock,
  begin: (close: () => unknown) => void,
): Promise<Stores> {
  const requests = openRequestStore({ file: paths.requests, clock })
  begin(() => requests.close())
  const store = openKnowledgeStore({ file: paths.knowledge, clock })
  begin(() => store.close())
  const openIndex = async (of: string): Promise<Omit<Stores, 'store' | 'stored' | 'errands'>> => {
    const search = openSearchIndex({ file: paths.search, of })
    begin(() => search.close())
    return { search, indexed: await search.open() }
  }
  const before = identityIfThere(paths.knowledge)
  const opening = store.open()
  const early = before === undefined ? undefined : openIndex(before)
  const [stored, index, found] = await Promise.all([opening, early, requests.open()])
  const errands = { store: requests, ...found }
  const now = identityIfThere(paths.knowledge) ?? ''
  if (index && now === before) return { store, stored, errands, ...index }
  await index?.search.close()
  return { store, stored, errands, ...(await openIndex(now)) }
}
