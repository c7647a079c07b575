import { setTimeout as sleep } from 'node:timers/promises'
import { until } from '../../test/support/cli.ts'
import { openLoopWriter, type Recovery } from './writer.ts'

/** How a leader ends: at once, in an orderly way, or by falling silent with its connections open. */
export const BLOWS = ['SIGKILL', 'SIGTERM', 'SIGSTOP'] as const
export type Blow = (typeof BLOWS)[number]

export interface Member {
  readonly name: string
  put(value: string, signal: AbortSignal): Promise<void>
  /** The name of the leader that it knows. */
  leader(signal: AbortSignal): Promise<string | undefined>
  signal(signal: NodeJS.Signals): void
  /** Again, with what is on its disk. Only after it has ended. */
  start(): void
  readonly exited: Promise<unknown>
}

/** A group of three that keeps one value. */
export interface Group {
  readonly title: string
  readonly members: readonly Member[]
}

const EVERY_MS = 10
const TRY_MS = 300
/** After the first accepted write. */
const WATCH_MS = 1_000
const RECOVERY_MS_MAX = 60_000
const FORMATION_MS_MAX = 60_000
/** Between formation and the signal, and this much more by chance: the signal must not keep step with heartbeats. */
const SETTLE_MS = 1_000
const SETTLE_MORE_MS = 500
/** Of writes before the signal: connections are open then, as those of clients are. */
const WARM_UP_MS = 300

/** All know the same leader, and each of them takes a write. */
async function formed({ members, title }: Group): Promise<Member> {
  let found: Member | undefined
  const look = async (): Promise<boolean> => {
    try {
      const names = await Promise.all(members.map((member) => member.leader(AbortSignal.timeout(1_000))))
      found = members.find(({ name }) => names.every((other) => other === name))
      if (!found) return false
      await Promise.all(members.map((member) => member.put('formed', AbortSignal.timeout(1_000))))
      return true
    } catch {
      return false
    }
  }
  await until(`${title}: three agree on a leader`, look, FORMATION_MS_MAX)
  if (!found) throw new Error('nobody leads')
  return found
}

async function trial(group: Group, blow: Blow): Promise<Recovery> {
  await formed(group)
  await sleep(SETTLE_MS + Math.random() * SETTLE_MORE_MS)
  const victim = await formed(group)
  const left = group.members.filter((member) => member !== victim)
  let turn = 0
  const put = (value: string, signal: AbortSignal): Promise<void> =>
    (left[turn++ % left.length] as Member).put(value, signal)
  const writer = openLoopWriter({ put, everyMs: EVERY_MS, tryMs: TRY_MS })
  try {
    await sleep(WARM_UP_MS)
    const since = performance.now()
    victim.signal(blow)
    return await writer.recovery(since, WATCH_MS, RECOVERY_MS_MAX)
  } finally {
    await writer.stop()
    if (blow === 'SIGSTOP') victim.signal('SIGCONT')
    else {
      await victim.exited
      victim.start()
    }
  }
}

export async function trials(group: Group, blow: Blow, count: number): Promise<readonly Recovery[]> {
  const all: Recovery[] = []
  // oxlint-disable-next-line eslint/no-await-in-loop -- a trial needs the group for itself
  while (all.length < count) all.push(await trial(group, blow))
  return all
}
