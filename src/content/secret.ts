/** One kind of thing that must not leave the machine. */
export interface Secret {
  readonly kind: string
  /** One of these stands in every text that has one: a cheap test before the pattern. Empty: always tried. */
  readonly hints: readonly string[]
  /** Bounded repetitions only: linear. */
  readonly pattern: RegExp
  /** `before`: the few characters that stand before the hit. */
  readonly replace: (hit: string, groups: Readonly<Record<string, string | undefined>>, before: string) => string
}

export const put = (instead: string) => (): string => instead
