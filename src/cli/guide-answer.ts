import { safeMarkdown } from '../content/index.ts'
import type { GuideAnswer } from '../driver/index.ts'
import { indent, riskMark } from './answer.ts'
import { ago, paint, plain } from './print.ts'

type Guide = NonNullable<GuideAnswer['guide']>

const MARKS = {
  known: ['green', '✓ known way'],
  unconfirmed: ['yellow', '? unconfirmed way'],
  similar: ['yellow', '~ similar goal'],
} as const

/** A guide for a person at a terminal. */
export function renderGuide(
  { guide, omitted, others, receipt }: GuideAnswer,
  { goal, now, stream }: { readonly goal: string; readonly now: number; readonly stream: NodeJS.WriteStream },
): string {
  if (!guide)
    return `${paint('yellow', 'nothing known', stream)} about how to: ${plain(goal).slice(0, 120)}\nWhen you know: mcp-swarm share --kind guide --title "…" --step "…" --step "…"`
  const dim = (text: string): string => paint('dim', text, stream)
  const last = guide.steps.at(-1)?.n ?? 0
  return [
    head(guide, now, stream),
    ...others.map(({ id, title }) => dim(`another guide: ${plain(title)}  mcp-swarm guide ${id}`)),
    ...(omitted ? [dim(`left out to fit: ${omitted.join(', ')}`)] : []),
    ...(last < guide.of ? [dim(`next step: mcp-swarm guide ${guide.id} --step ${last + 1}`)] : []),
    dim(`done, or did it not help? mcp-swarm outcome ${receipt} worked|failed`),
  ].join('\n\n')
}

function head(guide: Guide, now: number, stream: NodeJS.WriteStream): string {
  const [colour, label] = MARKS[guide.band]
  const lines = [
    `${paint(colour, label, stream)}  ${paint('bold', plain(guide.title).replaceAll(/\s+/g, ' '), stream)}`,
    ...(guide.goal === guide.title ? [] : indent(safeMarkdown(guide.goal))),
    ...guide.steps.flatMap((step) => stepLines(step, guide.of)),
    ...guide.done_when.flatMap((condition) => indent(`done when: ${safeMarkdown(condition)}`)),
    ...(guide.alternatives ?? []).flatMap(({ name, when }) => indent(`instead: ${name}, when ${when}`)),
    ...(guide.text === undefined ? [] : indent(safeMarkdown(guide.text))),
  ]
  const warnings = [
    ...guide.suspicious.map((reason) => paint('yellow', indent(`! suspicious: it ${reason}`).join('\n'), stream)),
    ...(guide.destructive.length > 0
      ? [
          paint(
            'red',
            indent(`! destructive, look before you run it: ${guide.destructive.join(' ; ')}`).join('\n'),
            stream,
          ),
        ]
      : []),
  ]
  const facts = [
    `why: ${guide.why.join(', ')} (${guide.match}, confidence ${guide.confidence.toFixed(2)})`,
    ...(guide.differs.length > 0 ? [`different here: ${guide.differs.join(', ')}`] : []),
    ...(guide.evidence.text === null ? [] : [`evidence: ${guide.evidence.text}`]),
    `from: ${guide.from.node}, ${ago(now - guide.from.at)} ago, ${guide.id}`,
  ]
  return [...lines, ...warnings, ...facts.flatMap(indent).map((line) => paint('dim', line, stream))].join('\n')
}

const stepLines = (
  { do: what, files, n, pitfalls = [], verify, why }: Guide['steps'][number],
  of: number,
): string[] => [
  ...indent(`${n}/${of}  ${safeMarkdown(what)}${why ? `  (${why})` : ''}`),
  ...(files ? indent(`     files: ${files.join(', ')}`) : []),
  ...(verify
    ? indent(`     check: ${verify.run}${verify.expect ? ` → ${verify.expect}` : ''}${riskMark(verify.risk)}`)
    : []),
  ...pitfalls.flatMap((pitfall) => indent(`     beware: ${pitfall}`)),
]
