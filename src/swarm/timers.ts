/** Timers, handed in, so that whoever waits can be tested on a virtual clock. Milliseconds. */
export interface Timers {
  /** Runs once; the returned function cancels and is harmless afterwards. */
  after(ms: number, run: () => void): () => void
  every(ms: number, run: () => void): () => void
  /** Milliseconds that only grow: wall time may step backwards, and a step must not delay a dial for an hour. */
  monotonic(): number
}

/** The system's timers. They never keep a process alive by themselves: the listeners do. */
export const systemTimers: Timers = {
  after(ms, run) {
    const timer = setTimeout(run, ms).unref()
    return () => clearTimeout(timer)
  },
  every(ms, run) {
    const timer = setInterval(run, ms).unref()
    return () => clearInterval(timer)
  },
  monotonic: () => performance.now(),
}
