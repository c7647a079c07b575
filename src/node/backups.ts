import { readdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { basename, isAbsolute, join } from 'node:path'
import { asSwarmError, type Clock, SwarmError } from '../base/index.ts'
import type { Config } from '../config/index.ts'
import type { Driver } from '../driver/index.ts'
import { makeDirectory, type NodePaths } from '../files/index.ts'
import type { BackupFacts, BackupPort, BackupView, RestoreView } from '../gateway/index.ts'
import { type CopySource, isDraft, type MadeBackup, makeBackup, readBackup } from '../storage/index.ts'

/** Revisions taken in at once: a few milliseconds of checking signatures, after which others have their turn. */
const PART = 64
/** How often it is looked whether a backup is due; sooner while there is nothing to back up yet. Milliseconds. */
const LOOK_MS = 60_000
const LOOK_FIRST_MS = 1_000
/** After one that failed. */
const RETRY_MS = 600_000
const HOUR_MS = 3_600_000

export interface BackupsParts {
  readonly driver: Pick<Driver, 'ask' | 'status'>
  readonly source: CopySource
  readonly paths: NodePaths
  readonly config: Pick<Config, 'backup' | 'role'>
  readonly node: { readonly id: string; readonly name: string }
  readonly swarm: string
  readonly version: string
  readonly clock: Clock
  /** Nobody else is in its swarm, and it knows nothing: a backup of whatever swarm can be nothing but its own. */
  readonly isFresh: () => boolean
  readonly remark: (level: 'info' | 'warn', text: string) => void
  /** Of what it does by itself. */
  readonly record: (action: 'backup-made' | 'backup-restored', subject: string, detail: string) => void
}

export interface Backups extends BackupPort {
  readonly facts: BackupFacts
  /** Takes in what was put aside for this start, and begins to look at the time. Returns what ends it. */
  start(): () => void
}

/** Backups of this node: those that somebody asks for, those it makes by itself, and what becomes of them. */
export function createBackups(parts: BackupsParts): Backups {
  const { clock, config, driver, paths, remark } = parts
  const everyMs = (config.backup.everyHours ?? (config.role === 'backup' ? 24 : 0)) * HOUR_MS
  let trouble: string | null = null
  let restoring = false

  const make = async (file: string, force: boolean): Promise<BackupView> => {
    if (file.startsWith(`${paths.backups}/`)) makeDirectory(paths.backups)
    const { node, source, swarm, version } = parts
    return viewOf(await makeBackup(source, file, { at: clock.now(), version, node, swarm }, force))
  }

  const restore = async (file: string, anySwarm: boolean): Promise<RestoreView> => {
    if (restoring) throw new SwarmError('SWARM_CONFLICT', 'a backup is being taken in already', 'Wait for it to end.')
    restoring = true
    try {
      return await takeIn(parts, file, anySwarm)
    } finally {
      restoring = false
    }
  }

  const makeScheduled = async (): Promise<void> => {
    try {
      const made = await make(join(paths.backups, `scheduled-${stamp(clock.now())}.backup`), false)
      for (const { name } of scheduledIn(paths.backups).slice(config.backup.keep)) rmSync(join(paths.backups, name))
      if (trouble !== null) remark('info', 'backups can be made again')
      trouble = null
      parts.record('backup-made', made.file, `${made.revisions} revisions`)
    } catch (thrown) {
      const { message } = asSwarmError(thrown)
      if (trouble !== message) remark('warn', `no backup was made: ${message}; it is tried again in 10 minutes`)
      trouble = message
    }
  }

  /** Milliseconds to the next look. */
  const look = async (): Promise<number> => {
    if (driver.status().items === 0 || restoring) return LOOK_FIRST_MS
    if (isDue(scheduledIn(paths.backups)[0]?.at, everyMs, clock.now())) await makeScheduled()
    return trouble === null ? LOOK_MS : RETRY_MS
  }

  const restoreStaged = async (): Promise<void> => {
    if (!statSync(paths.restore, { throwIfNoEntry: false })) return
    try {
      const { added, at, known, refused } = await restore(paths.restore, true)
      rmSync(paths.restore, { force: true })
      const text = `the backup of ${at} is taken in: ${added} new, ${known} known, ${refused} refused`
      remark(refused > 0 ? 'warn' : 'info', text)
      parts.record('backup-restored', 'the backup put aside for this start', `${added} revisions`)
    } catch (thrown) {
      const { code, message } = asSwarmError(thrown)
      // At the next start it goes on; what is taken in stays.
      if (code === 'SWARM_STOPPING') return
      const aside = `${paths.restore}.failed`
      if (code === 'SWARM_STORE_CORRUPT' || code === 'SWARM_BAD_INPUT') renameSync(paths.restore, aside)
      remark('warn', `the backup that was put aside for this start is not taken in: ${message} (${aside})`)
    }
  }

  return {
    make: ({ file, force }) => {
      if (file !== undefined && !isAbsolute(file)) return Promise.reject(notAbsolute(file))
      return make(file ?? join(paths.backups, `made-${stamp(clock.now())}.backup`), force)
    },
    restore: ({ anySwarm, file }) => (isAbsolute(file) ? restore(file, anySwarm) : Promise.reject(notAbsolute(file))),
    get facts() {
      const made = scheduledIn(paths.backups)
      const last = made[0]
      const next = everyMs === 0 ? null : last === undefined ? clock.now() : last.at + everyMs
      return { everyMs: everyMs === 0 ? null : everyMs, kept: made.length, last: last?.at ?? null, next, trouble }
    },
    start() {
      let timer: NodeJS.Timeout | undefined
      let stopped = false
      const again = (ms: number): void => {
        if (stopped) return
        timer = setTimeout(() => void look().then(again), ms).unref()
      }
      dropDrafts(paths.backups)
      void restoreStaged()
      if (everyMs > 0) again(LOOK_FIRST_MS)
      return () => {
        stopped = true
        clearTimeout(timer)
      }
    },
  }
}

/** Everything the backup holds, part by part, as if peers had sent it. */
async function takeIn(parts: BackupsParts, file: string, anySwarm: boolean): Promise<RestoreView> {
  const { driver, isFresh, swarm } = parts
  const backup = await readBackup(file)
  try {
    const { manifest } = backup
    if (manifest.swarm !== swarm && !anySwarm && !isFresh()) throw ofAnotherSwarm(file, manifest.swarm, swarm)
    const sum = { added: 0, known: 0, refused: 0 }
    let first = true
    for (let row = 0; ;) {
      const page = await backup.page(row, PART)
      if (page.end) break
      row = page.row
      const { added, known, refused } = await taken(() => driver.ask('restore', { revisions: page.revisions, first }))
      first = false
      sum.added += added
      sum.known += known
      sum.refused += refused + page.damaged
    }
    const { at, node } = manifest
    return { file, at: new Date(at).toISOString(), node, swarm: manifest.swarm, ...sum, items: driver.status().items }
  } finally {
    await backup.close()
  }
}

/** How often a part is tried when the node has too much to do. */
const TRIES = 20
const PAUSE_MS = 250

/** A busy store says no for a moment, and a backup is in no hurry. */
async function taken<T>(ask: () => Promise<T>): Promise<T> {
  for (let tried = 1; ; tried++) {
    try {
      return await ask()
    } catch (thrown) {
      if (asSwarmError(thrown).code !== 'SWARM_OVERLOADED' || tried === TRIES) throw thrown
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS))
    }
  }
}

