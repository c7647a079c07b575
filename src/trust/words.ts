import type { Count } from './tally.ts'
import type { Verdict } from './judge.ts'

const people = (count: number): string => (count === 1 ? 'one person' : `${count} people`)
const times = (count: number): string => (count === 1 ? 'once' : `${count} times`)

/** What stands behind an item, in a few words; null for one's own that nobody tried. */
export function evidenceText({ confirmed, standing, tally }: Verdict): string | null {
  const parts = [
    ...(standing === 'new' && !confirmed ? ['from a new member, not confirmed yet'] : []),
    ...(tally.count.tried > 0 ? [countText(tally.count)] : []),
    ...(tally.own === 'failed' ? ['failed here'] : []),
    ...(tally.newcomers.tried > 0 ? [`new or unknown ones: ${countText(tally.newcomers)}`] : []),
  ]
  return parts.length === 0 ? null : parts.join('; ')
}

function countText({ partly, people: count, tried, worked }: Count): string {
  const half = partly > 0 ? `, partly ${times(partly)}` : ''
  if (tried === 1) {
    const how = worked === 1 ? 'worked once' : partly === 1 ? 'worked partly' : 'was tried once and failed'
    return `${how} for ${people(count)}`
  }
  return `worked ${worked} of ${tried} times${half} for ${people(count)}`
}
