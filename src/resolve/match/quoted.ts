import { mask } from '../mask.ts'

/** A message that a text quotes, as explanations do: after a label, mostly in a comment of an example. */
const LABELLED =
  /^.{0,200}?(?:\/\/|#|\/\*|--|^|\s)[~^\s]{0,8}(?:error|ERROR|Error|warning|WARNING|fatal)(?:\[\w{1,40}\])?\s{0,4}[:,]\s{1,4}(?<message>\S.{5,300})$/
const COMMENT = /^\s{0,80}(?:\/\/|#|--|\*)\s{1,12}(?<more>[a-z`'"(].{0,300})$/
const QUOTED_MAX = 8
const LINES_MAX = 2000
const CONTINUED_MAX = 3

/** Templates of the messages that an explanation quotes: an error that prints one of them is what it explains. */
export function quotedTemplates(text: string): readonly string[] {
  const lines = text.split('\n', LINES_MAX)
  const found = new Set<string>()
  for (let at = 0; at < lines.length && found.size < QUOTED_MAX; at++) {
    const message = LABELLED.exec((lines[at] ?? '').slice(0, 600))?.groups?.['message']
    if (message === undefined) continue
    const said = [message]
    for (let next = at + 1; next <= at + CONTINUED_MAX; next++) {
      const more = COMMENT.exec((lines[next] ?? '').slice(0, 400))?.groups?.['more']
      if (more === undefined || /\berror\b/i.test(more)) break
      said.push(more)
    }
    found.add(mask(said.join(' ')).template.slice(0, 300))
  }
  return [...found]
}
