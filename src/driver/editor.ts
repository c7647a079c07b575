import {
  type Clock,
  failed,
  isPrivateOrigin,
  type ItemId,
  nodeOf,
  ok,
  type Result,
  SwarmError,
  unreachable,
} from '../base/index.ts'
import {
  type Draft,
  following,
  type Item,
  type Revision,
  revisionId,
  type StoredRevision,
} from '../knowledge/index.ts'
import type {
  Changed,
  ConflictPage,
  ConflictView,
  EditExchange,
  EditRequest,
  Merge,
  OfVersion,
} from './edit-exchange.ts'
import { again, edited, type Edited } from './edited.ts'
import type { Shared } from './exchange.ts'
import type { History } from './history.ts'
import type { ItemEffect } from './item-effects.ts'
import { isLate } from './late.ts'
import { readBody } from './read-item.ts'
import { isWider, visibilityOf } from './scopes.ts'
import { saysTheSame } from './said.ts'
import type { TrustDesk } from './trust-desk.ts'
import type { Turns } from './turns.ts'
import { conflictView, historyView, judgedHistory, versionView } from './version-view.ts'

/** What is to be written, and of what it takes the place. */
interface Plan {
  readonly text: Edited | 'deleted'
  /** The present one first. */
  readonly replaces: readonly Revision[]
  /** It is written although it says what the present one says: it settles something. */
  readonly settles?: boolean
}

type Stage =
  | { readonly at: 'reading'; readonly next: (revisions: readonly Revision[]) => readonly ItemEffect[] }
  | { readonly at: 'listing'; readonly limit: number }
  | { readonly at: 'recording'; readonly done: (written: StoredRevision) => Changed }

interface Open {
  readonly since: number
  readonly stage: Stage
}

/** How an item is changed: new versions that name what they replace, one at a time. Nothing is ever overwritten. */
export class Editor {
  readonly #clock: Clock
  readonly #name: string
  readonly #desk: TrustDesk
  readonly #turns: Turns<ItemEffect>
  readonly #open = new Map<number, Open>()
  #tick = 0

  constructor(parts: {
    readonly clock: Clock
    readonly name: string
    readonly desk: TrustDesk
    readonly turns: Turns<ItemEffect>
  }) {
    this.#clock = parts.clock
    this.#name = parts.name
    this.#desk = parts.desk
    this.#turns = parts.turns
  }

