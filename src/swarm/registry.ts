import {
  type FSWatcher,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  statSync,
  unlinkSync,
  utimesSync,
  watch,
  writeFileSync,
} from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import type { Clock, NodeId } from '../base/index.ts'
import { makeDirectory } from '../files/index.ts'
import { ENTRY_BYTES_MAX, parseEntry, type RegistryEntry } from './registry-entry.ts'
import type { Timers } from './timers.ts'
import type { DiscoveryReport } from './transport.ts'

/** A scan of a directory with a few files costs some tens of microseconds. */
const SCAN_MS = 1_000
/** The own file is touched this often, so that a node in another container can tell it from a leftover. */
const TOUCH_MS = 10_000
/** Of another process space a file untouched for this long is a leftover. */
const STALE_MS = 45_000
/** Leftovers are removed after a day: until then a person may want to see who ran. */
const REMOVE_MS = 86_400_000
/** Files looked at in one scan. */
const FILES_MAX = 512

export interface RegistryOptions {
  readonly directory: string
  readonly self: NodeId
  readonly name: string
  readonly tag: string
  readonly clock: Clock
  readonly timers: Timers
  addresses(): readonly string[]
  /** A peer that is new, or whose file changed. */
  seen(peer: NodeId, addresses: readonly string[]): void
  note(level: 'debug' | 'info' | 'warn', text: string): void
}

export interface Registry {
  report(): DiscoveryReport
  stop(): void
}

/**
 * Nodes of one user on one machine find each other through files: it works without any network. Starts at once.
 * A directory that cannot be written is a report, not an error: there are other ways to be found.
 */
export function startRegistry(options: RegistryOptions): Registry {
  const { directory, self, clock, timers } = options
  const own = join(directory, `${self}.json`)
  const space = processSpace()
  /** What was last seen in a file, so that an unchanged one is not read again. */
  const versions = new Map<
    string,
    { readonly mtimeMs: number; readonly text: string; readonly entry: RegistryEntry | undefined }
  >()
  const found = new Set<NodeId>()
  let error: string | undefined
  let strangers = 0
  let written = ''
  let touched = 0

  function write(): void {
    const addresses = options.addresses()
    const entry: RegistryEntry = {
      v: 1,
      id: self,
      name: options.name,
      pid: process.pid,
      space,
      addresses,
      tag: options.tag,
    }
    const text = `${JSON.stringify(entry, undefined, 2)}\n`
    if (text !== written || !exists(own)) {
      makeDirectory(directory)
      // Renamed into place: a reader sees the old entry or the new one, never half of one.
      const draft = `${own}.${process.pid}.new`
      writeFileSync(draft, text, { mode: 0o600 })
      renameSync(draft, own)
      written = text
      touched = clock.now()
    } else if (Math.abs(clock.now() - touched) >= TOUCH_MS) {
      touched = clock.now()
      utimesSync(own, touched / 1000, touched / 1000)
    }
  }

  function scan(): void {
    const files = readdirSync(directory)
      .filter((file) => file.endsWith('.json'))
      .slice(0, FILES_MAX)
    for (const file of versions.keys()) if (!files.includes(file)) versions.delete(file)
    strangers = 0
    for (const file of files) {
      if (file !== `${self}.json`) look(file)
    }
  }

  function look(file: string): void {
    const path = join(directory, file)
    const { mtimeMs, size } = statSync(path, { throwIfNoEntry: false }) ?? { mtimeMs: 0, size: 0 }
    if (size === 0 || size > ENTRY_BYTES_MAX) return
    let known = versions.get(file)
    let changed = false
    if (known?.mtimeMs !== mtimeMs) {
      const text = read(path)
      // A touch is a new time and the same words.
      changed = known?.text !== text
      versions.set(file, (known = { mtimeMs, text, entry: parseEntry(text) }))
    }
    const { entry } = known
    if (entry === undefined || entry.id === self || file !== `${entry.id}.json`) return
    if (!alive(entry, mtimeMs)) {
      versions.delete(file)
      if (Math.abs(clock.now() - mtimeMs) > REMOVE_MS) unlinkQuietly(path)
    } else if (entry.tag !== options.tag) strangers++
    else if (changed) {
      found.add(entry.id)
      options.seen(entry.id, entry.addresses)
    }
  }

  function alive(entry: RegistryEntry, touchedAt: number): boolean {
    if (entry.space !== space) return Math.abs(clock.now() - touchedAt) < STALE_MS
    try {
      process.kill(entry.pid, 0)
      return true
    } catch (thrown) {
      // A process of another user is alive as well; it only may not be signalled.
      return (thrown as NodeJS.ErrnoException).code === 'EPERM'
    }
  }

  function beat(): void {
    try {
      write()
      scan()
      error = undefined
    } catch (thrown) {
      const why = thrown instanceof Error ? thrown.message : String(thrown)
      if (error !== why) options.note('warn', `the registry of this machine cannot be used: ${why}`)
      error = why
    }
  }

  beat()
  const cancelScan = timers.every(SCAN_MS, beat)
  // Told of a new file at once where the system can; the scan finds it anyway.
  const unwatch = watchQuietly(directory, timers, beat)

  return {
    report() {
      const others = strangers > 0 ? `; ${strangers} of another swarm` : ''
      const detail = error ?? `${found.size} ${found.size === 1 ? 'peer' : 'peers'} named in ${directory}${others}`
      return { source: 'registry', found: found.size, detail: `registry: ${detail}`, ok: error === undefined }
    },
    stop() {
      cancelScan()
      unwatch()
      // A successor with the same identity may have written its own entry already.
      if (parseEntry(read(own))?.pid === process.pid) unlinkQuietly(own)
    },
  }
}

function watchQuietly(directory: string, timers: Timers, changed: () => void): () => void {
  let cancel = (): void => {}
  let watcher: FSWatcher | undefined
  try {
    watcher = watch(directory, { persistent: false }, (_event, file) => {
      if (typeof file !== 'string' || !file.endsWith('.json')) return
      cancel()
      cancel = timers.after(5, changed)
    })
    watcher.on('error', () => watcher?.close())
  } catch {
    // No watches left, or a file system without them.
  }
  return () => {
    cancel()
    watcher?.close()
  }
}

/** The host and its process namespace: where two pids can be compared. */
function processSpace(): string {
  try {
    return `${hostname()} ${readlinkSync('/proc/self/ns/pid')}`
  } catch {
    return hostname()
  }
}

const exists = (path: string): boolean => statSync(path, { throwIfNoEntry: false }) !== undefined

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}

function unlinkQuietly(path: string): void {
  try {
    unlinkSync(path)
  } catch {
    // Another node was faster, or the directory went.
  }
}
