import { unreachable } from '../base/index.ts'
import type { NodeId } from '../base/index.ts'
import type { MemberId } from '../raft/index.ts'
import type { Command, Enrolled, Horizon, Legacy, Setting, Tickets } from './commands.ts'
import { compareRanks, type Lineage, type LineageId, type Rank, type Token } from './lineage.ts'
import { forgetGone, hasRoomFor } from './documents.ts'
import { isDocumentKey, SETTINGS_MAX, SWARM_SETTINGS } from './settings.ts'

/*
 * The replicated state machine: what every member knows of the swarm, the same at the same index.
 *
 * 1. `gen` and the class (`mature`) never fall; bans are never taken back.
 * 2. A frozen lineage changes no more (M2): its legacy, once told, is final.
 * 3. The same command applied twice (its key says so) changes nothing the second time.
 */

/** Swarms of this many are somebody's; a lineage younger than an hour with fewer is an infant (§3.1). */
const MATURE_MEMBERS = 4
/** Commands remembered by their keys: a retry comes within seconds. */
const ANSWERED_MAX = 512
const CONFLICTS_MAX = 64
/** As with the roster. Beyond it a revocation holds all the same: admission knows many more. */
export const BANS_MAX = 512
/** Tokens in use at the same time whose uses are counted, and the nodes that entered with them. */
export const TICKETS_MAX = 64
export const ENTERED_MAX = 512
/** As with settings: the whole state must fit a frame. */
export const ROSTER_MAX = 1_000

export type Outcome =
  | { readonly ok: true; readonly index: number }
  | { readonly ok: false; readonly why: 'lost' | 'frozen' | 'unknown' | 'full' | 'outranked' | 'unfit' }

/** A setting that two lineages had both written, with what became of it. */
export interface Conflict {
  readonly key: string
  readonly kept: string | null
  readonly lost: string | null
  readonly from: LineageId
}

export interface SwarmState {
  readonly lineage: Lineage
  gen: number
  mature: boolean
  frozen: Rank | null
  readonly roster: Record<MemberId, Enrolled & { readonly draining: boolean }>
  readonly settings: Record<string, Setting>
  topics: Readonly<Record<string, readonly NodeId[]>>
  readonly jobs: Record<string, { readonly node: NodeId; readonly token: Token }>
  bans: readonly NodeId[]
  /** Uses of join tokens. Absent in states that older versions wrote. */
  tickets?: Tickets
  /** Absent before the first. */
  horizon?: Horizon
  /** Lineages whose legacy is in this one, the newest last. */
  absorbed: readonly LineageId[]
  conflicts: readonly Conflict[]
  /** The settings a fork began with, by the time of their writing: who writes over one of them knew it. */
  readonly inherited: Readonly<Record<string, number>>
  answered: readonly (readonly [key: string, outcome: Outcome])[]
}

export const genesis = (lineage: Lineage, gen: number, legacy: Legacy | null): SwarmState => ({
  lineage,
  gen,
  mature: false,
  frozen: null,
  roster: {},
  settings: { ...legacy?.settings },
  topics: {},
  jobs: {},
  bans: legacy?.bans ?? [],
  ...(legacy?.tickets ? { tickets: legacy.tickets } : {}),
  ...(legacy?.horizon ? { horizon: legacy.horizon } : {}),
  absorbed: [],
  conflicts: [],
  inherited: Object.fromEntries(Object.entries(legacy?.settings ?? {}).map(([key, { at }]) => [key, at])),
  answered: [],
})

export const rankOf = ({ lineage: { depth, id, root }, mature }: SwarmState): Rank => ({ mature, root, depth, id })

/** A setting's value, or what holds where nobody set it. */
export function settingOf<Key extends keyof typeof SWARM_SETTINGS>(
  state: SwarmState,
  key: Key,
): (typeof SWARM_SETTINGS)[Key]['fallback'] | number | string {
  const text = state.settings[key]?.value
  return text === null || text === undefined ? SWARM_SETTINGS[key].fallback : (JSON.parse(text) as number | string)
}

/**
 * What a compare-and-set compares: `0` for a setting nobody wrote or that was taken back. It names the lineage, since
 * another one counts its entries from elsewhere.
 */
