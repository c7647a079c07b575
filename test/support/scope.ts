/** Something that ends, and closes then what was opened in it: a test's context, or a bench. */
export interface Scope {
  after(close: () => unknown): void
}
