/** Values by name, of which only what changed is told. Names and values as JSON. */
export class Table {
  #rows: ReadonlyMap<string, string> = new Map()

  /** Takes the values of now. The JSON of what changed; undefined when nothing did. */
  update(values: Readonly<Record<string, unknown>>): string | undefined {
    const rows = new Map(Object.entries(values).map(([name, value]) => [name, JSON.stringify(value ?? null)]))
    const changed = [...rows].filter(([name, text]) => this.#rows.get(name) !== text)
    const gone = [...this.#rows.keys()].filter((name) => !rows.has(name))
    this.#rows = rows
    if (changed.length === 0 && gone.length === 0) return undefined
    return `{"changed":${objectOf(changed)},"gone":${JSON.stringify(gone)}}`
  }

  /** JSON of all of it. */
  get text(): string {
    return objectOf([...this.#rows])
  }
}

const objectOf = (rows: readonly (readonly [string, string])[]): string =>
  `{${rows.map(([name, text]) => `${JSON.stringify(name)}:${text}`).join(',')}}`