  start(request: number, { input, kind }: EditRequest): readonly ItemEffect[] {
    switch (kind) {
      case 'versions':
        return this.#read(request, input, (history) => this.#history(input, history))
      case 'version':
        return this.#read(request, input.id, (history) => {
          const view = versionView(input.id, history, input.version, this.#desk)
          return view ? ok(view) : failed(noVersion(input.id, input.version))
        })
      case 'conflicts':
        this.#open.set(request, { since: this.#tick, stage: { at: 'listing', limit: input.limit } })
        return [{ do: 'conflicts', request, after: input.after ?? '', limit: input.limit }]
      case 'edit':
        return this.#change(request, input, ({ present }) => {
          const old = liveItem(present)
          if (!old.ok) return old
          const text = edited(old.value, input.patch, this.#by(input))
          return text.ok ? ok({ text: text.value, replaces: [present] }) : text
        })
      case 'delete':
        return this.#change(request, input, ({ kept, present }) =>
          present.deleted ? ok({ text: 'deleted', replaces: [] }) : ok({ text: 'deleted', replaces: kept }),
        )
      case 'restore-version':
        return this.#change(request, input, (history) => this.#restored(input, history))
      case 'merge':
        return this.#change(request, input, (history) => this.#merged(input, history))
      case 'dismiss':
        return this.#change(request, input, (history) => this.#dismissed(input, history))
      default:
        return unreachable(kind)
    }
  }

  tick(): readonly ItemEffect[] {
    this.#tick += 1
    const late = [...this.#open].filter(([, { since }]) => isLate(since, this.#tick))
    const error = new SwarmError(
      'SWARM_TIMEOUT',
      'the store did not answer in 10 s',
      'Look at `mcp-swarm logs`, and at `mcp-swarm knowledge history` whether it was written.',
    )
    return late.flatMap(([request]) => this.#end(request, failed(error)))
  }

  /** The store answered `versions`. */
  versions(request: number, result: Result<readonly StoredRevision[]>): readonly ItemEffect[] {
    const open = this.#open.get(request)
    if (open?.stage.at !== 'reading') return []
    return result.ok ? open.stage.next(result.value.map(({ revision }) => revision)) : this.#end(request, result)
  }

  /** The store answered `conflicts`: they are looked at one by one. */
  conflicts(request: number, result: Result<readonly ItemId[]>): readonly ItemEffect[] {
    const open = this.#open.get(request)
    if (open?.stage.at !== 'listing') return []
    if (!result.ok) return this.#end(request, result)
    const items = result.value
    const next = items.length < open.stage.limit ? null : (items.at(-1) ?? null)
    return this.#lookAt(request, open.since, items, [], next)
  }

  /** The replica has the version on disk, or could not write it. */
  settled(request: number, result: Result<StoredRevision>): readonly ItemEffect[] {
    const open = this.#open.get(request)
    if (open?.stage.at !== 'recording') return []
    return result.ok
      ? this.#end(request, ok(open.stage.done(result.value)), result.value.row)
      : this.#end(request, result)
  }

  #by({ agent, source }: { readonly source: Item['provenance']['source']; readonly agent?: string | undefined }): {
    readonly node: string
    readonly at: number
    readonly source: Item['provenance']['source']
    readonly agent?: string | undefined
  } {
    return { node: this.#name, at: this.#clock.now(), source, agent }
  }

  #read(
    request: number,
    item: ItemId,
    view: (history: History) => Result<EditExchange[keyof EditExchange]['reply']>,
  ): readonly ItemEffect[] {
    const next = (revisions: readonly Revision[]): readonly ItemEffect[] =>
      this.#end(request, revisions.length === 0 ? failed(NONE) : view(judgedHistory(item, revisions, this.#desk)))
    this.#open.set(request, { since: this.#tick, stage: { at: 'reading', next } })
    return [{ do: 'versions', request, items: [item] }]
  }

  #lookAt(
    request: number,
    since: number,
    items: readonly ItemId[],
    seen: readonly ConflictView[],
    next: string | null,
  ): readonly ItemEffect[] {
    const [item, ...rest] = items
    if (item === undefined) return this.#end(request, ok({ conflicts: seen, next } satisfies ConflictPage))
    const go = (revisions: readonly Revision[]): readonly ItemEffect[] => {
      const view = conflictView(item, judgedHistory(item, revisions, this.#desk), this.#desk)
      return this.#lookAt(request, since, rest, view ? [...seen, view] : seen, next)
    }
    this.#open.set(request, { since, stage: { at: 'reading', next: go } })
    return [{ do: 'versions', request, items: [item] }]
  }

  #history(item: ItemId, history: History): Result<EditExchange['versions']['reply']> {
    return history.present ? ok(historyView(item, history, history.present, this.#desk)) : failed(NONE)
  }

  /** Reads the versions when it is this request's turn, and writes what `plan` makes of them. */
  #change(
    request: number,
    { expected, id }: { readonly id: ItemId; readonly expected?: string | undefined },
    plan: (history: History & { readonly present: Revision }) => Result<Plan>,
  ): readonly ItemEffect[] {
    const next = (revisions: readonly Revision[]): readonly ItemEffect[] => {
      const history = judgedHistory(id, revisions, this.#desk)
      const { present } = history
      if (!present) return this.#end(request, failed(NONE))
      const version = revisionId(present)
      if (expected !== undefined && expected !== version) return this.#end(request, failed(stale(version, expected)))
      const planned = plan({ ...history, present })
      return planned.ok
        ? this.#carryOut(request, id, { history, present }, planned.value)
        : this.#end(request, planned)
    }
    this.#open.set(request, { since: this.#tick, stage: { at: 'reading', next } })
    return this.#turns.take(request, id, () => [{ do: 'versions', request, items: [id] }])
  }

  #carryOut(
    request: number,
    id: ItemId,
    { history, present }: { readonly history: History; readonly present: Revision },
    { replaces, settles = false, text }: Plan,
  ): readonly ItemEffect[] {
    const deleted = text === 'deleted'
    const before = readItem(present)
    const visibility = visibilityOf(text === 'deleted' ? (before ?? {}) : text.item)
    const redacted: Shared['redacted'] = text === 'deleted' ? [] : text.redacted
    const isSame = text === 'deleted' ? present.deleted : before !== undefined && saysTheSame(before, text.item)
    const others = history.others.map(revisionId)
    if (isSame && !settles) {
      const version = revisionId(present)
      const nothing = { follows: [], counts: true, others, note: null, changed: false }
      return this.#end(request, ok({ id, version, deleted, visibility, redacted, ...nothing } satisfies Changed))
    }
    const follows = following(replaces)
    // Of what cannot be read, its origin says for whom it is.
    const isPrivate = visibility === 'private' || (deleted && isPrivateOrigin(present.origin))
    const draft: Draft = { item: id, body: text === 'deleted' ? '' : text.body, deleted, isPrivate, follows }
    const done = ({ revision }: StoredRevision): Changed => {
      const standing = this.#desk.standing(id)
      const counts = !standing || (standing.origin === revision.origin && standing.seq === revision.seq)
      const settled = new Set(follows)
      return {
        id,
        version: revisionId(revision),
        changed: true,
        deleted,
        follows: replaces.map(revisionId),
        visibility,
        redacted,
        counts,
        others: others.filter((one) => !settled.has(one)),
        note: this.#noteOn(counts, deleted, replaces),
      }
    }
    this.#open.set(request, { since: this.#tick, stage: { at: 'recording', done } })
    return [{ do: 'record', request, draft }]
  }

  /** Whoever is trusted less replaces nothing of those who are trusted more, and is told so. */
  #noteOn(counts: boolean, deleted: boolean, replaces: readonly Revision[]): string | null {
    if (!counts) return 'it does not count on this node: the author of the present version is trusted more here'
    const { authors, ledger, now } = this.#desk
    const foreign = replaces
      .filter((one) => !one.deleted)
      .map(({ origin }) => nodeOf(origin))
      .find((node) => !authors.isOwn(node, now))
    if (foreign === undefined) return null
    const name = authors.fact(foreign, now).name ?? ledger.nameOf(foreign) ?? foreign
    return deleted
      ? `the nodes of its author (${name}) keep it until it is deleted there`
      : `the nodes of its author (${name}) keep their own version, and show yours beside it`
  }

  #restored({ version, ...input }: OfVersion, { byId, kept, present }: History): Result<Plan> {
    const old = byId.get(version)
    if (!old) return failed(noVersion(input.id, version))
    if (old.deleted)
      return failed(
        new SwarmError('SWARM_BAD_INPUT', `version ${version} is a deletion`, 'Delete it with `knowledge delete`.'),
      )
    const text = this.#taken(old, present, input)
    return text.ok ? ok({ text: text.value, replaces: kept, settles: kept.length > 1 }) : text
  }

  #merged(
    { patch, take, versions, ...input }: Merge,
    { byId, kept, others, present }: History & { readonly present: Revision },
  ): Result<Plan> {
    if (others.length === 0)
      return failed(
        new SwarmError(
          'SWARM_CONFLICT',
          'there is no other version to merge',
          `See its versions: mcp-swarm knowledge history ${input.id}`,
        ),
      )
    const strange = versions?.find((one) => !byId.has(one))
    if (strange !== undefined) return failed(noVersion(input.id, strange))
    const named = versions?.flatMap((one) => byId.get(one) ?? [])
    const replaces = named ? [...new Set([present, ...named])] : kept
    const chosen = take === undefined ? present : byId.get(take)
    if (!chosen) return failed(noVersion(input.id, take ?? ''))
    if (chosen.deleted && patch === undefined) return ok({ text: 'deleted', replaces, settles: true })
    const text = this.#taken(chosen, present, input, patch)
    return text.ok ? ok({ text: text.value, replaces, settles: true }) : text
  }

  #dismissed(
    { version, ...input }: OfVersion,
    { byId, others, present }: History & { readonly present: Revision },
  ): Result<Plan> {
    const other = byId.get(version)
    if (!other) return failed(noVersion(input.id, version))
    if (!others.includes(other))
      return failed(
        new SwarmError(
          'SWARM_CONFLICT',
          `version ${version} does not stand beside the present one`,
          `See which do: mcp-swarm knowledge conflicts ${input.id}`,
        ),
      )
    const replaces = [present, other]
    if (present.deleted) return ok({ text: 'deleted', replaces, settles: true })
    const text = this.#taken(present, present, input)
    return text.ok ? ok({ text: text.value, replaces, settles: true }) : text
  }

  /** The text of a version, for those who see the item now. */
  #taken(
    chosen: Revision,
    present: Revision | undefined,
    input: { readonly source: Item['provenance']['source']; readonly agent?: string | undefined },
    patch: Parameters<typeof edited>[1] = {},
  ): Result<Edited> {
    const old = liveItem(chosen)
    if (!old.ok) return old
    const now = present && !present.deleted ? readItem(present) : undefined
    if (now && isWider(now, old.value))
      return failed(
        new SwarmError(
          'SWARM_CONFLICT',
          `that version was ${visibilityOf(old.value)}, and the item is visible to more by now`,
          'If they may see it, write it into the present version with `knowledge edit`.',
        ),
      )
    const { scope: _scope, ...said } = old.value
    const scoped = now === undefined ? old.value : { ...said, ...(now.scope ? { scope: now.scope } : {}) }
    return Object.keys(patch).length === 0 ? again(scoped, this.#by(input)) : edited(scoped, patch, this.#by(input))
  }

  #end(request: number, result: Result<unknown>, row?: number): readonly ItemEffect[] {
    this.#open.delete(request)
    const answer = { do: 'answer', request, result, ...(row === undefined ? {} : { row }) } as const
    return [answer, ...this.#turns.end(request)]
  }
}

