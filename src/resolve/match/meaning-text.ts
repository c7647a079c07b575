import { type Item, proseOf } from '../../knowledge/index.ts'
import { type Problem, understand } from '../understand.ts'

/** Models read some hundred words and forget the rest. UTF-16 units. */
const TEXT_CHARS_MAX = 2000

/** What is made a vector of, of an error that is asked about: what it says, then what stood around it. */
export const askedText = ({ detail: { context, primary } }: Problem): string => joined([primary?.message, context])

/** The same of an item: what it is called, its error as it is read, what it says. Empty when there is nothing. */
export function itemText(item: Item): string {
  const { error, solution, title } = item
  const question = item.kind === 'qa' ? item.qa?.question : undefined
  const sample = error?.sample ?? ''
  const met = sample === '' ? error?.message : askedText(understand({ text: sample }))
  return joined([
    title,
    question,
    met?.slice(0, TEXT_CHARS_MAX / 2),
    solution?.cause,
    solution?.action,
    proseOf(item),
  ])
}

const joined = (parts: readonly (string | undefined)[]): string => {
  const lines = parts.flatMap((part) => (part ?? '').split('\n')).map((line) => line.trim())
  return [...new Set(lines)]
    .filter((line) => line !== '')
    .join('\n')
    .slice(0, TEXT_CHARS_MAX)
    .toWellFormed()
}
