import type { Draft } from '../occurrence.ts'
import type { Detector } from './detector.ts'

/** `  × what`, `  ├─▶ because`, `  ╰─▶ because of this`, each broken at the width; a note and help follow. */
const HEAD = /^\s{0,6}[×x] (\S.{2,600})$/
const LINK = /^\s{0,40}(?:├─▶|╰─▶|\|->|`->|├─>|╰─>) (.{1,600})$/
const BROKEN = /^\s{0,40}│? {2,}(\S.{0,600})$|^\s{0,40}│ +$/
const PLACE = /^\s{0,40}(?:,-|╭─)+\[\s?([^\s\]]{1,300}?):(\d{1,7}):\d{1,7}\s?\]/
const CODE = /^(?:Error: )?((?:ERR_PNPM_|[A-Z]{2,8}_)[A-Z0-9_]{2,60}|[a-z][\w-]{1,40}(?:::[\w-]{1,60}){1,4})\s*$/
const BLOCK_LINES_MAX = 60
const LINKS_MAX = 12

/** Errors drawn by a library that Rust programs share: pnpm, uv, swc, oxlint, deno. The last link is the root. */
export const miette: Detector = {
  id: 'miette',
  hints: ['× ', '  x '],
  read(lines, at) {
    const hit = HEAD.exec(lines[at] ?? '')
    // pip draws its failed builds so too; the error is inside.
    if (
      !hit ||
      /did not run successfully|externally managed|^(?:Failed to build installable|Encountered error while)/.test(
        hit[1] ?? '',
      )
    )
      return undefined
    const below = block(lines, at)
    const code = codeAbove(lines, at)
    if (below.links.length === 0 && below.place === null && code === undefined) return undefined
    const lint = /^([a-z][\w-]{1,40})\(([\w/-]{1,80})\): /.exec(hit[1] ?? '')
    const links = [[hit[1] ?? '', ...below.first].join(' '), ...below.links]
    return {
      by: 'miette',
      tool: lint ? 'oxlint' : toolOf(code, links.join(' '), below.place !== null),
      code: lint?.[2] ?? code,
      message: (links.at(-1) ?? '').slice(lint && links.length === 1 ? lint[0].length : 0),
      file: below.place?.[1],
      line: below.place?.[2] === undefined ? undefined : Number(below.place[2]),
      weight: 91,
      firstWins: true,
      start: at,
      end: below.end,
    } satisfies Draft
  },
}

interface Block {
  readonly first: readonly string[]
  readonly links: string[]
  readonly place: RegExpExecArray | null
  readonly end: number
}

function block(lines: readonly string[], at: number): Block {
  const first: string[] = []
  const links: string[] = []
  let place: RegExpExecArray | null = null
  let next = at + 1
  for (; next < Math.min(lines.length, at + BLOCK_LINES_MAX); next++) {
    const line = lines[next] ?? ''
    if (HEAD.test(line) || line.trim() === '' || /^\s{0,40}(?:help|note|hint): |^[^\s│├╰|`,:.]/.test(line)) break
    const link = LINK.exec(line)
    const found = PLACE.exec(line)
    if (found) {
      place ??= found
      break
    }
    if (link && links.length < LINKS_MAX) links.push(link[1] ?? '')
    else {
      const more = BROKEN.exec(line)?.[1]
      if (more === undefined) continue
      const open = links.length === 0 ? first : links
      // Goes on where the line before it was broken: a word cut in two has no blank.
      const last = open.at(-1)
      if (open === links && last !== undefined)
        links[links.length - 1] = `${last}${/[/-]$/.test(last) ? '' : ' '}${more}`
      else first.push(more)
    }
  }
  return { first, links, place, end: next }
}

function codeAbove(lines: readonly string[], at: number): string | undefined {
  for (let back = at - 1; back >= Math.max(0, at - 2); back--) {
    const hit = CODE.exec(lines[back] ?? '')
    if (hit) return hit[1]
  }
  return undefined
}

function toolOf(code: string | undefined, said: string, placed: boolean): string {
  if (code?.startsWith('ERR_PNPM_') === true) return 'pnpm'
  if (/requirement|resolving dependencies|build backend|distribution|wheel|pyproject|Python|registry/.test(said))
    return 'uv'
  return placed ? 'swc' : ''
}
