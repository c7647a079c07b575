/** What a key may be used for. The first three hold those before them; `metrics` is for a collector alone. */
export const SCOPES = ['read', 'contribute', 'admin', 'metrics'] as const
export type Scope = (typeof SCOPES)[number]

const HOLDS: Readonly<Record<Scope, readonly Scope[]>> = {
  read: ['read'],
  contribute: ['read', 'contribute'],
  admin: ['read', 'contribute', 'admin', 'metrics'],
  metrics: ['metrics'],
}

export const covers = (held: readonly Scope[], needed: Scope): boolean =>
  held.some((scope) => HOLDS[scope].includes(needed))
