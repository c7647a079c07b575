import { statSync } from 'node:fs'
import { SwarmError } from '../base/index.ts'
import type { NodePaths } from '../files/index.ts'

const MIB = 1024 * 1024
/** How often their size is looked at. Milliseconds. */
const LOOK_MS = 1_000

export interface StoreLogs {
  /** Bytes. */
  readonly sizes: { readonly knowledge: number; readonly search: number }
  /** While one is larger than it may be: why nothing is written here. */
  readonly overloaded: SwarmError | undefined
  start(): () => void
}

/** The write-ahead logs of both databases: one that grows and grows is read by somebody who does not stop. */
export function watchLogs(
  paths: Pick<NodePaths, 'knowledge' | 'search'>,
  mibMax: number,
  remark: (level: 'info' | 'warn', text: string) => void,
): StoreLogs {
  let overloaded: SwarmError | undefined
  const sizesNow = (): StoreLogs['sizes'] => ({ knowledge: logSize(paths.knowledge), search: logSize(paths.search) })
  const look = (): void => {
    const { knowledge, search } = sizesNow()
    const before = overloaded
    overloaded = Math.max(knowledge, search) > mibMax * MIB ? tooLarge(paths, knowledge, search, mibMax) : undefined
    if (overloaded && !before) remark('warn', overloaded.message)
    if (!overloaded && before) remark('info', 'the write-ahead logs are small again: writes are taken')
  }
  return {
    get sizes() {
      return sizesNow()
    },
    get overloaded() {
      return overloaded
    },
    start() {
      const timer = setInterval(look, LOOK_MS).unref()
      return () => clearInterval(timer)
    },
  }
}

const logSize = (file: string): number => statSync(`${file}-wal`, { throwIfNoEntry: false })?.size ?? 0

function tooLarge(
  paths: Pick<NodePaths, 'knowledge' | 'search'>,
  knowledge: number,
  search: number,
  mibMax: number,
): SwarmError {
  const file = knowledge >= search ? paths.knowledge : paths.search
  return new SwarmError(
    'SWARM_OVERLOADED',
    `${file}-wal has ${Math.round(Math.max(knowledge, search) / MIB)} MiB, at most ${mibMax} are good: it cannot be emptied while another program reads the file`,
    'End the program that has the file open (a database browser, a copy under way); the node goes on by itself.',
  )
}
