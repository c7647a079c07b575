/** Columns of the table: ASCII. What is beyond it ends every word. */
const COLUMNS = 128
const UPPER_A = 65
const UPPER_Z = 90
const TO_LOWER = 32

/** Where any of many words stands in a text, case folded: Aho and Corasick's automaton, one step per character. */
export class Keywords {
  /** Row of a state, column of a character: the next state. */
  readonly #next: Int16Array
  /** Of each state: which words end there. */
  readonly #ends: readonly (readonly number[])[]

  /** Words in lower case and ASCII. */
  constructor(words: readonly string[]) {
    const ends: number[][] = [[]]
    const rows: (number | undefined)[][] = [[]]
    for (const [index, word] of words.entries()) {
      let state = 0
      for (let at = 0; at < word.length; at++) {
        const row = rows[state] as (number | undefined)[]
        const code = word.charCodeAt(at)
        state = row[code] ??= rows.push([]) - 1
        ends[state] ??= []
      }
      ends[state]?.push(index)
    }
    this.#next = new Int16Array(rows.length * COLUMNS)
    this.#ends = ends
    this.#fill(rows, ends)
  }

  /** Breadth first: a state's fallback is nearer to the root, and filled before it. */
  #fill(rows: readonly (readonly (number | undefined)[])[], ends: number[][]): void {
    const next = this.#next
    const fallback = new Int16Array(rows.length)
    const queue = [0]
    for (let state = queue.shift(); state !== undefined; state = queue.shift()) {
      const back = fallback[state] ?? 0
      if (state !== 0) ends[state]?.push(...(ends[back] ?? []))
      for (let code = 0; code < COLUMNS; code++) {
        const elsewhere = state === 0 ? 0 : (next[back * COLUMNS + code] ?? 0)
        const child = rows[state]?.[code]
        next[state * COLUMNS + code] = child ?? elsewhere
        if (child === undefined) continue
        fallback[child] = elsewhere
        queue.push(child)
      }
    }
  }

  /** Calls back for each word found, with the place after its last character. */
  scan(text: string, found: (word: number, end: number) => void): void {
    const next = this.#next
    let state = 0
    for (let at = 0; at < text.length; at++) {
      let code = text.charCodeAt(at)
      if (code >= UPPER_A && code <= UPPER_Z) code += TO_LOWER
      state = code < COLUMNS ? (next[state * COLUMNS + code] as number) : 0
      if (state === 0) continue
      const here = this.#ends[state] as readonly number[]
      for (let index = 0; index < here.length; index++) found(here[index] as number, at + 1)
    }
  }
}