export const ofAnotherSwarm = (file: string, theirs: string, ours: string): SwarmError =>
  new SwarmError(
    'SWARM_CONFLICT',
    `${basename(file)} is of another swarm (${theirs}, and this is ${ours})`,
    'With --from-another-swarm what it holds becomes part of this one, for all its members.',
  )

const notAbsolute = (file: string): SwarmError =>
  new SwarmError('SWARM_BAD_INPUT', `"${file.slice(0, 200)}" is no absolute path`, 'Give the whole path, from /.')

/** `20261122T201530Z` */
const stamp = (ms: number): string => new Date(ms).toISOString().replaceAll(/[-:]|\.\d+/g, '')

const SCHEDULED = /^scheduled-(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z\.backup$/

/** Newest first. */
function scheduledIn(directory: string): readonly { readonly name: string; readonly at: number }[] {
  return namesIn(directory)
    .flatMap((name) => {
      const [, year, month, day, hour, minute, second] = SCHEDULED.exec(name) ?? []
      return year === undefined
        ? []
        : [{ name, at: Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`) }]
    })
    .sort((a, b) => b.at - a.at)
}

/** One from the future was made before the clock was set right. */
const isDue = (last: number | undefined, everyMs: number, now: number): boolean =>
  last === undefined || last > now || now - last >= everyMs

/** What a process that was killed left of one. */
function dropDrafts(directory: string): void {
  for (const name of namesIn(directory).filter((one) => isDraft(one.replace(/-(?:journal|wal|shm)$/, ''))))
    rmSync(join(directory, name), { force: true })
}

function namesIn(directory: string): readonly string[] {
  try {
    return readdirSync(directory)
  } catch {
    return []
  }
}

const viewOf = ({ bytes, file, manifest }: MadeBackup): BackupView => ({
  file,
  bytes,
  at: new Date(manifest.at).toISOString(),
  revisions: manifest.revisions,
  items: manifest.items,
  digest: manifest.digest,
})
