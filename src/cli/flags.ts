import { type Command, InvalidArgumentError, Option } from 'commander'

/* Flags that several verbs have, and how their values are read. */

export const KINDS = ['fix', 'guide', 'pitfall', 'note', 'qa'] as const

export type Run = (exit: Promise<number> | number) => Promise<void>

export const common = (command: Command): Command =>
  command
    .option('--name <name>', 'which node of this machine (default: the host name, or the only one running)')
    .option('--state-dir <dir>', 'where nodes keep their files (MCP_SWARM_STATE_DIR)', folder)
    .option('--json', 'print one JSON object')
    .option('--verbose', 'print stacks with errors')

export const roleOption = (what: string): Option =>
  new Option('--role <role>', what).choices(['auto', 'leader', 'backup', 'worker', 'gateway'])

export const tokenFlags = (command: Command): Command =>
  common(command)
    .addOption(roleOption('what the machine may be (default: anything)'))
    .option('--ttl <time>', 'how long it can be used: 90s, 12h, 7d (default: 24h)', duration)
    .option('--uses <count>', 'how many nodes may enter with it, 0 for any number (default: 1)', count)

export const filterFlags = (command: Command): Command =>
  command
    .addOption(new Option('--kind <kind>').choices(KINDS))
    .option('--language <language>', 'of the error, or where it holds')
    .option('--tool <tool>', 'that the error is of')
    .option('--tag <word>', 'may be repeated: all of them', collect)
    .option('--code <code>', 'error code, such as ENOSPC or TS2345')
    .option('--author <author>', 'name or id of a node, or the owner of several')
    .option('--node <node>', 'name or id of a node')
    .option('--since <time>', 'written from then on: 2026-11-22, 2026-11-22T16:00:00Z, or 7d')
    .option('--until <time>', 'written before then')
    .addOption(new Option('--status <states>', 'what this node thinks of it, comma separated').argParser(states))
    .option('--package <name>', 'that it says a range for, typescript or typescript@5.7; may be repeated', collect)
    .option('--runtime <name>', 'node, or node@24; may be repeated', collect)
    .option('--os <system>', 'where it holds')
    .addOption(new Option('--visibility <who>', 'who may see it').choices(['private', 'project', 'swarm']))
    .option('--project', 'kept for the project of this folder')
    .option('--limit <count>', 'how many, 1 to 100 (default: 20)', upTo(100))
    .option('--cursor <cursor>', 'go on where a list ended')
    .option('--all', 'everything that matches, page after page')

/** What an item can be told, flag by flag. */
export const itemFlags = (command: Command): Command =>
  command
    .option('--action <text>', 'what to do')
    .option('--cause <text>', 'why it happens')
    .option('--title <text>', 'one line (default: the error message)')
    .option('--text <text>', 'free text, for a note')
    .option('--verify <command>', 'succeeds once it is fixed')
    .option('--run <command>', 'a command to run; may be repeated', collect)
    .option('--avoid <text>', 'what does not help; may be repeated', collect)
    .option('--tag <word>', 'may be repeated', collect)
    .option('--goal <text>', 'what a guide leads to (default: the title)')
    .option('--step <text>', 'a step of a guide; may be repeated', collect)
    .option('--done-when <text>', 'what can be seen when a guide is done; may be repeated', collect)
    .option('--question <text>', 'a question')
    .option('--response <text>', 'its answer')

/** Those of `src/trust`, without loading it; a test compares the two. */
export const STATES = [
  'offered',
  'failing',
  'review',
  'rejected',
  'blocked',
  'withdrawn',
  'quarantined',
  'gone',
] as const

function states(text: string): string {
  const words = text.split(',').map((word) => word.trim())
  const wrong = words.find((word) => !(STATES as readonly string[]).includes(word))
  if (wrong !== undefined)
    throw new InvalidArgumentError(`there is no state "${wrong}"; there are ${STATES.join(', ')}.`)
  return words.join(',')
}

const UNITS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 }

/** Milliseconds. */
export function duration(text: string): number {
  const [, number, unit] = /^(\d{1,6})([smhd])$/.exec(text) ?? []
  if (number === undefined || unit === undefined)
    throw new InvalidArgumentError('a time is a number and s, m, h or d: 90s, 12h, 7d.')
  return Number(number) * (UNITS[unit] ?? 0)
}

export const list = (text: string): readonly string[] => text.split(',').map((part) => part.trim())

export const collect = (value: string, previous: readonly string[] = []): readonly string[] => [...previous, value]

export function count(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('a whole number is needed.')
  return Number(text)
}

/** A number that means how many: from 1 on. */
export const upTo =
  (max: number) =>
  (text: string): number => {
    const value = count(text)
    if (value < 1 || value > max) throw new InvalidArgumentError(`a number from 1 to ${max} is needed.`)
    return value
  }

export function tokens(text: string): number {
  const value = count(text)
  if (value < 50 || value > 100_000) throw new InvalidArgumentError('a number from 50 to 100000 is needed.')
  return value
}

export function folder(text: string): string {
  if (text.trim() === '') throw new InvalidArgumentError('a folder is needed.')
  return text
}

export function port(text: string): number {
  const value = count(text)
  if (value > 65_535) throw new InvalidArgumentError('a port is a number from 0 to 65535.')
  return value
}