const NONE = new SwarmError(
  'SWARM_NOT_FOUND',
  'this node has no such item',
  'See `mcp-swarm knowledge` for what there is.',
)

const noVersion = (id: ItemId, version: string): SwarmError =>
  new SwarmError(
    'SWARM_NOT_FOUND',
    `this node has no version ${version} of it`,
    `See its versions: mcp-swarm knowledge history ${id}`,
  )

const stale = (present: string, expected: string): SwarmError =>
  new SwarmError(
    'SWARM_CONFLICT',
    `the present version is ${present}, not ${expected}: somebody changed it meanwhile`,
    'Look at it again with `mcp-swarm knowledge get`, and change that.',
  )

function readItem({ body, deleted }: Revision): Item | undefined {
  const read = readBody(deleted ? '' : body)
  return read.is === 'item' ? read.item : undefined
}

/** An item that this version can change. */
function liveItem(revision: Revision): Result<Item> {
  if (revision.deleted)
    return failed(
      new SwarmError(
        'SWARM_NOT_FOUND',
        'the item was deleted',
        `Bring it back: mcp-swarm knowledge restore ${revision.item} <version>; \`knowledge history\` lists them.`,
      ),
    )
  const read = readBody(revision.body)
  if (read.is === 'item') return ok(read.item)
  const why =
    read.is === 'newer'
      ? 'a newer version of mcp-swarm wrote it, and this one would lose what it cannot read'
      : 'what it says cannot be read by this version of mcp-swarm'
  return failed(new SwarmError('SWARM_CONFLICT', why, 'Update mcp-swarm on this machine.'))
}
