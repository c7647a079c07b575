import { appendFile, readFile, rename } from 'node:fs/promises'

/** Lines that wait while the disk is busy; beyond it they are lost, and that is said. */
const WAITING_MAX = 10_000

export interface Journal {
  /** What earlier lives left, oldest first: at least the newest `linesMax`, at most twice as many. */
  readonly lines: readonly string[]
  append(line: string): void
  /** Waits for what is under way. */
  close(): Promise<void>
}

export interface JournalOptions {
  readonly file: string
  readonly linesMax: number
  /** Told once, until it works again. */
  readonly onTrouble: (why: string) => void
}

/**
 * A file of lines for what may be lost in a crash but should outlive a restart: appended without a sync, and put
 * aside as `.old` when it has `linesMax` lines, over the one before. A line that was torn by a crash is one its
 * reader cannot read.
 */
export async function openJournal({ file, linesMax, onTrouble }: JournalOptions): Promise<Journal> {
  const [old, now] = await Promise.all([linesOf(`${file}.old`), linesOf(file)])
  let count = now.length
  const waiting: string[] = []
  let writing: Promise<void> | undefined
  let broken = false

  const write = async (): Promise<void> => {
    while (waiting.length > 0) {
      const batch = waiting.splice(0, linesMax)
      try {
        if (count >= linesMax) {
          await rename(file, `${file}.old`)
          count = 0
        }
        await appendFile(file, batch.map((line) => `${line}\n`).join(''), { mode: 0o600 })
        count += batch.length
        broken = false
      } catch (error) {
        if (!broken) onTrouble(error instanceof Error ? error.message : String(error))
        broken = true
      }
    }
    writing = undefined
  }

  return {
    lines: [...old, ...now].slice(-2 * linesMax),
    append: (line) => {
      if (waiting.length < WAITING_MAX) waiting.push(line)
      writing ??= Promise.resolve().then(write)
    },
    close: async () => writing,
  }
}

async function linesOf(file: string): Promise<readonly string[]> {
  try {
    return (await readFile(file, 'utf8')).split('\n').filter((line) => line !== '')
  } catch {
    return []
  }
}