export function versionOf({ lineage, settings }: SwarmState, key: string): string {
  const held = settings[key]
  return held && held.value !== null ? `${lineage.id.slice(0, 8)}-${held.version}` : '0'
}

export const legacyOf = ({ bans, gen, horizon, lineage, settings, tickets }: SwarmState, index: number): Legacy => ({
  lineage: lineage.id,
  index,
  gen,
  settings,
  bans: [...bans],
  ...(horizon ? { horizon } : {}),
  ...(tickets ? { tickets } : {}),
})

/** Applies one committed command. `key` makes a repeated one the same. */
export function apply(
  state: SwarmState,
  key: string,
  command: Command,
  at: { term: number; index: number },
): Outcome {
  const known = state.answered.find(([answered]) => answered === key)
  if (known) return known[1]
  const outcome = state.frozen ? ({ ok: false, why: 'frozen' } as const) : change(state, command, at)
  state.answered = [...state.answered.slice(1 - ANSWERED_MAX), [key, outcome]]
  return outcome
}

function change(state: SwarmState, command: Command, { index, term }: { term: number; index: number }): Outcome {
  const done: Outcome = { ok: true, index }
  const no = (why: Extract<Outcome, { ok: false }>['why']): Outcome => ({ ok: false, why })
  switch (command.do) {
    case 'enrol': {
      const { do: _, floor, ...enrolled } = command
      const draining = Object.values(state.roster).some(({ draining: was, node }) => was && node === enrolled.node)
      // A node that comes with a new state is a new member: the old one never returns.
      for (const { member, node } of Object.values(state.roster))
        if (node === enrolled.node) delete state.roster[member]
      if (Object.keys(state.roster).length >= ROSTER_MAX) return no('full')
      state.roster[enrolled.member] = { ...enrolled, draining }
      state.gen = Math.max(state.gen, floor + 1)
      if (Object.keys(state.roster).length >= MATURE_MEMBERS) state.mature = true
      return done
    }
    case 'drop':
      if (!(command.member in state.roster)) return no('unknown')
      delete state.roster[command.member]
      return done
    case 'set': {
      const { at, by, expect, key, value } = command
      const held = state.settings[key]
      if (expect !== null && expect !== versionOf(state, key)) return no('lost')
      if (!hasRoomFor(state.settings, key, value, SETTINGS_MAX)) return no('full')
      if (contradicts(state, key, value)) return no('unfit')
      // Who writes it now has seen what became of it.
      state.conflicts = state.conflicts.filter((conflict) => conflict.key !== key)
      state.settings[key] = {
        value,
        at: Math.max(at, (held?.at ?? 0) + 1),
        lineage: state.lineage.id,
        version: index,
        by,
      }
      forgetGone(state.settings)
      return done
    }
    case 'drain': {
      const entry = Object.values(state.roster).find(({ node }) => node === command.node)
      if (!entry) return no('unknown')
      state.roster[entry.member] = { ...entry, draining: command.on }
      return done
    }
    case 'ban':
      if (!state.bans.includes(command.node)) {
        if (state.bans.length >= BANS_MAX) return no('full')
        state.bans = [...state.bans, command.node].sort()
      }
      for (const { member, node } of Object.values(state.roster))
        if (node === command.node) delete state.roster[member]
      return done
    case 'redeem':
      return redeem(state, command, index)
    case 'horizon':
      if (state.horizon && state.horizon.stamp >= command.stamp) return no('lost')
      state.horizon = { stamp: command.stamp, sum: command.sum }
      return done
    case 'specialise':
      state.topics = command.table
      return done
    case 'assign':
      if (command.node === null) delete state.jobs[command.job]
      else
        state.jobs[command.job] = {
          node: command.node,
          token: { gen: state.gen, lineage: state.lineage.id, term, index },
        }
      return done
    case 'mature':
      state.mature = true
      return done
    case 'freeze':
      if (compareRanks(rankOf(state), command.to) >= 0) return no('outranked')
      state.frozen = command.to
      return done
    case 'absorb':
      return absorb(state, command, index)
    default:
      return unreachable(command)
  }
}

