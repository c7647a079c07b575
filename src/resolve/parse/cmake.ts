import type { Detector } from './detector.ts'

const HEAD = /^CMake (?:Fatal )?Error(?: at ([^:\n]{1,300}):(\d+))?(?: \((\w+)\))?: ?(.*)$/
/** What follows from an error above. */
const AFTER = /^CMAKE_\w+ not set, after EnableLanguage|^CMake was unable to find a build program corresponding/
const MESSAGE_LINES_MAX = 12

/** The message stands indented below the line that names the command. */
export const cmake: Detector = {
  id: 'cmake',
  hints: ['CMake Error', 'CMake Fatal Error'],
  read(lines, at) {
    const hit = HEAD.exec(lines[at] ?? '')
    if (!hit) return undefined
    const said = [hit[4] ?? '']
    let end = at + 1
    while (end < lines.length && end <= at + MESSAGE_LINES_MAX && /^(?:\s|$)/.test(lines[end] ?? '')) {
      said.push((lines[end] ?? '').trim())
      end += 1
    }
    const message = said.filter((line) => line !== '').join(' ')
    return {
      by: 'cmake',
      tool: 'cmake',
      file: hit[1],
      line: hit[2] === undefined ? undefined : Number(hit[2]),
      operation: hit[3],
      message,
      weight: AFTER.test(message) ? 40 : 90,
      firstWins: true,
      start: at,
      end,
    }
  },
}
