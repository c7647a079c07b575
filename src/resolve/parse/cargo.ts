import type { Draft } from '../occurrence.ts'

const CAUSED = /^\s*Caused by:$/
const CHAIN_LINES_MAX = 60
/** What cargo and rustup say without a chain of reasons. */
const OWN =
  /^(?:failed to (?:run custom|parse|select|load|get |download|fetch|verify|compile|read|resolve|open|update|publish|unpack|determine|sync|create|find|write|acquire|query|start|install|remove|authenticate|prepare|build)|no matching package|package `|the (?:lock file|package|manifest|option `)|feature |invalid (?:character|value|type|inline|table|key|basic|suffix|unicode|proc)|could not (?:find `|execute|parse|load|rename|remove|download|choose|create|read|write)|no (?:bin|example|test|bench|library|such|targets?|override|default|matching|packages?) |cannot (?:create the lock|find|specify|install|publish|be|update)|toolchain '|component '|target '|found a virtual|current package believes|manifest path|unexpected argument|duplicate key|package ID|two packages|multiple packages|Unable to update|environment variable|edition |rustup could|rustc \S+ is not supported|checksum for|cyclic package|a bin target|binary `|the following required|unrecognized subcommand|api errors|crate version|specified package|there (?:are|is) )/
const EMPTY_REASON = /^process didn't exit successfully/
const PANIC = /^\s*thread '[^'\n]{0,200}' (?:\(\d+\) )?panicked at (\S.*?):(\d+):\d+:?$/
/** A `Result` that came out of main, as `{:?}` prints it. */
const DEBUG =
  /^Error: (?:(?<type>[A-Z]\w*) \{ (?<fields>.*) \}|"(?<text>.*)"|(?<variant>[A-Z]\w{0,60}(?:\([A-Z]\w{0,60}){0,4})\((?<inner>.*)\))$/
const ANYHOW = /^Error: (?<message>.+)$/
const NUMBERED = /^ {3,5}(?:\d{1,3}: )?(?<message>\S.*)$/

const common = { by: 'rust', language: 'rust' } as const

/** cargo's own errors end in a chain of reasons; the last one is the root. */
export function cargo(lines: readonly string[], at: number, message: string): Draft | undefined {
  let end = at + 1
  let root: Draft | undefined
  for (let next = at + 1; next < Math.min(lines.length, at + CHAIN_LINES_MAX); next++) {
    const line = lines[next] ?? ''
    // The next error begins.
    if (/^(?:error|warning)\b/.test(line)) break
    const panic = PANIC.exec(line)
    const reason = panic ? (lines[next + 1] ?? '').trim() : CAUSED.test(line) ? (lines[next + 1] ?? '').trim() : ''
    if (reason === '' || EMPTY_REASON.test(reason)) continue
    root = panic
      ? {
          ...common,
          tool: 'rust',
          type: 'panic',
          message: reason,
          file: panic[1],
          line: Number(panic[2]),
          weight: 94,
          start: next,
          end: next + 2,
        }
      : { ...common, tool: 'cargo', message: reason, weight: 88, start: next + 1, end: next + 2 }
    end = next + 2
  }
  if (root === undefined && !OWN.test(message)) return undefined
  return { ...common, tool: 'cargo', message, weight: 88, start: at, end, cause: root }
}

/** An error returned from main: its fields, or the chain that anyhow and eyre print. */
export function debugged(lines: readonly string[], at: number): Draft | undefined {
  const line = lines[at] ?? ''
  const debug = DEBUG.exec(line)?.groups
  if (debug !== undefined) {
    const { type, fields, text, variant, inner } = debug
    const said = /\bmessage: "(.*?)"/.exec(fields ?? '')?.[1]
    return {
      ...common,
      tool: 'rust',
      type: type === 'Os' ? /\bkind: (\w+)/.exec(fields ?? '')?.[1] : (type ?? variant?.split('(').at(-1)),
      message: said ?? text ?? inner ?? fields ?? '',
      weight: 90,
      start: at,
      end: at + 1,
    }
  }
  const chain =
    lines[at + 1] === '' && CAUSED.test(lines[at + 2] ?? '') ? ANYHOW.exec(line)?.groups?.['message'] : undefined
  if (chain === undefined) return undefined
  let end = at + 3
  while (NUMBERED.test(lines[end] ?? '')) end += 1
  const root = NUMBERED.exec(lines[end - 1] ?? '')?.groups?.['message']
  const cause =
    root === undefined
      ? undefined
      : ({ ...common, tool: 'rust', message: root, weight: 90, start: end - 1, end } as const)
  return { ...common, tool: 'rust', message: chain, weight: 90, start: at, end, cause }
}
