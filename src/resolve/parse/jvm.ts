import { SPAN_LINES_MAX } from '../limits.ts'
import type { Draft, Frame } from '../occurrence.ts'
import { type Detector, shortType } from './detector.ts'
import { capped, javaFrame } from './frames.ts'

const HEAD =
  /^\s*(?:Exception in thread "[^"\n]{0,200}" |Caused by: |Exception: |\[(?:ERROR|error)\] )?((?:[a-z_][\w]*\.){1,12}[A-Z][\w$]*)(?:: (.*)|$)/
const SIMPLE = /^(?:Exception in thread "[^"\n]{0,200}" |Caused by: )([A-Z][\w$]*)(?:: (.*)|$)/
const FRAME = /^\s*at [\w.$<>@/-]{1,400}\(|^\s*\.\.\. \d+ (?:more|common frames)|^\s*at /
/** What was thrown while the first was on its way: no cause of it. */
const SUPPRESSED = /^\s+Suppressed: /
const CAUSE = /^\s*Caused by: /
const MESSAGE_LINES_MAX = 6
const CAUSES_MAX = 8
/** Their cause says only again that a class is missing; they say when it was missed. */
const WHOLE = /^(?:NoClassDefFoundError|UnsupportedClassVersionError)$/
/** The launcher's own sentences. */
const LAUNCHER =
  /^(?:Error: )?(?<message>(?:Could not find or load main class|Main method not found in class|Main method is not static in class|Unable to access jarfile|no main manifest attribute|Unrecognized VM option|Unrecognized option:|Invalid (?:maximum|initial) heap size|Could not reserve enough space|Unable to initialize main class|JAVA_HOME|The JAVA_HOME environment|Initial heap size|Too small maximum heap|Error opening zip file|Invalid or corrupt jarfile|Missing required option).*)$/
const CONSEQUENCE =
  /^(?:Error: )?(?<message>Could not create the Java Virtual Machine\.|A fatal exception has occurred\..*|A JNI error has occurred.*|Error occurred during initialization of VM|LinkageError occurred while loading main class .*)$/
const COMPILER =
  /^error: (?<message>(?:invalid source release|invalid target release|release version|file not found: \S|invalid flag|no source files|Source option|Target option|warnings found|compilation failed|cannot access|Class names, ).*)$/
const CRASH =
  /^#\s+(?<type>SIG[A-Z]+|EXCEPTION_\w+|Internal Error|Out of Memory Error)(?: \((?<message>[^)\n]{1,200})\))?/
const FAILED_TO_START = 'APPLICATION FAILED TO START'

/** Exceptions of Java, Kotlin and Scala with their causes, the launcher, and Spring Boot's own report. */
export const jvm: Detector = {
  id: 'jvm',
  hints: [
    'Exception',
    'Error',
    'main class',
    'Main method',
    'jarfile',
    'manifest',
    'VM',
    'heap',
    'option',
    'JAVA_HOME',
    'error: ',
    'Throwable',
    FAILED_TO_START,
    '# ',
  ],
  read(lines, at) {
    return read(lines, at, 0) ?? sentence(lines, at)
  },
}

const common = { by: 'jvm', tool: 'java', language: 'java' } as const

function read(lines: readonly string[], at: number, depth: number): Draft | undefined {
  const line = lines[at] ?? ''
  const hit = HEAD.exec(line) ?? SIMPLE.exec(line)
  if (!hit || SUPPRESSED.test(line)) return undefined
  const type = shortType(hit[1] ?? '')
  const stack = framesFrom(lines, at)
  if (stack.end === at + 1 && depth === 0 && !/^(?:Exception|\s+)/.test(line)) return undefined
  if (stack.end === at + 1 && depth === 0 && !/(?:Error|Exception)$/.test(type)) return undefined
  const inner =
    depth < CAUSES_MAX && CAUSE.test(lines[stack.end] ?? '') ? read(lines, stack.end, depth + 1) : undefined
  return {
    ...common,
    type,
    message: hit[2] ?? '',
    frames: capped(stack.frames),
    weight: stack.frames.length > 0 || inner !== undefined ? 95 : 85,
    start: at,
    end: inner?.end ?? stack.end,
    cause: WHOLE.test(type) ? undefined : inner,
  }
}

/** A message may go on for a few lines before the stack; what was suppressed stands within it. */
function framesFrom(lines: readonly string[], at: number): { frames: Frame[]; end: number } {
  const frames: Frame[] = []
  let end = at + 1
  while (
    end < at + MESSAGE_LINES_MAX &&
    end < lines.length &&
    !FRAME.test(lines[end] ?? '') &&
    !CAUSE.test(lines[end] ?? '')
  )
    end += 1
  if (!FRAME.test(lines[end] ?? '') && !CAUSE.test(lines[end] ?? '')) return { frames, end: at + 1 }
  const limit = Math.min(lines.length, at + SPAN_LINES_MAX)
  let aside = false
  for (; end < limit; end++) {
    const line = lines[end] ?? ''
    if (SUPPRESSED.test(line)) aside = true
    else if (!FRAME.test(line)) break
    else if (!aside || !/^\t\t|^ {6}/.test(line)) {
      aside = false
      const made = javaFrame(line)
      if (made) frames.push(made)
    }
  }
  return { frames, end }
}

function sentence(lines: readonly string[], at: number): Draft | undefined {
  const line = lines[at] ?? ''
  if (line === FAILED_TO_START) return spring(lines, at)
  const launcher = LAUNCHER.exec(line)?.groups?.['message']
  if (launcher !== undefined) {
    const end = CAUSE.test(lines[at + 1] ?? '') ? at + 2 : at + 1
    return { ...common, message: launcher.replace(/, please define.*/, ''), weight: 92, start: at, end }
  }
  const consequence = CONSEQUENCE.exec(line)?.groups?.['message']
  if (consequence !== undefined)
    return { ...common, message: consequence, weight: 30, wrapper: true, start: at, end: at + 1 }
  const compiler = COMPILER.exec(line)?.groups?.['message']
  if (compiler !== undefined) {
    const after = /^(?:warnings found|compilation failed)/.test(compiler)
    return {
      ...common,
      tool: 'javac',
      message: compiler,
      weight: after ? 30 : 90,
      wrapper: after,
      start: at,
      end: at + 1,
    }
  }
  const crash = line.startsWith('# A fatal error has been detected')
    ? CRASH.exec(lines[at + 2] ?? '')?.groups
    : undefined
  return (
    crash && {
      ...common,
      type: crash['type'],
      message: 'A fatal error has been detected by the Java Runtime Environment',
      weight: 93,
      start: at,
      end: at + 3,
    }
  )
}

/** The paragraph below `Description:` is the reason, in plain words. */
function spring(lines: readonly string[], at: number): Draft | undefined {
  const head = lines.findIndex((line, next) => next > at && next < at + 8 && line === 'Description:')
  const said: string[] = []
  if (head === -1) return undefined
  let end = head + 2
  while (end < lines.length && end < head + 12 && lines[end] !== 'Action:') {
    if (lines[end] !== '') said.push((lines[end] ?? '').trim())
    end += 1
  }
  return said.length === 0
    ? undefined
    : { ...common, tool: 'spring', message: said.slice(0, 3).join(' '), weight: 96, start: at, end }
}
