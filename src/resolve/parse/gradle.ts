import type { Draft } from '../occurrence.ts'
import type { Detector } from './detector.ts'

const HEAD = '* What went wrong:'
const WHERE = /^(?:Build|Settings|Script|Initialization script) file '(.{1,300})' line: (\d{1,7})$/
const LINES_MAX = 40
/** What says only that something else, printed above, failed. */
const HOLLOW =
  /^(?:Execution failed for task|A failure occurred while executing|Process '.{0,600}' finished with non-zero|Compilation (?:failed|error)|There were failing tests|Kotlin: |Internal compiler error|Multiple build operations failed|Command line execution failed|A build operation failed|There was a failure while executing|java\.io\.IOException: Cannot run program)/
/** The line below has the reason. */
const OPENS = /:$/

/** What Gradle says went wrong: sentences, each the reason of the one above. */
export const gradle: Detector = {
  id: 'gradle',
  hints: ['* What went wrong'],
  read(lines, at) {
    if (lines[at] !== HEAD) return undefined
    const said: string[] = []
    let end = at + 1
    while (end < lines.length && end < at + LINES_MAX && !/^\* |^BUILD FAILED|^={10}/.test(lines[end] ?? '')) {
      if ((lines[end] ?? '').trim() !== '') said.push(lines[end] ?? '')
      end += 1
    }
    return draft(said, placeOf(lines, at), at, end)
  },
}

function draft(said: readonly string[], place: Pick<Draft, 'file' | 'line'>, start: number, end: number): Draft {
  const reasons = said.flatMap((line, at) => {
    const reason = at === 0 ? line : /^\s*> (.*)$/.exec(line)?.[1]
    if (reason === undefined) return []
    // "startup failed:" and the like: what failed stands indented below.
    const below = at > 0 && OPENS.test(reason) ? said[at + 1]?.trim() : undefined
    return [below === undefined || below.startsWith('>') ? reason.trim() : below.replace(/^.{0,300}?: \d+: /, '')]
  })
  const telling = reasons.filter((reason) => !HOLLOW.test(reason))
  const message = telling.at(-1) ?? reasons.at(-1) ?? ''
  const hollow = telling.length === 0
  return {
    by: 'gradle',
    tool: 'gradle',
    language: 'java',
    ...place,
    message,
    weight: hollow ? 30 : 90,
    wrapper: hollow,
    start,
    end,
  }
}

function placeOf(lines: readonly string[], at: number): Pick<Draft, 'file' | 'line'> {
  for (let back = at - 1; back >= Math.max(0, at - 4); back--) {
    const hit = WHERE.exec(lines[back] ?? '')
    if (hit) return { file: hit[1], line: Number(hit[2]) }
  }
  return {}
}
