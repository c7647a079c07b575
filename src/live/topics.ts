/** Logs: newest lines in a row. Tables: named values of which the changed ones are told. */
export const LOG_TOPICS = ['events', 'requests', 'logs'] as const
export const TABLE_TOPICS = ['nodes', 'knowledge', 'metrics'] as const
export const TOPICS = [...LOG_TOPICS, ...TABLE_TOPICS] as const

type LogTopic = (typeof LOG_TOPICS)[number]
export type TableTopic = (typeof TABLE_TOPICS)[number]
export type Topic = (typeof TOPICS)[number]

interface Bounds {
  readonly entriesMax: number
  /** Of their JSON text, in characters. */
  readonly charsMax: number
}

/** What is kept for those who come back or fall behind: minutes of a busy node, and seven MiB at the very most. */
export const RING: Readonly<Record<Topic, Bounds>> = {
  events: { entriesMax: 1_000, charsMax: 1024 * 1024 },
  requests: { entriesMax: 2_000, charsMax: 4 * 1024 * 1024 },
  logs: { entriesMax: 1_000, charsMax: 512 * 1024 },
  nodes: { entriesMax: 500, charsMax: 512 * 1024 },
  knowledge: { entriesMax: 500, charsMax: 128 * 1024 },
  metrics: { entriesMax: 200, charsMax: 512 * 1024 },
}

/** Newest entries in a snapshot of a log. */
export const SHOWN_MAX: Readonly<Record<LogTopic, number>> = { events: 50, requests: 50, logs: 100 }

/** What a node says of itself while it works is for whoever runs it. */
export const isForAdmin = (topic: Topic): boolean => topic === 'logs'

export const isTable = (topic: Topic): topic is TableTopic => (TABLE_TOPICS as readonly Topic[]).includes(topic)
