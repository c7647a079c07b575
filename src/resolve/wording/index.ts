import { bare } from './bare.ts'
import { c } from './c.ts'
import { go } from './go.ts'
import { jvm, maven } from './jvm.ts'
import { dotnet, elixir, perl } from './others.ts'
import { php } from './php.ts'
import { ruby } from './ruby.ts'
import { git, node, options, packages, postgres, python, shells } from './scripts.ts'
import type { Wording } from './wording.ts'

/** By the tool that printed it. */
const OF_TOOL: Readonly<Record<string, readonly Wording[]>> = {
  gcc: c,
  'g++': c,
  clang: c,
  'clang++': c,
  ld: c,
  go,
  java: jvm,
  javac: jvm,
  kotlinc: jvm,
  scala: jvm,
  scalac: jvm,
  gradle: jvm,
  maven,
  mvn: maven,
  ruby,
  rspec: ruby,
  php,
  perl,
  elixir,
  dotnet,
  node,
  bash: shells,
  fish: shells,
  git,
  pytest: python,
  pip: python,
  apt: packages,
  psql: postgres,
  curl: options,
  ssh: options,
}

/**
 * A message with its names in quotes, and in one wording where tools have several for one mistake. A report whose
 * tool is known gets the same, so that it meets its printed form.
 */
export function reworded(message: string, tool: string): string {
  let text = message
  // The name comes from a report or a log: `constructor` is no tool of the table.
  const own = Object.hasOwn(OF_TOOL, tool) ? OF_TOOL[tool] : undefined
  for (const [pattern, replacement] of own ?? []) text = text.replace(pattern, replacement)
  for (const [pattern, replacement] of bare) text = text.replace(pattern, replacement)
  return text
}
