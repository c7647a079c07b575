import { isProgram, riskOf } from './command.ts'
import { LOSSES } from './loss.ts'

/** Shown of one text; whoever reads it looks at the rest as well then. */
const FOUND_MAX = 5
const SHOWN_CHARS = 160
/** Candidates read per text: an item has no more commands than that. */
const READ_MAX = 200

const SPAN = /(?<!`)`([^`\n]{3,400})`(?!`)/g
const FENCE = /^[ \t]{0,3}(?:`{3,}|~{3,})[^\n`]{0,60}\n([\s\S]{0,8000}?)(?:^[ \t]{0,3}(?:`{3,}|~{3,})|(?![\s\S]))/gm
const PROMPT =
  /^[ \t]{0,8}(?:[-*\d.]{1,3} )?(?:\$|%|>|PS [^\n>]{0,100}>|[A-Za-z]:[^\n>]{0,100}>)[ \t]+([^\n]{3,400})$/gm
/** Programs whose names are words: what stands in a code span with one of them may be a sentence. */
const WORDS =
  /^(?:at|format|batch|eval|init|erase|trash|history|source|start|time|call|retry|make|go|date|kind|port|snap|sc|reg|code)$/i

/** Commands in a text that destroy, as they stand there: in code, behind a prompt, or in a sentence. */
export function destructiveIn(text: string): readonly string[] {
  if (text === '') return []
  const candidates = [
    ...Array.from(text.matchAll(SPAN), ([, code = '']) => code),
    ...Array.from(text.matchAll(FENCE), ([, block = '']) =>
      block.split('\n').map((line) => line.replace(/^\s*[$%>] /, '')),
    ).flat(),
    ...Array.from(text.matchAll(PROMPT), ([, code = '']) => code),
  ]
  const read = candidates.slice(0, READ_MAX).filter((code) => isCommand(code) && riskOf(code) === 'destructive')
  const told = Array.from(text.matchAll(LOSSES), ([hit]) => hit).filter(
    (hit) => !read.some((code) => code.includes(hit)),
  )
  return [...new Set([...read, ...told].map((code) => code.trim().slice(0, SHOWN_CHARS)))].slice(0, FOUND_MAX)
}

function isCommand(code: string): boolean {
  const first = /^\s*(\S+)\s+\S/.exec(code)?.[1]
  return first !== undefined && !WORDS.test(first) && isProgram(first)
}
