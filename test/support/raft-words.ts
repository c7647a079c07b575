import type { Entry, GroupConfig, HardState, RaftEffect, RaftMessage } from '../../src/raft/index.ts'

/** `3/t2` is entry 3, of term 2. */
const at = (index: number, term: number): string => `${index}/t${term}`

export function groupWords({ learners, learnersNext, outgoing, voters }: GroupConfig): string {
  const joint = outgoing.length > 0 ? ` and ${outgoing.join(' ')}` : ''
  const later = [...learners, ...learnersNext]
  return `${voters.join(' ')}${joint}${later.length > 0 ? `; learning: ${later.join(' ')}` : ''}`
}

export function entryWords({ body, index, term }: Entry): string {
  if (body.kind === 'noop') return `${at(index, term)} noop`
  if (body.kind === 'data') return `${at(index, term)} ${body.key}`
  return `${at(index, term)} [${groupWords(body.config)}]`
}

export const hardWords = ({ term, vote }: HardState): string =>
  `term ${term}, ${vote ? `vote for ${vote}` : 'no vote'}`

export function writeWords({ entries, hard, snapshot }: Extract<RaftEffect, { do: 'persist' }>): string {
  const parts = []
  if (hard) parts.push(hardWords(hard))
  if (snapshot) parts.push(`snapshot ${at(snapshot.index, snapshot.term)} of [${groupWords(snapshot.config)}]`)
  if (entries) parts.push(entries.map(entryWords).join(', '))
  return parts.join('; ')
}

export function stateWords({ leader, role, term }: Extract<RaftEffect, { do: 'state' }>): string {
  if (role === 'leader') return `leads term ${term}`
  if (role === 'follower') return `${leader ? `follows ${leader}` : 'follows nobody'} in term ${term}`
  return role === 'candidate' ? `stands in term ${term}` : `asks whether it would be elected in term ${term + 1}`
}

/** What one member says to another, in one line. */
export function messageWords(message: RaftMessage): string {
  const { term } = message
  switch (message.kind) {
    case 'pre-vote':
      return `would I get your vote in term ${term}? my log ends at ${at(message.lastIndex, message.lastTerm)}`
    case 'pre-vote-reply':
      return `${message.granted ? 'you would' : 'you would not'} in term ${message.proposed}; mine is ${term}`
    case 'vote':
      return `${message.transfer ? 'the leader sends me: ' : ''}your vote in term ${term}? my log ends at ${at(message.lastIndex, message.lastTerm)}`
    case 'vote-reply':
      return `${message.granted ? 'my vote is yours' : 'no vote'} in term ${term}`
    case 'append': {
      const entries = message.entries.map(entryWords).join(', ') || 'nothing'
      return `term ${term}: append ${entries} after ${at(message.prevIndex, message.prevTerm)}, commit ${message.commit}`
    }
    case 'append-reply':
      if (!message.ok && message.index === 0) return `you are of the past, my term is ${term}`
      return message.ok
        ? `term ${term}: I have all up to ${message.index}`
        : `term ${term}: no fit at ${message.index}, try ${at(message.hintIndex, message.hintTerm)}`
    case 'heartbeat':
      return `term ${term}: heartbeat ${message.round}, commit ${message.commit}`
    case 'heartbeat-reply':
      return `term ${term}: heartbeat ${message.round} heard`
    case 'snapshot': {
      const to = message.offset + message.chunk.length
      return `term ${term}: snapshot ${at(message.index, message.snapshotTerm)}, ${message.offset} to ${to}${message.done ? ', all of it' : ''}`
    }
    case 'snapshot-reply':
      return `term ${term}: snapshot ${message.index}, I have ${message.offset}`
    case 'timeout-now':
      return `term ${term}: stand now`
  }
}
