import type { NodeId } from '../base/index.ts'
import { type News, NEWS_MAX } from './messages.ts'

/** Peers of whom there is news under way; beyond it the oldest is forgotten, its subject is heard of otherwise. */
const SUBJECTS_MAX = 256
/** How often a piece of news rides along, times log10 of the members (memberlist's retransmit multiplier). */
const RETELL_FACTOR = 4

/** News that rides on probes and acks until it was told often enough. One piece per peer, the newest. */
export class Rumours {
  readonly #news = new Map<NodeId, { readonly news: News; told: number }>()

  add(news: News): void {
    this.#news.delete(news.about)
    this.#news.set(news.about, { news, told: 0 })
    const oldest = this.#news.size > SUBJECTS_MAX ? this.#news.keys().next().value : undefined
    if (oldest !== undefined) this.#news.delete(oldest)
  }

  forget(about: NodeId): void {
    this.#news.delete(about)
  }

  /** What to tell now: that which was told least comes first. */
  take(members: number): News[] {
    const tellings = RETELL_FACTOR * Math.ceil(Math.log10(members + 1))
    const chosen = [...this.#news.values()].sort((a, b) => a.told - b.told).slice(0, NEWS_MAX - 1)
    for (const entry of chosen) {
      entry.told += 1
      if (entry.told >= tellings) this.#news.delete(entry.news.about)
    }
    return chosen.map(({ news }) => news)
  }
}
