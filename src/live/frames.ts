import type { Entry } from './ring.ts'
import type { Topic } from './topics.ts'

/** A line for a client, whatever carries it. */
export interface Frame {
  readonly type: 'snapshot' | 'delta' | 'ready' | 'gap' | 'error'
  /** JSON. */
  readonly text: string
  /** Whoever has this frame and those before it has everything up to this number; null where that is not so. */
  readonly mark: number | null
}

/** Why all of a topic is told, and not what changed. */
export type Why = 'new' | 'restarted' | 'too-old' | 'unknown' | 'behind'

export const delta = (topic: Topic, { at, seq }: Entry, data: string): Frame => ({
  type: 'delta',
  text: `{"type":"delta","topic":"${topic}","seq":${seq},"at":${at},"data":${data}}`,
  mark: seq,
})

export const snapshot = (topic: Topic, seq: number, why: Why, data: string): Frame => ({
  type: 'snapshot',
  text: `{"type":"snapshot","topic":"${topic}","seq":${seq},"why":"${why}","data":${data}}`,
  mark: null,
})

/** Of a log in a snapshot. */
export const listed = (rows: readonly (readonly [entry: Entry, data: string])[]): string =>
  `[${rows.map(([{ at, seq }, data]) => `{"seq":${seq},"at":${at},"data":${data}}`).join(',')}]`

export const ready = (epoch: string, seq: number, topics: readonly Topic[]): Frame => ({
  type: 'ready',
  text: JSON.stringify({ type: 'ready', epoch, seq, topics }),
  mark: seq,
})

export const gap = (topic: Topic, from: number, to: number): Frame => ({
  type: 'gap',
  text: JSON.stringify({
    type: 'gap',
    topic,
    from,
    to,
    why: 'the connection was too slow for what happened; a snapshot follows',
  }),
  mark: null,
})

export interface Complaint {
  readonly code: string
  readonly detail: string
  readonly next?: string | undefined
}

export const error = (complaint: Complaint): Frame => ({
  type: 'error',
  text: JSON.stringify({ type: 'error', ...complaint }),
  mark: null,
})
