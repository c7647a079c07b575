import type { Draft } from '../occurrence.ts'
import type { Detector } from './detector.ts'

/** `file:line:column: error: message [-Wflag]`: gcc, clang and all who print like them. */
const PLACED =
  /^\s*(?:e: |\[(?:error|ERROR)\] |(?::[\w-]{1,60}){1,6}(?=\/))?(?<file>(?:[A-Za-z]:)?[^\s:(][^:\n(]{0,300}):(?<line>\d{1,7})(?::\d{1,6})?: (?:(?<severity>fatal error|error|warning|Error|Fatal error|Warning): )(?<message>.*?)(?: \[(?<flag>-W[\w=+,-]{1,120})\])?$/
/** `file(line,column): error C2065: message [project]`. */
const MSVC =
  /^\s*(?:\d{1,3}>)?(?:(?<file>(?:[A-Za-z]:)?[^\s:(][^:\n(]{0,300})\((?<line>\d{1,7})(?:,\d{1,6}){0,3}\)\s?|[^\s:]{1,200}\s?|LINK\s?): (?<severity>fatal error|error|warning) (?<code>(?:C|LNK|D|RC)\d{4}): (?<message>.*?)(?: \[[^\]\n]{1,300}\])?$/
/** The driver itself: `gcc: error: unrecognized command-line option`. */
const DRIVER =
  /^(?:\S{0,200}\/)?(?<tool>[\w-]{0,40}(?:gcc|g\+\+|clang|clang\+\+|cc1|cc1plus|cc|c\+\+|nvcc|gfortran|as|nasm))(?:-\d{1,2})?(?:\.exe)?: (?<severity>fatal error|error): (?<message>.*)$/
const LINKER_FAILED = /^linker command failed|^ld returned/

/** The language of a file, and who compiles it. */
const COMPILER: Readonly<Record<string, readonly [tool: string, language: string]>> = {
  java: ['javac', 'java'],
  kt: ['kotlinc', 'kotlin'],
  kts: ['kotlinc', 'kotlin'],
  scala: ['scalac', 'scala'],
  swift: ['swiftc', 'swift'],
  dart: ['dart', 'dart'],
  hs: ['ghc', 'haskell'],
  zig: ['zig', 'zig'],
  proto: ['protoc', 'protobuf'],
  cu: ['nvcc', 'cuda'],
  asm: ['nasm', 'assembly'],
  s: ['as', 'assembly'],
  f90: ['gfortran', 'fortran'],
  vala: ['valac', 'vala'],
  nim: ['nim', 'nim'],
  d: ['dmd', 'd'],
  m: ['clang', 'objective-c'],
  mm: ['clang', 'objective-c'],
}
const CPP = /\.(?:cc|cpp|cxx|c\+\+|hh|hpp|hxx|ipp|tpp)$|\/c\+\+\//
/** Languages whose tools print the same line and are read elsewhere. */
const OTHERS = /\.(?:pyi?|[cm]?[jt]sx?|vue|svelte|rs|go|rb|php|pl|exs?|erl)$/
const GENERATED = /^\d{1,6} (?:errors?|warnings?)(?: and \d{1,6} \w+)? generated\b/
const GENERATED_LINES_MAX = 80
const DETAIL_LINES_MAX = 14
/** javac names what it looked for on a line of its own. */
const SYMBOL = /^\s+symbol: {1,4}(\S.{0,300})$/

/** Compilers that place a diagnostic with colons, and Microsoft's. */
export const c: Detector = {
  id: 'c',
  hints: ['error', 'Error', 'warning'],
  read(lines, at) {
    const line = lines[at] ?? ''
    const msvc = MSVC.exec(line)?.groups
    if (msvc !== undefined) return drafted(lines, at, msvc, ['msvc', 'c++'], msvc['code'])
    const placed = PLACED.exec(line)?.groups
    if (placed !== undefined) {
      if (OTHERS.test(placed['file'] ?? '') || (placed['message'] ?? '').startsWith('runtime error')) return undefined
      return drafted(
        lines,
        at,
        placed,
        compilerOf(lines, at, placed['file'] ?? ''),
        placed['flag']?.replace(/.*,|(?<=^-W)error=/g, ''),
      )
    }
    const driver = DRIVER.exec(line)?.groups
    if (driver === undefined) return undefined
    const tool = /clang/.test(driver['tool'] ?? '') ? 'clang' : /\+\+|plus/.test(driver['tool'] ?? '') ? 'g++' : 'gcc'
    if (!LINKER_FAILED.test(driver['message'] ?? '')) return drafted(lines, at, driver, [tool, 'c'], undefined)
    return {
      by: 'c',
      tool: 'ld',
      language: 'c',
      message: driver['message'] ?? '',
      weight: 20,
      wrapper: true,
      start: at,
      end: at + 1,
    }
  },
}

function compilerOf(lines: readonly string[], at: number, file: string): readonly [string, string] {
  const known = COMPILER[/\.(\w{1,6})$/.exec(file)?.[1]?.toLowerCase() ?? '']
  if (known) return known
  const cpp = CPP.test(file)
  for (let next = at + 1; next < Math.min(lines.length, at + GENERATED_LINES_MAX); next++)
    if (GENERATED.test(lines[next] ?? '')) return [cpp ? 'clang++' : 'clang', cpp ? 'c++' : 'c']
  return [cpp ? 'g++' : 'gcc', cpp ? 'c++' : 'c']
}

function drafted(
  lines: readonly string[],
  at: number,
  groups: Readonly<Record<string, string | undefined>>,
  [tool, language]: readonly [string, string],
  code: string | undefined,
): Draft {
  let end = at + 1
  let symbol: string | undefined
  // Source, carets, notes and candidates; the next diagnostic stands at the margin again.
  while (
    end < lines.length &&
    end <= at + DETAIL_LINES_MAX &&
    !/^\S+:\d|^$|^\d+ (?:error|warning)/.test(lines[end] ?? '')
  ) {
    symbol ??= SYMBOL.exec(lines[end] ?? '')?.[1]
    if (/^\S/.test(lines[end] ?? '') && tool !== 'javac') break
    end += 1
  }
  const said = (groups['message'] ?? '').trim()
  const warns = /warning/i.test(groups['severity'] ?? '')
  return {
    by: 'c',
    tool,
    language,
    code,
    message: said === 'cannot find symbol' && symbol !== undefined ? `${said}: ${symbol.trim()}` : said,
    file: groups['file'],
    line: groups['line'] === undefined ? undefined : Number(groups['line']),
    weight: warns ? 35 : 92,
    firstWins: true,
    start: at,
    end,
  }
}
