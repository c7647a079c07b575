import { z } from 'zod'
import { NODE_NAME } from '../base/index.ts'
import { ROLES } from '../membership/index.ts'
import type { RaftMessage } from '../raft/index.ts'
import { Command, Enrolled, Legacy, lineageId, LineageShape, member, node, topic, TOPICS_MAX } from './commands.ts'

const count = z.int().nonnegative()
const id = z.string().min(1).max(80)
/** What the bounds of settings and roster add up to, with room. UTF-16 units. */
const STATE_UNITS_MAX = 800 * 1024
/** A command or a whole state as JSON text, read by its own schema where it is used. */
const text = z.string().max(STATE_UNITS_MAX)
const MEMBERS_MAX = 32
const members = z.array(member).max(MEMBERS_MAX)

const Config = z.object({ voters: members, outgoing: members, learners: members, learnersNext: members })

const Body = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('noop') }),
  z.object({ kind: z.literal('data'), key: id, data: text }),
  z.object({ kind: z.literal('config'), config: Config }),
])
const LogEntry = z.object({ index: count, term: count, body: Body })

const last = { lastIndex: count, lastTerm: count }
const RaftBody = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('pre-vote'), term: count, ...last }),
  z.object({ kind: z.literal('pre-vote-reply'), term: count, proposed: count, granted: z.boolean() }),
  z.object({ kind: z.literal('vote'), term: count, ...last, transfer: z.boolean() }),
  z.object({ kind: z.literal('vote-reply'), term: count, granted: z.boolean() }),
  z.object({
    kind: z.literal('append'),
    term: count,
    prevIndex: count,
    prevTerm: count,
    entries: z.array(LogEntry).max(1024),
    commit: count,
  }),
  z.object({
    kind: z.literal('append-reply'),
    term: count,
    ok: z.boolean(),
    index: count,
    hintIndex: count,
    hintTerm: count,
  }),
  z.object({ kind: z.literal('heartbeat'), term: count, commit: count, round: count }),
  z.object({ kind: z.literal('heartbeat-reply'), term: count, round: count }),
  z.object({
    kind: z.literal('snapshot'),
    term: count,
    index: count,
    snapshotTerm: count,
    config: Config,
    offset: count,
    chunk: text,
    done: z.boolean(),
  }),
  z.object({ kind: z.literal('snapshot-reply'), term: count, index: count, offset: count }),
  z.object({ kind: z.literal('timeout-now'), term: count }),
]) satisfies z.ZodType<RaftMessage>

/** Between two members of one lineage; of another one it is dropped. */
const RaftFrame = z.object({
  kind: z.literal('raft'),
  lineage: lineageId,
  from: member,
  to: member,
  message: RaftBody,
})

/**
 * What a node says of its place: with a new connection, when it changes, and members of the group now and then to
 * somebody. From it others know whom to join, who leads, and that there is something newer to fetch.
 */
const Presence = z.object({
  kind: z.literal('presence'),
  role: z.enum(ROLES),
  name: z.string().regex(NODE_NAME),
  /** Orders those that found at the same time (B3). */
  lot: z.string().max(64),
  /** What its operator says it is good at, and what it turned out to be asked and to know. */
  topics: z.array(topic).max(TOPICS_MAX),
  talents: z.array(z.tuple([topic, count, count])).max(TOPICS_MAX),
  /** Null: without a lineage so far. */
  place: z
    .strictObject({
      member,
      seat: z.enum(['voter', 'standby', 'observer']),
      lineage: LineageShape,
      gen: count,
      mature: z.boolean(),
      frozen: z.boolean(),
      absorbed: z.array(lineageId).max(16),
      term: count,
      /** Heard of within an election's time, or the sender itself. */
      leader: member.nullable(),
      applied: count,
      /** The end of the sender's log: who may go on alone (Q4). */
      last: z.tuple([count, count]),
      voters: members,
      standbys: members,
    })
    .nullable(),
})
export type Presence = z.infer<typeof Presence>
export type Place = NonNullable<Presence['place']>

/** A newcomer asks to be enrolled (J1). `legacy`: what it knows of a lineage that has no leader (Q2). */
const Join = z.object({
  kind: z.literal('join'),
  lineage: lineageId,
  enrol: Enrolled,
  floor: count,
  legacy: Legacy.nullable(),
})
/** The newcomer's committed state to begin with. */
const Joined = z.object({
  kind: z.literal('joined'),
  member,
  index: count,
  term: count,
  config: Config,
  state: text,
})

/** An observer has everything up to `from`. */
const Fetch = z.object({ kind: z.literal('fetch'), lineage: lineageId, from: count })
/** Committed entries after `from`, or the whole state instead. */
const Fetched = z.object({
  kind: z.literal('fetched'),
  lineage: lineageId,
  from: count,
  entries: z.array(LogEntry).max(1024),
  whole: z.object({ index: count, term: count, config: Config, state: text }).nullable(),
})

/** For the leader of that lineage and term; any other drops it (R11). */
const Ask = z.object({
  kind: z.literal('ask'),
  /** Makes a repeated question one. */
  key: id,
  lineage: lineageId,
  term: count,
  body: z.discriminatedUnion('do', [
    z.object({ do: z.literal('command'), command: Command }),
    z.object({ do: z.literal('read'), setting: id }),
    z.object({ do: z.literal('step-down'), to: node.nullable() }),
  ]),
})
const Answered = z.object({
  kind: z.literal('answered'),
  key: id,
  /** Null: it does not lead, ask again. */
  reply: z
    .strictObject({
      outcome: z.discriminatedUnion('ok', [
        z.object({ ok: z.literal(true), index: count }),
        z.object({
          ok: z.literal(false),
          why: z.enum(['lost', 'frozen', 'unknown', 'full', 'outranked', 'unfit']),
        }),
      ]),
      /** Of a read, or of a write that was applied: what stands there now. */
      setting: z.object({ value: text.nullable(), version: id, at: count, by: node }).nullable(),
    })
    .nullable(),
})
export type Reply = NonNullable<z.infer<typeof Answered>['reply']>

/** A frozen lineage's leader hands everything over (M4); again and again, until the place of the other says so. */
const HandOver = z.object({ kind: z.literal('hand-over'), to: lineageId, legacy: Legacy })

export const coordinationMessages = [
  RaftFrame,
  Presence,
  Join,
  Joined,
  Fetch,
  Fetched,
  Ask,
  Answered,
  HandOver,
] as const
export type CoordinationMessage = z.infer<(typeof coordinationMessages)[number]>
export type Ask = z.infer<typeof Ask>
/** What is asked of the leader. */
export type AskBody = Ask['body']
