import { randomBytes } from 'node:crypto'
import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  fsyncSync,
  linkSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs'
import { open } from 'node:fs/promises'
import { basename, dirname } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { type Done, SwarmError } from '../base/index.ts'
import type { CopyState } from './backup-copy.ts'
import type { About, BackupOptions, BackupPage, BackupRequest, Manifest } from './backup-protocol.ts'
import { explain } from './explain.ts'
import { WorkerClient } from './worker-client.ts'
import { workerEntry } from './worker-entry.ts'

/** What can be copied while it is in use. */
export interface CopySource {
  /** Rejects with what stood in the way: SWARM_DISK_FULL, SWARM_STATE_DIR, SWARM_CONFLICT (one at a time). */
  copyTo(file: string): Promise<void>
}

type Ask = (
  request: { readonly ask: 'copy'; readonly file: string } | { readonly ask: 'copying' },
  done: Done<CopyState>,
) => void

/** How often it is asked how far a copy is. Milliseconds. */
const LOOK_MS = 20

/** Begins a copy in the thread of the store, and resolves at its end. */
export async function copied(ask: Ask, file: string): Promise<void> {
  await using target = await open(file, 'r+')
  let state = await promised<CopyState>((done) => ask({ ask: 'copy', file }, done))
  while (!state.ended) {
    await setTimeout(LOOK_MS)
    // At its end SQLite syncs the copy in the thread of the store: there must be little left to sync then.
    await target.datasync()
    state = await promised<CopyState>((done) => ask({ ask: 'copying' }, done))
  }
  if (state.error) throw new SwarmError(state.error.code, state.error.why, state.error.next)
}

export interface MadeBackup {
  readonly file: string
  readonly bytes: number
  readonly manifest: Manifest
}

/** How a backup under way is called: never what it will be called once it is whole. */
const DRAFT = '.part'
export const isDraft = (name: string): boolean => name.endsWith(DRAFT)

const workerFor = (): WorkerClient<BackupOptions, BackupRequest> =>
  new WorkerClient({ entry: workerEntry('backup-worker'), name: 'the backup' })

/**
 * A backup of the store under this name: copied while it is in use, checked, synced, and only then given its name.
 * What has that name already is left alone unless `force`. Throws SWARM_CONFLICT, SWARM_STATE_DIR, SWARM_DISK_FULL,
 * SWARM_STORE_CORRUPT.
 */
export async function makeBackup(
  source: CopySource,
  file: string,
  about: About,
  force: boolean,
): Promise<MadeBackup> {
  refuseBadPlace(file, force)
  const draft = `${file}.${randomBytes(4).toString('hex')}${DRAFT}`
  try {
    // Made by us, so that it is this user's alone from its first moment.
    closeSync(openSync(draft, 'wx', 0o600))
    await source.copyTo(draft)
    const manifest = await sealed(draft, about)
    give(draft, file, force)
    return { file, bytes: statSync(file).size, manifest }
  } catch (thrown) {
    throw explain(thrown, file)
  } finally {
    for (const end of ['', '-wal', '-shm', '-journal']) rmSync(draft + end, { force: true })
  }
}

export interface OpenBackup {
  readonly manifest: Manifest
  page(after: number, limit: number): Promise<BackupPage>
  close(): Promise<void>
}

/** Opens a backup to read it, after all of it was checked. Throws SWARM_NOT_FOUND, SWARM_BAD_INPUT, SWARM_STORE_CORRUPT. */
export async function readBackup(file: string): Promise<OpenBackup> {
  if (!statSync(file, { throwIfNoEntry: false })?.isFile())
    throw new SwarmError('SWARM_NOT_FOUND', `there is no file ${file}`, 'Give the path of a backup.')
  const worker = workerFor()
  const manifest = (await worker.open({ file })) as Manifest
  return {
    manifest,
    page: (after, limit) => promised((done) => worker.ask({ ask: 'page', after, limit }, 256, done)),
    close: () => worker.close(),
  }
}

async function sealed(file: string, seal: About): Promise<Manifest> {
  const worker = workerFor()
  try {
    return (await worker.open({ file, seal })) as Manifest
  } finally {
    await worker.close()
  }
}

function refuseBadPlace(file: string, force: boolean): void {
  if (!force && existsSync(file)) throw taken(file)
  if (statSync(file, { throwIfNoEntry: false })?.isDirectory())
    throw new SwarmError('SWARM_STATE_DIR', `${file} is a directory`, 'Name the file in it.')
  const directory = dirname(file)
  try {
    accessSync(directory, constants.W_OK | constants.X_OK)
  } catch (thrown) {
    const missing = (thrown as { code?: string }).code === 'ENOENT'
    throw new SwarmError(
      'SWARM_STATE_DIR',
      missing ? `there is no directory ${directory}` : `nothing can be written into ${directory}`,
      missing
        ? `Make it first: mkdir -p ${directory}`
        : 'Name another place, or let the user of the node write there.',
    )
  }
}

const taken = (file: string): SwarmError =>
  new SwarmError(
    'SWARM_CONFLICT',
    `${basename(file)} is there already`,
    'Give another name, or --force to replace it.',
  )

/** Of two that make the same file, one gets the name. */
function give(draft: string, file: string, force: boolean): void {
  if (force) renameSync(draft, file)
  else
    try {
      linkSync(draft, file)
    } catch (thrown) {
      const { code } = thrown as { code?: string }
      if (code === 'EEXIST') throw taken(file)
      // Not every file system has second names.
      renameSync(draft, file)
    }
  const fd = openSync(dirname(file), 'r')
  try {
    fsyncSync(fd)
  } finally {
    closeSync(fd)
  }
}

const promised = <T>(call: (done: Done<T>) => void): Promise<T> =>
  new Promise((resolve, reject) => {
    call((answer) => (answer.ok ? resolve(answer.value) : reject(answer.error)))
  })
