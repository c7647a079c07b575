import { setTimeout as sleep } from 'node:timers/promises'

export interface WriterOptions {
  /** Resolves when the write is accepted. `signal` ends it when it takes too long. */
  readonly put: (value: string, signal: AbortSignal) => Promise<void>
  readonly everyMs: number
  /** Of one write; then it counts as refused. */
  readonly tryMs: number
}

interface Attempt {
  readonly from: number
  /** Undefined while it is under way. */
  to: number | undefined
  accepted: boolean
}

export interface Recovery {
  /** From the blow to the first acceptance of a write that was started after it. */
  readonly ms: number
  /** The longest time after the blow in which no write was accepted, of whenever: an orderly end has its pause later. */
  readonly silenceMs: number
  /** Writes started after the blow that were not accepted. */
  readonly failed: number
}

export interface Writer {
  /** Looks on for `watchMs` after the first acceptance. */
  recovery(since: number, watchMs: number, msMax: number): Promise<Recovery>
  /** Ends when nothing is under way any more. */
  stop(): Promise<void>
}

/** Not a write at a time, as a client would: a write that hangs must not keep the next one from being tried. */
export function openLoopWriter({ everyMs, put, tryMs }: WriterOptions): Writer {
  const attempts: Attempt[] = []
  const open = new Set<Promise<void>>()
  const write = async (): Promise<void> => {
    const attempt: Attempt = { from: performance.now(), to: undefined, accepted: false }
    attempts.push(attempt)
    try {
      await put(String(attempts.length), AbortSignal.timeout(tryMs))
      attempt.accepted = true
    } catch {
      // Refused, cut off or too slow: all the same to who must write again.
    }
    attempt.to = performance.now()
  }
  const timer = setInterval(() => {
    const done = write().finally(() => open.delete(done))
    open.add(done)
  }, everyMs)
  return {
    async recovery(since, watchMs, msMax) {
      const accepted = (): number[] =>
        attempts.flatMap(({ accepted: yes, from, to }) => (yes && to && from > since ? [to] : []))
      while (accepted().length === 0) {
        if (performance.now() - since > msMax) throw new Error(`no write was accepted within ${msMax} ms`)
        // oxlint-disable-next-line eslint/no-await-in-loop -- waiting is what it is for
        await sleep(everyMs)
      }
      const ms = Math.min(...accepted()) - since
      await sleep(watchMs)
      const all = attempts.flatMap(({ accepted: yes, to }) => (yes && to && to > since ? [to] : []))
      const moments = [since, ...all.sort((a, b) => a - b), performance.now()]
      const silenceMs = Math.max(...moments.slice(1).map((moment, at) => moment - (moments[at] ?? 0)))
      const failed = attempts.filter(({ accepted: yes, from, to }) => !yes && to && from > since).length
      return { ms, silenceMs, failed }
    },
    async stop() {
      clearInterval(timer)
      await Promise.all(open)
    },
  }
}
