import type { Done } from '../base/index.ts'
import type { ListInput } from './browse.ts'
import type { ItemPage, ItemView } from './exchange.ts'

/** Asks this node for a page of items. */
export type AskList = (request: { readonly kind: 'list'; readonly input: ListInput }, done: Done<unknown>) => void

const PAGE = 50
/** Between two pages, ticks of 100 ms: nobody waits for a job. */
const PAUSE_TICKS = 5

/** Reads items page by page, while there are other things to do. */
export class ItemWalk {
  readonly #ask: AskList
  readonly #filter: Omit<ListInput, 'limit' | 'cursor'>
  readonly #most: number
  readonly #each: (item: ItemView) => void
  #cursor: string | null | undefined = undefined
  #rest = 0
  #isAsking = false
  #read = 0

  /** `most` of the newest items. */
  constructor(
    ask: AskList,
    filter: Omit<ListInput, 'limit' | 'cursor'>,
    most: number,
    each: (item: ItemView) => void,
  ) {
    this.#ask = ask
    this.#filter = filter
    this.#most = most
    this.#each = each
  }

  /** Items so far. */
  get read(): number {
    return this.#read
  }
  get isOver(): boolean {
    return this.#cursor === null || this.#read >= this.#most
  }

  tick(): void {
    this.#rest -= 1
    if (this.#isAsking || this.isOver || this.#rest > 0) return
    this.#isAsking = true
    const cursor = this.#cursor ?? undefined
    this.#ask(
      { kind: 'list', input: { ...this.#filter, limit: PAGE, ...(cursor === undefined ? {} : { cursor }) } },
      (result) => {
        this.#isAsking = false
        this.#rest = PAUSE_TICKS
        // A page that was not given is asked for again: what was read stays.
        if (!result.ok) return
        const page = result.value as ItemPage
        this.#cursor = page.next
        // What is private is nobody's work but its owner's.
        for (const item of page.items) if (item.scope?.visibility !== 'private') this.#each(item)
        this.#read += page.items.length
      },
    )
  }
}
