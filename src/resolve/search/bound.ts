import type { Item } from '../../knowledge/index.ts'
import type { Occurrence } from '../occurrence.ts'

/** One or two letters stand in any sentence. */
const VALUE_CHARS_MIN = 3
/** Something is not there: what it is called decides what to do. */
const MISSING =
  /not found|cannot find|can't find|could not find|no module|no such|missing|unresolved|not installed|unknown command/i
/** A package manager told to install something by its name. */
const INSTALLS =
  /\b(?:npm|pnpm|yarn|bun|pip3?|pipx|uv|poetry|conda|apt|apt-get|dnf|yum|apk|brew|pacman|port|snap|nix-env|choco|winget|cargo|gem|go|composer)\s+(?:pip\s+)?(?:install|add|i|get|require|-S)\s+(?:-\S+\s+)*(?!\S*<)[\w@]/i

/**
 * The values of the problem's parameters for which the solution is meant: those that it names, and all of them where
 * something is missing and the solution installs one thing. With other values it may be no solution at all.
 */
export function boundTo(primary: Occurrence | null, solution: Item['solution']): readonly string[] {
  const said = [solution?.action, ...(solution?.commands ?? []).map(({ run }) => run)].join('\n').toLowerCase()
  const values = [...new Set((primary?.params ?? []).map(({ value }) => value.toLowerCase()))]
  if (MISSING.test(primary?.message ?? '') && INSTALLS.test(said)) return values
  return values.filter((value) => value.length >= VALUE_CHARS_MIN && said.includes(value))
}
