import type { Member, NodeEvent } from '../driver/index.ts'
import type { Happening, Topic } from '../live/index.ts'

/** A longer answer is told of, and read where the request is. Characters of JSON. */
const ANSWER_CHARS_MAX = 256 * 1024

interface Told extends Happening {
  readonly topic: Topic
}

/** What happened as clients are told it; undefined for what stands in the log alone. */
export function toldOf(event: NodeEvent): Told | undefined {
  switch (event.type) {
    case 'joined':
      return { topic: 'events', data: { type: event.type, node: nodeOf(event.member) } }
    case 'left':
      return { topic: 'events', data: { type: event.type, node: nodeOf(event.member), why: event.why } }
    case 'stage':
    case 'leader':
    case 'conflicts':
    case 'learned':
    case 'job':
      return { topic: 'events', data: event }
    case 'audit':
      return { topic: 'events', data: event, isForAdmin: true }
    case 'request':
      return requestOf(event)
    case 'note':
      return undefined
  }
}

const nodeOf = ({ id, name, role, version }: Member): object => ({ id, name, role, version })

/** Answers are told to those who name this very request; nothing of it to other keys. */
function requestOf({ answer, at, by, id, node, state }: Extract<NodeEvent, { type: 'request' }>): Told {
  const brief = { id, state, node: node ?? null, at }
  if (answer === undefined) return { topic: 'requests', subject: id, by, data: brief }
  const isLong = JSON.stringify(answer).length > ANSWER_CHARS_MAX
  return {
    topic: 'requests',
    subject: id,
    by,
    data: isLong ? { ...brief, omitted: ['answer'] } : { ...brief, answer },
    brief,
  }
}
