import type { Item } from './item.ts'

/**
 * What an item tells, as text: the steps of a guide, the answer to a question, else its free text. Undefined when it
 * says everything in its solution.
 */
export function proseOf(item: Item): string | undefined {
  if (item.kind === 'qa' && item.qa) return joined([item.qa.response, item.text])
  if (item.kind !== 'guide' || !item.guide) return item.text
  const { alternatives = [], done_when: conditions = [], goal, steps } = item.guide
  return joined([
    ...(goal === item.title ? [] : [goal]),
    ...steps.map((step, index) =>
      [
        `${index + 1}. ${step.do}${step.why ? ` (${step.why})` : ''}`,
        ...(step.files ? [`   files: ${step.files.join(', ')}`] : []),
        ...(step.verify
          ? [`   check: ${step.verify.run}${step.verify.expect ? ` → ${step.verify.expect}` : ''}`]
          : []),
        ...(step.pitfalls ?? []).map((pitfall) => `   beware: ${pitfall}`),
      ].join('\n'),
    ),
    ...conditions.map((condition) => `done when: ${condition}`),
    ...alternatives.map(({ name, when }) => `instead: ${name}, when ${when}`),
    item.text,
  ])
}

const joined = (parts: readonly (string | undefined)[]): string =>
  parts.filter((part) => part !== undefined && part !== '').join('\n')
