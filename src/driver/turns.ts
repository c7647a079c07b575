import type { ItemId } from '../base/index.ts'

/**
 * One change of an item at a time: who writes a new version reads the present ones first, and two that read before
 * either has written would each replace the same version without knowing of the other.
 */
export class Turns<Effect> {
  readonly #lines = new Map<ItemId, { readonly request: number; readonly start: () => readonly Effect[] }[]>()
  readonly #items = new Map<number, ItemId>()

  /** Starts at once, or when those before it have ended. */
  take(request: number, item: ItemId, start: () => readonly Effect[]): readonly Effect[] {
    const line = this.#lines.get(item) ?? []
    this.#lines.set(item, line)
    this.#items.set(request, item)
    line.push({ request, start })
    return line.length === 1 ? start() : []
  }

  /** It has ended, done or not, begun or not. What the next one starts with. */
  end(request: number): readonly Effect[] {
    const item = this.#items.get(request)
    const line = item && this.#lines.get(item)
    if (!line) return []
    this.#items.delete(request)
    const at = line.findIndex((one) => one.request === request)
    line.splice(at, 1)
    if (line.length === 0) this.#lines.delete(item)
    return at === 0 ? (line[0]?.start() ?? []) : []
  }
}
