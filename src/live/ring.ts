/** Something that happened, as it is told. The texts are JSON, made once for all who hear it. */
export interface Entry {
  readonly seq: number
  /** Milliseconds since 1970. */
  readonly at: number
  readonly data: string
  /** For those who hear of everything; absent where `data` is for them too. */
  readonly brief?: string
  /** What it is about, for those who ask for that alone. */
  readonly subject?: string
  /** Nobody else hears of it, administrators apart. */
  readonly by?: string
  readonly isForAdmin?: boolean
}

const charsOf = ({ brief = '', data }: Entry): number => data.length + brief.length

/** The newest entries of one topic. */
export class Ring {
  readonly #entriesMax: number
  readonly #charsMax: number
  #entries: Entry[] = []
  #chars = 0
  #floor = 0

  constructor({ charsMax, entriesMax }: { readonly entriesMax: number; readonly charsMax: number }) {
    this.#entriesMax = entriesMax
    this.#charsMax = charsMax
  }

  /** The newest entry that is gone; 0 while none is. */
  get floor(): number {
    return this.#floor
  }

  push(entry: Entry): void {
    this.#entries.push(entry)
    this.#chars += charsOf(entry)
    let gone = 0
    while (this.#entries.length - gone > this.#entriesMax || this.#chars > this.#charsMax) {
      const oldest = this.#entries[gone]
      if (!oldest) break
      this.#chars -= charsOf(oldest)
      this.#floor = oldest.seq
      gone += 1
    }
    if (gone > 0) this.#entries.splice(0, gone)
  }

  /** Those after a number, the oldest first. */
  after(seq: number): readonly Entry[] {
    const at = this.#entries.findLastIndex((entry) => entry.seq <= seq)
    return this.#entries.slice(at + 1)
  }

  /** The newest that fit, the oldest of them first. */
  newest(countMax: number, fits: (entry: Entry) => boolean): readonly Entry[] {
    const found: Entry[] = []
    for (let at = this.#entries.length - 1; at >= 0 && found.length < countMax; at--) {
      const entry = this.#entries[at]
      if (entry && fits(entry)) found.push(entry)
    }
    return found.reverse()
  }
}
