import type { Draft } from '../occurrence.ts'
import type { Detector } from './detector.ts'

const HEAD = /^Error: (.{3,300})$/
/** Below the prefix of a log the box around it is still there. */
const unboxed = (line: string | undefined): string => (line ?? '').replace(/^[│╷╵] ?/, '')
const PLACE = /^\s{2,4}(?:on|with) (\S{1,200})(?: line (\d{1,6})|,)/
const SOURCE = /^\s{1,8}\d{1,6}: |^\s+[├│]/
const COMMAND = /^(?:Terraform|OpenTofu) has no command named "([^"]{1,80})"/
const NOTHING = /^(?:No state file was found|Workspace "[^"]{1,80}" doesn't exist|This module is not yet installed)/
/** A block is a screen at most; the explanation of a provider may be long. */
const BLOCK_LINES_MAX = 60
const MESSAGE_CHARS = 400

/** Terraform and OpenTofu: a title, a place, the source, and what is wrong in sentences broken at the width. */
export const terraform: Detector = {
  id: 'terraform',
  hints: ['Error: ', ' has no command named ', 'No state file', 'Workspace "', 'not yet installed'],
  read(lines, at) {
    const line = unboxed(lines[at])
    const command = COMMAND.exec(line)
    if (command) return draft(`there is no command named "${command[1] ?? ''}"`, at, at + 1)
    if (NOTHING.test(line)) return draft(line, at, at + 1)
    const title = HEAD.exec(line)?.[1]
    return title === undefined ? undefined : block(lines, at, title)
  },
}

/** It says that the errors below were found. */
const INTRODUCTION = /^Terraform encountered problems during initiali[sz]ation/

const draft = (message: string, start: number, end: number): Draft => ({
  by: 'terraform',
  tool: 'terraform',
  message,
  weight: INTRODUCTION.test(message) ? 40 : 90,
  firstWins: true,
  start,
  end,
})

function block(lines: readonly string[], at: number, title: string): Draft | undefined {
  let place: RegExpExecArray | null = null
  const said: string[] = []
  let next = at + 1
  const limit = Math.min(lines.length, at + BLOCK_LINES_MAX)
  for (; next < limit; next++) {
    const line = unboxed(lines[next])
    if (HEAD.test(line) || /^(?:Warning: |exit status|Error |For more help)/.test(line)) break
    const found = PLACE.exec(line)
    if (found) place ??= found
    else if (SOURCE.test(line)) continue
    else if (line.trim() !== '') said.push(line.trim())
    // One paragraph says it; what follows is advice.
    else if (said.length > 0) break
  }
  // `Error: message` alone is printed by many programs.
  if (!place && !OWN.test(title) && (!KNOWN.test(title) || unboxed(lines[at + 1]) !== '' || said.length === 0))
    return undefined
  const words = said.join(' ')
  const first = /^.{10,400}?[.!:](?= [A-Z]|$)/.exec(words)?.[0] ?? words.slice(0, MESSAGE_CHARS)
  return {
    ...draft(first === '' ? title : `${title}: ${first}`, at, next),
    file: place?.[2] === undefined ? undefined : place[1],
    line: place?.[2] === undefined ? undefined : Number(place[2]),
  }
}

/** Titles nobody else has. */
const OWN =
  /^Initialization required|Terraform|OpenTofu|state lock|^Backend |^Module not installed|^Inconsistent dependency/
/** Titles of errors that have no place in a file. */
const KNOWN =
  /^(?:Initialization required|Failed to (?:query|install|parse command-line|load|get existing|read|save|persist|lock|instantiate|obtain)|Error (?:acquiring|locking|releasing|loading|refreshing|ensuring|configuring)|Backend (?:initialization|configuration|type)|Terraform (?:encountered|exited|Core|version|initialized)|Unsupported (?:Terraform|backend|block|argument|attribute)|Invalid (?:address|value|backend|for_each|count|target|expression|provider|reference|index|function|template|combination|multi-line|character|escape|number|import|resource)|Inconsistent (?:dependency|conditional)|Required (?:plugins|token|variable)|No (?:valid credential|configuration files|value for|state|stored|such)|Module (?:not installed|source|version)|Missing (?:required|resource|item|newline|key|name|false|base)|Resource (?:already|instance|precondition|postcondition|not)|Plugin (?:did not|error)|Provider (?:configuration|produced|type|requirements|development|has)|Saved plan|Cycle: |Reference to undeclared|Duplicate |Argument |Attribute |Call to unknown|Incorrect |Unclosed |Unterminated |Variables not allowed|State (?:snapshot|lock|read)|Cannot import|Import |Instance cannot|Output refers|Too many command|Unreadable|Could not (?:load|retrieve|download)|Local module|Conflicting|Self-referential|Operation (?:failed|timed)|Registry service|Workspace|Checksum|error (?:reading|creating|updating|deleting|configuring|waiting)|(?:creating|reading|updating|deleting|waiting for|error|putting|modifying|importing|setting|getting|describing|finding|retrieving) )/
