import type { Answer, Fix } from '../driver/index.ts'
import { safeMarkdown } from '../content/index.ts'
import { ago, paint, plain } from './print.ts'

/** An answer for a person at a terminal. */
export function renderAnswer(answer: Answer, now: number, stream: NodeJS.WriteStream): string {
  const avoid = (answer.avoid ?? []).map(({ evidence, item, tried }) =>
    indent(`does not help: ${tried} (${evidence === null ? item : `${evidence}, ${item}`})`).join('\n'),
  )
  if (answer.fixes.length === 0) {
    if (answer.problem === null)
      return `${paint('yellow', 'nothing looks like an error here', stream)}\nGive the output of the command that failed, its standard error too: npm test 2>&1 | mcp-swarm resolve`
    const what = ` about: ${plain(answer.problem.message).split('\n')[0]?.slice(0, 120)}`
    return `${[`${paint('yellow', 'nothing known', stream)}${what}`, ...avoid].join('\n')}\nWhen you have found what helps: mcp-swarm share --action "…" < output.log`
  }
  const more =
    answer.more > 0 ? [paint('dim', `${answer.more} more: --limit ${answer.fixes.length + answer.more}`, stream)] : []
  const report = paint('dim', `it worked, or did not? mcp-swarm outcome ${answer.receipt} worked|failed`, stream)
  const before = (answer.recalled ?? []).map(({ question, question_id: id }) =>
    paint(
      'dim',
      `asked before: ${plain(question).split('\n', 1)[0]?.slice(0, 100)} (mcp-swarm memory show ${id})`,
      stream,
    ),
  )
  const omitted = answer.omitted ? [paint('dim', `left out to fit: ${answer.omitted.join(', ')}`, stream)] : []
  return [
    ...answer.fixes.map((fix) => renderFix(fix, now, stream)),
    ...avoid,
    ...more,
    ...omitted,
    ...before,
    report,
  ].join('\n\n')
}

const MARKS = {
  known: ['green', '✓ known fix'],
  unconfirmed: ['yellow', '? unconfirmed fix'],
  similar: ['yellow', '~ similar problem'],
} as const

function renderFix(fix: Fix, now: number, stream: NodeJS.WriteStream): string {
  const { solution } = fix
  const [colour, label] = MARKS[fix.band]
  const mark = paint(colour, label, stream)
  const lines = [
    `${mark}  ${paint('bold', plain(fix.title).replaceAll(/\s+/g, ' '), stream)}`,
    ...indent(safeMarkdown(solution?.action ?? fix.text ?? '')),
    ...(solution?.cause ? indent(`cause: ${safeMarkdown(solution.cause)}`) : []),
    ...(solution?.commands ?? []).flatMap(({ risk, run, why }) =>
      indent(`$ ${run}${why ? `   # ${why}` : ''}${riskMark(risk)}`),
    ),
    ...(solution?.verify ? indent(`check: ${solution.verify.run}${riskMark(solution.verify.risk)}`) : []),
    ...(solution?.avoid ?? []).flatMap(({ tried, why }) =>
      indent(`does not help: ${tried}${why ? ` (${why})` : ''}`),
    ),
  ]
  const suspicion = fix.suspicious.flatMap((reason) => indent(`! suspicious: it ${reason}`))
  const warning =
    fix.destructive.length > 0
      ? indent(`! destructive, look before you run it: ${fix.destructive.join(' ; ')}`).map((line) =>
          paint('red', line, stream),
        )
      : []
  const facts = [
    `why: ${fix.why.join(', ')} (${fix.match}, confidence ${fix.confidence.toFixed(2)})`,
    ...(fix.differs.length > 0 ? [`different here: ${fix.differs.join(', ')}`] : []),
    ...(fix.evidence.text === null ? [] : [`evidence: ${fix.evidence.text}`]),
    `from: ${fix.from.node}, ${ago(now - fix.from.at)} ago, ${fix.id}`,
    ...(fix.copies === 0 ? [] : [copiesText(fix.id, fix.copies)]),
  ]
  return [
    ...lines,
    ...suspicion.map((line) => paint('yellow', line, stream)),
    ...warning,
    ...facts.flatMap((fact) => indent(fact)).map((line) => paint('dim', line, stream)),
  ].join('\n')
}

/** What a person is told of an item that was written differently at the same time. */
export const copiesText = (id: string, copies: number): string =>
  `${copies === 1 ? 'another version exists' : `${copies} other versions exist`}: mcp-swarm knowledge conflicts ${id}`

export const riskMark = (risk: string | undefined): string =>
  risk === 'destructive' ? '   (destructive: look before you run it)' : risk && risk !== 'none' ? `   (${risk})` : ''

export const indent = (text: string): string[] =>
  plain(text)
    .split('\n')
    .map((line) => `  ${line}`)
