import { type Clock, sha256, SwarmError } from '../base/index.ts'
import { type Bytes, idOf, mintId, mintKey, same } from './key.ts'
import { type KeyRecord, parseKeys, renderKeys } from './record.ts'
import type { Scope } from './scope.ts'

/** Keys of one node: people and machines, not requests. */
const KEYS_MAX = 200
/** A key that is void stays in the list for this long, for whoever wonders why it fails. */
const VOID_KEPT_MS = 30 * 24 * 3_600_000
/** Last use is written down by the minute: a file is not rewritten for every request. */
const USED_STEP_MS = 60_000
const DAY_MS = 24 * 3_600_000
/** Compared with when there is no such key, so that a wrong id takes the same time as a wrong secret. */
const NO_HASH = '0'.repeat(64)

export interface KeyringParts {
  readonly clock: Clock
  readonly bytes: Bytes
  /** For messages. */
  readonly file: string
  /** The text of the file; undefined when there is none. */
  readonly load: () => string | undefined
  /** Whole or not at all, synced. */
  readonly save: (text: string) => void
  /** The content of `api.key`, and what writes another. */
  readonly local: string
  readonly saveLocal: (key: string) => void
}

export interface NewKey {
  readonly name: string
  readonly scopes: readonly Scope[]
  readonly ttlMs: number
}

/** A key that another node made, without what opens the door. */
export interface SameKey {
  readonly id: string
  /** SHA-256 of it, in hex. */
  readonly hash: string
}

/** A key as it may be shown: without anything secret. */
export interface KeyView {
  readonly id: string
  readonly name: string
  readonly scopes: readonly Scope[]
  readonly state: 'valid' | 'expired' | 'revoked'
  readonly created: number
  readonly expires: number | null
  readonly used: number | null
  /** Until when the secret before the last rotation is good; null when it is not. */
  readonly graceUntil: number | null
  readonly local: boolean
}

/** The one moment at which a key can be read. */
export interface Minted {
  readonly key: string
  readonly view: KeyView
}

/** Who holds a valid key. */
export interface Holder {
  readonly id: string
  readonly scopes: readonly Scope[]
  /** Its first use of the day (UTC). */
  readonly isFirst: boolean
  /** It is in a file of this machine, and means its owner. */
  readonly isLocal: boolean
}

/*
 * 1. What is on disk is what counts: a change is saved before it is answered, and undone when it cannot be saved.
 * 2. Every refusal looks the same and costs the same.
 */
export class Keyring {
  readonly #parts: KeyringParts
  #keys: readonly KeyRecord[]
  #unsaved = false
  /** As it stands in `api.key`. */
  #local: string

  /** Throws SWARM_STATE_DIR when the file cannot be understood. */
  constructor(parts: KeyringParts) {
    this.#parts = parts
    this.#local = parts.local
    const text = parts.load()
    const kept = text === undefined ? [] : parseKeys(text, parts.file)
    this.#keys = this.#withLocal(kept.filter((key) => !this.#isLongVoid(key)))
  }

  check(key: string): Holder | undefined {
    const now = this.#parts.clock.now()
    const id = idOf(key)
    const record = this.#keys.find((one) => one.id === id)
    const given = sha256(key)
    const fits = same(given, record?.hash ?? NO_HASH)
    const fitsOld = same(given, record?.old?.hash ?? NO_HASH) && now < (record?.old?.until ?? 0)
    if (!record || !(fits || fitsOld) || stateOf(record, now) !== 'valid') return undefined
    const isFirst = record.used === null || Math.floor(record.used / DAY_MS) < Math.floor(now / DAY_MS)
    if (record.used === null || now - record.used >= USED_STEP_MS) this.#used(record, now)
    return { id: record.id, scopes: record.scopes, isFirst, isLocal: record.local }
  }