/** The same node may come again: an answer that was lost must not cost a use. */
function redeem(
  state: SwarmState,
  { at, node, ticket, until, uses }: Extract<Command, { do: 'redeem' }>,
  index: number,
): Outcome {
  const live = Object.entries(state.tickets ?? {}).filter(([, entry]) => entry.until > at)
  const nodes = live.find(([id]) => id === ticket)?.[1].nodes ?? []
  const known = nodes.includes(node)
  if (!known && nodes.length >= uses) return { ok: false, why: 'lost' }
  const entered = live.reduce((sum, [, entry]) => sum + entry.nodes.length, 0)
  const isNew = !live.some(([id]) => id === ticket)
  if (!known && (entered >= ENTERED_MAX || (isNew && live.length >= TICKETS_MAX))) return { ok: false, why: 'full' }
  state.tickets = {
    ...Object.fromEntries(live),
    [ticket]: { nodes: known ? nodes : [...nodes, node], until },
  }
  return { ok: true, index }
}

/** Each is fine by itself, and the two are not. */
function contradicts(state: SwarmState, key: string, value: string | null): boolean {
  if (key !== 'voters.min' && key !== 'voters.max') return false
  const written = value === null ? SWARM_SETTINGS[key].fallback : Number(JSON.parse(value))
  const min = key === 'voters.min' ? written : Number(settingOf(state, 'voters.min'))
  const max = key === 'voters.max' ? written : Number(settingOf(state, 'voters.max'))
  return min > max
}

/** Two lineages that each forgot for itself: nobody's sum is this one's, so everybody compares with everybody. */
function bothHorizons(ours: Horizon | undefined, theirs: Horizon | undefined): Horizon | undefined {
  if (!ours || !theirs || (ours.stamp === theirs.stamp && ours.sum === theirs.sum)) return ours ?? theirs
  return { stamp: Math.max(ours.stamp, theirs.stamp), sum: 'two lineages' }
}

const CONFLICT_CHARS = 200

/** Of a document a conflict tells how it begins: all of them must fit a frame with the rest. */
function shown(key: string, kept: string | null, lost: string | null): Omit<Conflict, 'from'> {
  const short = (text: string | null): string | null =>
    text !== null && isDocumentKey(key) && text.length > CONFLICT_CHARS ? `${text.slice(0, CONFLICT_CHARS)}…` : text
  return { key, kept: short(kept), lost: short(lost) }
}

/** The union of two lineages (M4): per setting the later writing, by time, then lineage. Applied again, it is the same. */
function absorb(
  state: SwarmState,
  { final, legacy }: { readonly final: boolean; readonly legacy: Legacy },
  index: number,
): Outcome {
  for (const [key, theirs] of Object.entries(legacy.settings)) {
    const ours = state.settings[key]
    const wins = !ours || ours.at < theirs.at || (ours.at === theirs.at && ours.lineage < theirs.lineage)
    if ((!ours || isDocumentKey(key)) && !hasRoomFor(state.settings, key, theirs.value, 2 * SETTINGS_MAX)) continue
    // The same writing came both ways: by a fork, or by two absorptions.
    const same = ours?.at === theirs.at && ours.lineage === theirs.lineage
    // What this lineage began with was written over by who knew it.
    const known = theirs.at === state.inherited[key]
    if (ours && !same && !known && ours.value !== theirs.value) {
      const [kept, lost] = wins ? [theirs.value, ours.value] : [ours.value, theirs.value]
      state.conflicts = [
        ...state.conflicts.slice(1 - CONFLICTS_MAX),
        { ...shown(key, kept, lost), from: legacy.lineage },
      ]
    }
    if (wins) state.settings[key] = { ...theirs, version: index }
  }
  forgetGone(state.settings)
  state.bans = [...new Set([...state.bans, ...legacy.bans])].sort()
  for (const [ticket, { nodes, until }] of Object.entries(legacy.tickets ?? {})) {
    const ours = state.tickets?.[ticket]
    state.tickets = {
      ...state.tickets,
      [ticket]: {
        nodes: [...new Set([...(ours?.nodes ?? []), ...nodes])].sort(),
        until: Math.max(until, ours?.until ?? 0),
      },
    }
  }
  const horizon = bothHorizons(state.horizon, legacy.horizon)
  if (horizon) state.horizon = horizon
  state.gen = Math.max(state.gen, legacy.gen) + 1
  if (final) state.absorbed = [...state.absorbed.filter((id) => id !== legacy.lineage).slice(-15), legacy.lineage]
  return { ok: true, index }
}
