import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import type { AuditEntry, AuditFilter, AuditPage, AuditVerdict } from '../base/index.ts'
import { stateError } from '../files/index.ts'
import { faultOf, type Head, parseLine, ROOT } from './chain.ts'

/** Older files that are kept beside the current one. */
export const OLDER_FILES = 7

/** Oldest first, the current one last. */
export const filesOf = (file: string): readonly string[] => [
  ...Array.from({ length: OLDER_FILES }, (_, n) => `${file}.${OLDER_FILES - n}`),
  file,
]

/**
 * The entries that match, of all files, checked line by line. `known` is where the writer says the chain ends: lines
 * that are missing at the end show by it. Throws SWARM_STATE_DIR when a file is there and cannot be read.
 */
export async function readAudit(file: string, filter: AuditFilter, known?: Head): Promise<AuditPage> {
  const walk = new Walk(filter)
  const files = filesOf(file)
  for (const one of files) {
    const text = await readOrNone(one)
    if (text === undefined) continue
    const lines = text.split('\n')
    // What stands behind the last line feed is being written, or was when the power went.
    lines.pop()
    walk.file(basename(one), lines, one === files[0])
  }
  return { entries: walk.entries, chain: walk.verdict(known) }
}

async function readOrNone(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw stateError(file, error)
  }
}

class Walk {
  readonly #filter: AuditFilter
  readonly #found: AuditEntry[] = []
  #lines = 0
  #head: Head | undefined
  #fault: string | undefined

  constructor(filter: AuditFilter) {
    this.#filter = filter
  }

  get entries(): readonly AuditEntry[] {
    return this.#found.slice(Math.max(0, this.#found.length - this.#filter.limit))
  }

  /** `isOldest`: what was before it has made room. */
  file(name: string, lines: readonly string[], isOldest: boolean): void {
    for (const [at, line] of lines.entries()) this.#line(`${name} line ${at + 1}`, line, isOldest)
  }

  verdict(known: Head | undefined): AuditVerdict {
    const head = this.#head ?? ROOT
    if (known && !this.#fault && known.hash !== head.hash)
      this.#fault = `the last lines are missing: entry ${known.seq} was written, ${head.seq} is there`
    return this.#fault === undefined
      ? { ok: true, entries: this.#lines, head: this.#head?.hash ?? null }
      : { ok: false, why: this.#fault }
  }

  #line(place: string, line: string, isOldest: boolean): void {
    const linked = parseLine(line)
    if (!linked) return this.#wrong(`${place} is not as a node writes it`)
    const before = this.#head ?? (isOldest && linked.seq > 1 ? undefined : ROOT)
    const fault = faultOf(linked, before)
    if (fault) this.#wrong(`${place} ${fault}`)
    this.#lines += 1
    this.#head = { seq: linked.seq, hash: linked.hash }
    const { action, since } = this.#filter
    if ((action && linked.entry.action !== action) || (since && linked.entry.at < since)) return
    this.#found.push(linked.entry)
  }

  /** The first fault is the one that tells where to look. */
  #wrong(fault: string): void {
    this.#fault ??= fault
  }
}
