import type { ItemId } from '../base/index.ts'
import { MetRecord } from '../knowledge/index.ts'
import type { Met } from '../resolve/index.ts'
import type { MetError } from '../trust/index.ts'

/** What was shown to whom, so that an outcome finds its item, and a purge those who saw it. */
export interface Shown {
  /** `r_` and 16 characters: the handle an answer carries. */
  readonly receipt: string
  readonly at: number
  /** By which door: `cli`, `api`, `mcp`, `run`. */
  readonly via: string
  /** Who asked, as it called itself. */
  readonly agent?: string | undefined
  readonly items: readonly ItemId[]
  /** The error it was asked about, where all may know it: told with an outcome. */
  readonly met?: Met
}

/** What was kept of an error; undefined when it is of another shape. */
export const readMet = (value: unknown): MetError | undefined => MetRecord.safeParse(value).data

/** Answers that are remembered: some weeks of a busy machine, in two megabytes. */
export const SHOWN_MAX = 10_000

const RECEIPT = /^r_[a-z2-7]{16}$/
export const isReceipt = (text: string): boolean => RECEIPT.test(text)

/** The newest answers that showed something, by receipt. What is handed in was kept by an earlier life. */
export class Receipts {
  readonly #shown = new Map<string, Shown>()
  readonly #keep: (shown: Shown) => void

  constructor(before: readonly Shown[], keep: (shown: Shown) => void) {
    for (const one of before) this.#remember(one)
    this.#keep = keep
  }

  add(shown: Shown): void {
    this.#remember(shown)
    this.#keep(shown)
  }

  find(receipt: string): Shown | undefined {
    return this.#shown.get(receipt)
  }

  /** Who was shown one of these, newest first. */
  of(items: ReadonlySet<ItemId>): readonly Shown[] {
    return [...this.#shown.values()].filter((one) => one.items.some((item) => items.has(item))).reverse()
  }

  #remember(shown: Shown): void {
    this.#shown.set(shown.receipt, shown)
    const [oldest] = this.#shown.keys()
    if (this.#shown.size > SHOWN_MAX && oldest !== undefined) this.#shown.delete(oldest)
  }
}