  /** Of a session that began with a key: whether the key would still open the door. */
  isValid(id: string): boolean {
    const record = this.#keys.find((key) => key.id === id)
    return record !== undefined && stateOf(record, this.#parts.clock.now()) === 'valid'
  }

  list(): readonly KeyView[] {
    const now = this.#parts.clock.now()
    return this.#keys.map((key) => viewOf(key, now))
  }

  /** Keys that were made for others and are good: what a listener beyond this machine asks for. */
  get hasMade(): boolean {
    return this.list().some(({ local, state }) => !local && state === 'valid')
  }

  /** Throws SWARM_CONFLICT when there are too many, and what `save` throws. */
  make(wish: NewKey): Minted {
    const { bytes } = this.#parts
    let id = mintId(bytes)
    while (this.#keys.some((key) => key.id === id)) id = mintId(bytes)
    const key = mintKey(id, bytes)
    return { key, view: this.#add(wish, { id, hash: sha256(key) }) }
  }

  /** The key of another node opens this one too. As `make`; SWARM_CONFLICT also for a key that is or was here. */
  take(wish: NewKey, same: SameKey): KeyView {
    if (this.#keys.some(({ id }) => id === same.id))
      throw new SwarmError(
        'SWARM_CONFLICT',
        `the key ${same.id} is or was one of this node`,
        'Look at `mcp-swarm keys`; what was revoked or has another secret does not come back: make a new key.',
      )
    return this.#add(wish, same)
  }

  #add({ name, scopes, ttlMs }: NewKey, { hash, id }: SameKey): KeyView {
    const kept = this.#keys.filter((key) => !this.#isLongVoid(key))
    if (kept.length >= KEYS_MAX)
      throw new SwarmError('SWARM_CONFLICT', `there are ${kept.length} keys`, 'Revoke those that nobody uses.')
    const now = this.#parts.clock.now()
    const record: KeyRecord = {
      id,
      name,
      scopes: [...scopes],
      hash,
      created: now,
      expires: now + ttlMs,
      revoked: null,
      used: null,
      old: null,
      local: false,
    }
    this.#save([...kept, record])
    return viewOf(record, now)
  }

  /** A new secret for the same key; the old one is good for the grace. The key lives as long again as it was given. */
  rotate(id: string, graceMs: number): Minted {
    const now = this.#parts.clock.now()
    const record = this.#find(id)
    if (stateOf(record, now) !== 'valid')
      throw new SwarmError('SWARM_CONFLICT', `the key ${id} is ${stateOf(record, now)}`, 'Make a new one.')
    const key = mintKey(id, this.#parts.bytes)
    const until = now + graceMs
    const rotated: KeyRecord = {
      ...record,
      hash: sha256(key),
      created: now,
      expires: record.expires === null ? null : now + (record.expires - record.created),
      // A rotation in haste, after a leak, must not leave the leaked one good until it would have ended.
      old: graceMs > 0 ? { hash: record.hash, until: Math.min(until, record.expires ?? until) } : null,
    }
    const keys = this.#keys.map((one) => (one.id === id ? rotated : one))
    if (record.local) this.#saveLocal(key, keys)
    else this.#save(keys)
    return { key, view: viewOf(rotated, now) }
  }

  revoke(id: string): KeyView {
    const now = this.#parts.clock.now()
    const record = this.#find(id)
    if (record.local)
      throw new SwarmError(
        'SWARM_CONFLICT',
        `${id} is the local key, which every node has`,
        `Give it another secret: mcp-swarm keys rotate ${id} --grace 0s`,
      )
    const revoked = { ...record, revoked: record.revoked ?? now, old: null }
    this.#save(this.#keys.map((one) => (one.id === id ? revoked : one)))
    return viewOf(revoked, now)
  }

  /** Writes down when keys were used, if that is new. */
  flush(): void {
    if (!this.#unsaved) return
    this.#parts.save(renderKeys(this.#keys))
    this.#unsaved = false
  }

  #find(id: string): KeyRecord {
    const found = this.#keys.find((key) => key.id === id)
    if (found) return found
    throw new SwarmError('SWARM_NOT_FOUND', `there is no key ${id}`, 'See `mcp-swarm keys`.')
  }

  #used(record: KeyRecord, now: number): void {
    this.#keys = this.#keys.map((one) => (one.id === record.id ? { ...one, used: now - (now % USED_STEP_MS) } : one))
    this.#unsaved = true
  }

  /** Two files: when the second cannot be written, the first is as before, or it would hold a key that opens nothing. */
  #saveLocal(key: string, keys: readonly KeyRecord[]): void {
    this.#parts.saveLocal(key)
    try {
      this.#save(keys)
    } catch (error) {
      this.#parts.saveLocal(this.#local)
      throw error
    }
    this.#local = key
  }

  #save(keys: readonly KeyRecord[]): void {
    this.#parts.save(renderKeys(keys))
    this.#keys = keys
    this.#unsaved = false
  }

  /** The key of `api.key` as a record like the others: a person may have put another key there. */
  #withLocal(kept: readonly KeyRecord[]): readonly KeyRecord[] {
    const { clock, local } = this.#parts
    const id = idOf(local) ?? ''
    const hash = sha256(local)
    const known = kept.find((key) => key.local && key.id === id)
    const fresh: KeyRecord = {
      id,
      name: 'local',
      scopes: ['admin'],
      hash,
      created: clock.now(),
      expires: null,
      revoked: null,
      used: null,
      old: null,
      local: true,
    }
    const record = known === undefined ? fresh : known.hash === hash ? known : { ...known, hash, old: null }
    return [record, ...kept.filter((key) => !key.local && key.id !== id)]
  }

  #isLongVoid({ expires, revoked }: KeyRecord): boolean {
    const end = revoked ?? expires
    return end !== null && this.#parts.clock.now() - end > VOID_KEPT_MS
  }
}

function stateOf({ expires, revoked }: KeyRecord, now: number): KeyView['state'] {
  if (revoked !== null) return 'revoked'
  return expires !== null && now >= expires ? 'expired' : 'valid'
}

const viewOf = (record: KeyRecord, now: number): KeyView => ({
  id: record.id,
  name: record.name,
  scopes: record.scopes,
  state: stateOf(record, now),
  created: record.created,
  expires: record.expires,
  used: record.used,
  graceUntil: record.old !== null && now < record.old.until ? record.old.until : null,
  local: record.local,
})
