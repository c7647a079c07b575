import { randomBytes } from 'node:crypto'
import { idOf, Keyring, mintId, mintKey, type Scope, Sessions } from '../../src/access/index.ts'
import { type AuditDeed, type Clock, SwarmError } from '../../src/base/index.ts'
import { createApp } from '../../src/gateway/app.ts'
import type { DoorKind } from '../../src/gateway/door.ts'
import { Limits } from '../../src/gateway/limits.ts'
import { Live } from '../../src/gateway/live.ts'
import { Repeats } from '../../src/gateway/repeats.ts'
import { Load } from '../../src/gateway/load.ts'
import type { MemoryPort } from '../../src/gateway/memory-port.ts'
import type { GatewayParts } from '../../src/gateway/parts.ts'

/** A node with a memory somewhere that cannot be reached now. */
export const NO_MEMORY: MemoryPort = {
  visibility: 'swarm',
  projects: () => [],
  isThere: () => true,
  status: async () => null,
  ask: async () => {
    throw new SwarmError('SWARM_NO_NODE', 'no node with the module memory can be reached')
  },
}

/** A clock that goes when it is told to. */
export class HandClock implements Clock {
  time = Date.UTC(2026, 10, 22)
  readonly now = (): number => this.time
  pass(ms: number): void {
    this.time += ms
  }
}

export interface Bench {
  readonly clock: HandClock
  readonly keys: Keyring
  readonly sessions: Sessions
  readonly deeds: AuditDeed[]
  readonly local: string
  /** What the driver is asked; answered with what `answers` holds. */
  readonly asked: string[]
  readonly logged: string[]
  /** In the log at its finest. */
  readonly refusals: string[]
  readonly live: Live
  readonly parts: GatewayParts
  readonly app: ReturnType<typeof createApp>
  key(...scopes: readonly Scope[]): string
}

export interface BenchOptions {
  readonly kind?: DoorKind
  readonly readsPerMinute?: number
  readonly writesPerMinute?: number
  readonly hosts?: readonly string[]
  readonly facts?: GatewayParts['facts']
  readonly bodyMs?: number
  /** What the node answers instead of nothing. */
  readonly fails?: () => Error | undefined
  /** What is behind the doors; nothing unless told. */
  readonly house?: Partial<GatewayParts>
}

/** A ring in memory, with a disk that keeps the last text. */
export function memoryRing(clock: Clock, disk: { text?: string; local?: string } = {}): Keyring {
  disk.local ??= mintKey(mintId(randomBytes), randomBytes)
  return new Keyring({
    clock,
    bytes: randomBytes,
    file: 'keys.json',
    load: () => disk.text,
    save: (text) => (disk.text = text),
    local: disk.local,
    saveLocal: (key) => (disk.local = key),
  })
}

const NOTHING = {
  items: [],
  next: null,
  settings: [],
  fixes: [],
  duplicate: true,
  id: 'k_aaaaaaaaaaaaaaaa',
  redacted: [],
  pending: [],
  at: null,
  version: '1',
  why: null,
}

/** The gateway as it is, without a node behind it: every question is answered with nothing. */
export function gatewayBench({
  facts = () => Promise.resolve({ stage: 'serving' } as never),
  bodyMs,
  fails = () => undefined,
  hosts = [],
  house = {},
  kind = 'loopback',
  readsPerMinute = 1_200,
  writesPerMinute = 120,
}: BenchOptions = {}): Bench {
  const clock = new HandClock()
  const disk: { text?: string; local?: string } = {}
  const keys = memoryRing(clock, disk)
  const sessions = new Sessions(clock, randomBytes, (id) => keys.isValid(id))
  const deeds: AuditDeed[] = []
  const asked: string[] = []
  const logged: string[] = []
  const refusals: string[] = []
  const parts: GatewayParts = {
    ask: (question) => {
      asked.push(question)
      const failure = fails()
      return failure ? Promise.reject(failure) : Promise.resolve(NOTHING)
    },
    facts,
    audit: {
      record: (deed) => Promise.resolve(void deeds.push(deed)),
      read: () => Promise.resolve({ entries: [], chain: { ok: true, entries: 0, head: null } }),
    },
    doorway: {
      token: () => Promise.resolve({ token: 't', id: 'x', roles: [], uses: 1, expires: 0 }),
      rekey: () => Promise.resolve({ until: 0 }),
    },
    backups: {
      make: () => Promise.reject(new Error('no disk')),
      restore: () => Promise.reject(new Error('no disk')),
    },
    live: new Live({ clock, epoch: 'e1', facts }),
    load: new Load(),
    memory: NO_MEMORY,
    keys,
    sessions,
    clock,
    version: '0',
    log: (level, line) => void (level === 'debug' ? refusals : logged).push(line),
    ...house,
  }
  const app = createApp(kind, {
    ...parts,
    limits: new Limits({ readsPerMinute, writesPerMinute }, clock, parts.log),
    repeats: new Repeats(clock),
    ...(bodyMs === undefined ? {} : { bodyMs }),
    hosts,
  })
  return {
    clock,
    keys,
    sessions,
    deeds,
    asked,
    logged,
    refusals,
    local: disk.local ?? '',
    live: parts.live,
    parts,
    app,
    key: (...scopes) => keys.make({ name: 'test', scopes, ttlMs: 3_600_000 }).key,
  }
}

export const keyId = (key: string): string => idOf(key) ?? ''
