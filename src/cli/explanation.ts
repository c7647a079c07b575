import type { Explanation } from '../driver/index.ts'
import { paint, plain, table } from './print.ts'

type Occurrence = Explanation['occurrences'][number]
type Candidate = Explanation['candidates'][number]

const MESSAGE_CHARS = 72
const TITLE_CHARS = 44
/** Of the weights of one candidate; the rest is in the JSON. */
const WEIGHTS_MAX = 8
const OCCURRENCES_MAX = 8
const CANDIDATES_MAX = 12
const TERMS_MAX = 16

/** Why an answer is as it is, for a person who wonders. */
export function renderExplanation(explanation: Explanation, stream: NodeJS.WriteStream): string {
  const { candidates, environment, floors, occurrences, recognised, terms } = explanation
  const title = (text: string): string => paint('bold', text, stream)
  const dim = (text: string): string => paint('dim', text, stream)
  const primary = occurrences[0]
  return [
    ...(recognised ? [] : [paint('yellow', 'nothing looks like an error here', stream)]),
    ...(occurrences.length === 0
      ? []
      : [
          `${title('what was read')}\n${table([
            ['ROLE', 'LINES', 'TOOL', 'TYPE', 'CODE', 'MESSAGE'],
            ...occurrences.slice(0, OCCURRENCES_MAX).map(occurrenceRow),
          ])}${moreOf(occurrences.length, OCCURRENCES_MAX)}`,
        ]),
    ...(primary ? [primaryText(primary, title)] : []),
    ...(environment.length === 0
      ? []
      : [`${title('with')}\n  ${environment.map(({ name, version }) => plain(`${name} ${version}`)).join(', ')}`]),
    `${title('looked for')}\n  ${terms.slice(0, TERMS_MAX).join(' ') || '-'}${moreOf(terms.length, TERMS_MAX)}`,
    candidates.length === 0
      ? `${title('candidates')}\n  none: no item shares a fingerprint or a telling word`
      : `${title('candidates')}\n${table([
          ['CONFIDENCE', 'BAND', 'BELIEVED', 'BY', 'ITEM', 'TITLE'],
          ...candidates.slice(0, CANDIDATES_MAX).map(candidateRow),
        ])}${moreOf(candidates.length, CANDIDATES_MAX)}`,
    ...candidates.slice(0, CANDIDATES_MAX).map((one) => weightsText(one, dim)),
    dim(`said from ${floors.similar} on, as the same problem from ${floors.known} on; all of it: --json`),
  ].join('\n\n')
}

const moreOf = (count: number, max: number): string => (count > max ? `\n  … ${count - max} more` : '')
const cut = (text: string, max: number): string => {
  const line = plain(text).replaceAll(/\s+/g, ' ').trim()
  return line.length > max ? `${line.slice(0, max - 1)}…` : line
}

const occurrenceRow = ({ code, message, role, span, tool, type }: Occurrence): readonly string[] => [
  role,
  span[0] === span[1] ? String(span[0]) : `${span[0]}-${span[1]}`,
  plain(tool) || '-',
  plain(type ?? '-'),
  plain(code ?? '-'),
  cut(message, MESSAGE_CHARS) || '-',
]

function primaryText(
  { fingerprints, operation, params, template }: Occurrence,
  title: (text: string) => string,
): string {
  const values = params.map(({ kind, value }) => `${kind}=${cut(value, 60)}`)
  return [
    title('the primary'),
    `  template    ${cut(template, 160) || '-'}`,
    ...(operation === undefined ? [] : [`  operation   ${plain(operation)}`]),
    `  parameters  ${values.join('  ') || '-'}`,
    ...fingerprints.map((print) => {
      const [version = '', level = '', hash = ''] = print.split(':')
      return `  ${level.padEnd(10)}  ${version}:${hash}`
    }),
  ].join('\n')
}

const candidateRow = ({
  band,
  believed,
  confidence,
  fingerprints,
  held,
  item,
  level,
  title,
}: Candidate): readonly string[] => [
  confidence.toFixed(3),
  held === null ? (band ?? 'below the floor') : 'not offered',
  believed.toFixed(3),
  fingerprints.length > 0 ? fingerprints.join(' ') : level,
  item,
  cut(title, TITLE_CHARS),
]

function weightsText(
  { capped, confidence, differs, held, item, reading, score, weights, why }: Candidate,
  dim: (text: string) => string,
): string {
  return [
    `${item}  ${partsText(weights)}`,
    ...(reading ? [`  as an explanation, beside the others: ${partsText(reading)}`] : []),
    dim(`  why: ${why.join(', ')}; BM25 ${score.toFixed(2)}`),
    ...(capped
      ? [dim(`  held down to ${confidence.toFixed(2)}: it is meant for other values than those of this text`)]
      : []),
    ...(differs.length > 0 ? [dim(`  different here: ${plain(differs.join(', '))}`)] : []),
    ...(held === null ? [] : [dim(`  not offered: ${plain(held)}`)]),
  ].join('\n')
}

const partsText = (parts: Candidate['weights']): string =>
  parts
    .slice(0, WEIGHTS_MAX)
    .map(({ adds, name }) => `${name} ${adds > 0 ? '+' : ''}${adds.toFixed(2)}`)
    .join('  ') + (parts.length > WEIGHTS_MAX ? '  …' : '')
