import { existsSync } from 'node:fs'
import { userInfo } from 'node:os'
import {
  type KeyBody,
  keyBody,
  keyDeed,
  type Keyring,
  type KeyView,
  readKeyId,
  sameOf,
  type Scope,
  SCOPES,
} from '../../access/index.ts'
import { openAuditLog } from '../../audit/index.ts'
import { type AuditAction, SwarmError } from '../../base/index.ts'
import { takeLock } from '../../files/index.ts'
import { type Call, callNode } from '../client.ts'
import { type Common, type Found, pickNode } from '../context.ts'
import { readInput } from '../input.ts'
import { ago, out, outJson, paint, plain, say, table } from '../print.ts'

const iso = (ms: number): string => new Date(ms).toISOString()

/** `key`: null when another node made it. */
type MintedBody = KeyBody & { readonly key: string | null }

export async function keysList(flags: Common): Promise<number> {
  const { keys } = await ask(flags, { method: 'GET', path: '/v1/keys' }, (ring) => ({
    reply: { keys: ring.list().map((view) => keyBody(view, iso)) },
  }))
  if (flags.json) outJson({ schema: 1, keys })
  else {
    const head = ['ID', 'LABEL', 'SCOPES', 'STATE', 'ENDS', 'LAST USED'].map((word) => paint('dim', word))
    out(table([head, ...keys.map(rowOf)]))
  }
  return 0
}

const COLOURS = { valid: 'green', expired: 'yellow', revoked: 'dim' } as const

const rowOf = (key: KeyBody): readonly string[] => [
  key.id,
  key.local ? 'local (api.key)' : plain(key.name),
  key.scopes.join(', '),
  `${paint(COLOURS[key.state], key.state)}${key.old_until === null ? '' : `, the old secret for ${left(key.old_until)}`}`,
  key.expires === null ? 'never' : key.state === 'valid' ? `in ${left(key.expires)}` : key.expires.slice(0, 10),
  key.last_used === null ? 'never' : `${ago(Date.now() - Date.parse(key.last_used))} ago`,
]

const left = (time: string): string => ago(Date.parse(time) - Date.now())

export interface NewFlags extends Common {
  readonly label: string
  readonly scope?: readonly string[]
  readonly ttl?: number
  readonly same?: boolean
}

const DAY_MS = 86_400_000
const TTL_MS = 90 * DAY_MS
const GRACE_MS = DAY_MS

export async function keysNew({ label, same, scope = ['read'], ttl = TTL_MS, ...flags }: NewFlags): Promise<number> {
  const wrong = scope.find((one) => !SCOPES.includes(one as Scope))
  if (wrong !== undefined)
    throw new SwarmError('SWARM_USAGE', `there is no scope "${wrong}"`, `The scopes are ${SCOPES.join(', ')}.`)
  if (ttl < 60_000 || ttl > 3650 * DAY_MS)
    throw new SwarmError('SWARM_USAGE', 'a key is good for a minute to ten years', 'Write --ttl 90d, for one.')
  const scopes = scope as readonly Scope[]
  const other = same ? await otherKey() : undefined
  const body = {
    name: label,
    scopes,
    ttl_ms: ttl,
    ...(other ? { same_as: { id: other.id, sha256: other.hash } } : {}),
  }
  const wish = { name: label, scopes, ttlMs: ttl }
  const minted = await ask(flags, { method: 'POST', path: '/v1/keys', body }, (ring) =>
    made('key-made', other ? { key: null, view: ring.take(wish, other) } : ring.make(wish)),
  )
  show(minted, flags)
  return 0
}

/** Not as a word of the command, which every user of the machine can read. The node is given its hash alone. */
async function otherKey(): Promise<{ readonly id: string; readonly hash: string }> {
  const other = sameOf((await readInput(undefined)).text.trim())
  if (other) return other
  throw new SwarmError(
    'SWARM_BAD_INPUT',
    'what came on standard input is no key',
    'Pipe in what `mcp-swarm keys new` printed on the other node: mcps_…',
  )
}

export interface RotateFlags extends Common {
  readonly grace?: number
}

export async function keysRotate(id: string, { grace = GRACE_MS, ...flags }: RotateFlags): Promise<number> {
  const call: Call = { method: 'POST', path: `/v1/keys/${readKeyId(id)}/rotate`, body: { grace_ms: grace } }
  show(await ask(flags, call, (ring) => made('key-rotated', ring.rotate(id, grace))), flags)
  return 0
}

export async function keysRevoke(id: string, flags: Common): Promise<number> {
  const key = await ask(flags, { method: 'DELETE', path: `/v1/keys/${readKeyId(id)}` }, (ring) => {
    const view = ring.revoke(id)
    return { reply: keyBody(view, iso), deed: { action: 'key-revoked' as const, ...keyDeed(view, iso) } }
  })
  if (flags.json) outJson(key)
  else out(`${key.id} (${plain(key.name)}) opens nothing any more`)
  return 0
}

/** The key alone on standard output, so that it can be piped into a store of secrets. */
function show(minted: MintedBody, { json }: Common): void {
  if (json) return outJson(minted)
  if (minted.key !== null) out(minted.key)
  const end =
    minted.expires === null ? 'without an end' : `until ${minted.expires.slice(0, 16).replace('T', ' ')} UTC`
  const once = minted.key === null ? 'It opens this node too.' : 'It is shown this once.'
  say(`Id ${minted.id}, ${minted.scopes.join(', ')}, ${end}. ${once}`)
  if (minted.old_until !== null) say(`The secret before stays good for ${left(minted.old_until)}.`)
  if (minted.local) say('It is in api.key as well: whoever reads it from there needs nothing.')
}

interface Done<Reply> {
  readonly reply: Reply
  readonly deed?: { readonly action: AuditAction; readonly subject: string; readonly detail: string }
}

const made = (
  action: AuditAction,
  { key, view }: { readonly key: string | null; readonly view: KeyView },
): Done<MintedBody> => ({
  reply: { key, ...keyBody(view, iso) },
  deed: { action, ...keyDeed(view, iso) },
})

/** Asks the node; while none runs, the same is done to its files, under its lock. */
async function ask<Reply>(flags: Common, call: Call, offline: (ring: Keyring) => Done<Reply>): Promise<Reply> {
  const node = pickNode(flags)
  if (node.holder) return callNode<Reply>(node, call)
  if (!existsSync(node.paths.dir))
    throw new SwarmError(
      'SWARM_NO_NODE',
      `there is no node "${node.name}" here`,
      'Start it with `mcp-swarm start`, or name another with --name.',
    )
  return withFiles(node, offline)
}

async function withFiles<Reply>({ name, paths }: Found, work: (ring: Keyring) => Done<Reply>): Promise<Reply> {
  const clock = { now: () => Date.now() }
  const { openKeyring } = await import('../../node/index.ts')
  const release = takeLock(paths.lock, name)
  try {
    const { deed, reply } = work(openKeyring(paths, clock))
    if (deed) {
      const audit = await openAuditLog({
        file: paths.audit,
        clock,
        onTrouble: (why) => why !== null && say(`! the audit log cannot be written: ${why}`),
      })
      await audit.record({ ...deed, actor: `user ${userInfo().uid}` })
      await audit.close()
    }
    return reply
  } finally {
    release()
  }
}
