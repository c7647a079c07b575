import { SPAN_LINES_MAX } from '../limits.ts'
import type { Draft, Frame } from '../occurrence.ts'
import type { Detector } from './detector.ts'
import { capped, frame } from './frames.ts'

const HEAD = /^(?:==\d{1,9}==\s?|=+\s?)?(?:ERROR|WARNING): (\w{1,30}Sanitizer): (.*)$/
/** Where it was says nothing about what it was. */
const WHERE = /(?:[: ]+on (?:unknown )?address.*| \(pid=\d+\).*| in thread T\d.*|: 0x[0-9a-f]+.*| at pc 0x.*)$/
const UNDEFINED = /^\s*(?<file>[^\s:][^:\n]{0,300}):(?<line>\d{1,7}):\d{1,6}: runtime error: (?<message>.*)$/
const FRAME =
  /^\s+#\d{1,4} (?:0x[0-9a-f]{1,16} in )?(.{1,200}?) (?:(\S{1,300}?):(\d{1,7})(?::\d{1,6})?|\((\S{1,300}?)\+0x[0-9a-f]+\).*|<null>.*)$/
const TOOL: Readonly<Record<string, string>> = {
  AddressSanitizer: 'asan',
  HWAddressSanitizer: 'asan',
  LeakSanitizer: 'lsan',
  MemorySanitizer: 'msan',
  ThreadSanitizer: 'tsan',
  UndefinedBehaviorSanitizer: 'ubsan',
}
const VALGRIND =
  /^==\d{1,9}== (?<message>(?:Invalid (?:read|write|free)|Mismatched free|Conditional jump or move|Use of uninitialised|Syscall param|Source and destination overlap|Argument '|Jump to the invalid|Process terminating with|Possible data race|Thread #\d+: lock order|\s*[\d,]{1,15} (?:\([\d,]+ direct, [\d,]+ indirect\) )?bytes in [\d,]+ blocks are (?:definitely|possibly|indirectly) lost).*)$/
const VALGRIND_FRAME =
  /^==\d{1,9}== {3,6}(?:at|by) 0x[0-9A-F]{1,16}: (.{1,200}?) \((?:in )?([^():\n]{1,300})(?::(\d{1,7}))?\)$/
const GLIBC =
  /^(?:\*\*\* Error in [`'].{1,300}': )?(?<message>(?:free\(\)|double free|malloc\(\)|malloc_consolidate|munmap_chunk|corrupted|realloc\(\)|invalid fastbin|tcache_\w+\(\)|(?:\S{1,200}: )?malloc\.c:\d+: |\*\*\* (?:stack smashing|buffer overflow|%n in writable|invalid %N\$|longjmp causes)).*?)(?:: 0x[0-9a-f]+ \*\*\*)?$/
const THROWN =
  /^terminate called (?:after throwing an instance of '(?<type>[^'\n]{1,200})'|(?<message>without an active exception|recursively))$|^libc\+\+abi(?:\.dylib)?: terminating (?:due to|with) uncaught exception of type (?<other>[^:\n]{1,200})(?:: (?<what>.*))?$/
const ASSERTED =
  /^(?:(?:\S{1,200}: )?(?<file>\S{1,200}):(?<line>\d{1,7}): .{1,300}?: Assertion [`'](?<said>.{1,300})' failed\.?|Assertion failed: \(?(?<plain>.{1,300}?)\)?(?:, function .*|, file .*| \(.*))$/

/** Address, leak, thread, memory and undefined-behaviour sanitizers, valgrind, glibc's checks, and C++'s last words. */
export const sanitizer: Detector = {
  id: 'sanitizer',
  hints: [
    'Sanitizer: ',
    'runtime error: ',
    '== ',
    'free()',
    'double free',
    'malloc',
    'corrupt',
    '*** ',
    'munmap_chunk',
    'realloc',
    'fastbin',
    'tcache',
    'terminate called',
    'libc++abi',
    'Assertion',
    'pure virtual',
  ],
  read(lines, at) {
    const line = lines[at] ?? ''
    const head = HEAD.exec(line)
    if (head) return sanitized(lines, at, head[1] ?? '', head[2] ?? '')
    const undefinedBehaviour = UNDEFINED.exec(line)?.groups
    if (undefinedBehaviour !== undefined) {
      const { file, line: row, message = '' } = undefinedBehaviour
      const frames = framesFrom(lines, at + 1, FRAME)
      return {
        ...c('ubsan'),
        message,
        file,
        line: Number(row),
        frames: capped(frames.found),
        weight: 96,
        firstWins: true,
        start: at,
        end: frames.end,
      }
    }
    const checked = VALGRIND.exec(line)?.groups?.['message']
    if (checked !== undefined) {
      const frames = framesFrom(lines, at + 1, VALGRIND_FRAME)
      return {
        ...c('valgrind'),
        message: checked.trim(),
        frames: capped(frames.found),
        weight: /lost/.test(checked) ? 88 : 94,
        firstWins: true,
        start: at,
        end: frames.end,
      }
    }
    const glibc = GLIBC.exec(line)?.groups?.['message']
    if (glibc !== undefined)
      return {
        ...c('glibc'),
        message: glibc
          .replaceAll('***', '')
          .replace(/: terminated\s*$/, '')
          .trim(),
        weight: 90,
        start: at,
        end: at + 1,
      }
    return /^pure virtual method called$/.test(line)
      ? { ...c('c++'), message: line, weight: 92, start: at, end: at + 1 }
      : (thrown(lines, at) ?? asserted(line, at))
  },
}

const c = (tool: string): Pick<Draft, 'by' | 'tool' | 'language'> => ({ by: 'sanitizer', tool, language: 'c' })

function sanitized(lines: readonly string[], at: number, type: string, said: string): Draft {
  const frames = framesFrom(lines, at + 1, FRAME)
  const top = frames.found.find(({ own }) => own)
  return {
    ...c(TOOL[type] ?? 'asan'),
    type,
    message: said.replace(WHERE, ''),
    frames: capped(frames.found),
    file: top?.file,
    line: top?.line,
    weight: 97,
    start: at,
    end: frames.end,
  }
}

/** The first stack below; what follows says where the memory came from. */
function framesFrom(lines: readonly string[], from: number, pattern: RegExp): { found: Frame[]; end: number } {
  const found: Frame[] = []
  let end = from
  const limit = Math.min(lines.length, from + SPAN_LINES_MAX)
  for (; end < limit; end++) {
    const hit = pattern.exec(lines[end] ?? '')
    if (hit) {
      const made = frame(hit[1] ?? '', hit[2] ?? hit[4] ?? '', hit[3])
      const own = hit[3] !== undefined && !/^(?:__|_start$)|libsanitizer|sysdeps|csu\//.test(`${hit[1]}${hit[2]}`)
      found.push({ ...made, own: made.own && own })
    } else if (found.length > 0 || end > from + 4) break
  }
  return { found, end: found.length === 0 ? from : end }
}

function thrown(lines: readonly string[], at: number): Draft | undefined {
  const hit = THROWN.exec(lines[at] ?? '')?.groups
  if (hit === undefined) return undefined
  const what = hit['what'] ?? /^\s+what\(\): {1,2}(.*)$/.exec(lines[at + 1] ?? '')?.[1]
  return {
    ...c('c++'),
    language: 'c++',
    type: hit['type'] ?? hit['other'],
    message: what ?? hit['message'] ?? '',
    weight: 93,
    start: at,
    end: at + (what === undefined ? 1 : 2),
  }
}

function asserted(line: string, at: number): Draft | undefined {
  const hit = ASSERTED.exec(line)?.groups
  if (hit === undefined) return undefined
  const { file, line: row, said, plain } = hit
  return {
    ...c('c'),
    type: 'assertion',
    message: `Assertion '${said ?? plain ?? ''}' failed`,
    file,
    line: row === undefined ? undefined : Number(row),
    weight: 92,
    start: at,
    end: at + 1,
  }
}
