/** Wall time, handed in: the system's in production, a virtual one in the simulation. */
export interface Clock {
  /** Milliseconds since 1970 (UTC), whole. May step backwards. */
  now(): number
}
