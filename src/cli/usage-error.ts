import type { Command, CommanderError } from 'commander'
import { nearest, SwarmError } from '../base/index.ts'

/** What Commander refuses, as an error of ours: what is wrong, what was probably meant, where to look. */
export function usageError({ message }: CommanderError, program: Command, args: readonly string[]): SwarmError {
  const [first = '', ...rest] = message.replace(/^error: /, '').split('\n')
  const verbs = program.commands.map((command) => command.name())
  const verb = args.find((arg) => verbs.includes(arg))
  const meant = /\(Did you mean (?:one of )?(.+)\?\)/.exec(rest.join('\n'))?.[1] ?? nearestChoice(first)
  const help = verb === undefined ? '`mcp-swarm --help` lists the verbs.' : `See \`mcp-swarm ${verb} --help\`.`
  return new SwarmError('SWARM_USAGE', first, meant === undefined ? help : `Did you mean ${meant}? ${help}`)
}

/** Commander proposes a verb or a flag, but never the choice of a flag. */
function nearestChoice(message: string): string | undefined {
  const [, given, choices] = /argument '(.*)' is invalid\. Allowed choices are (.*)\.$/.exec(message) ?? []
  return given === undefined || choices === undefined ? undefined : nearest(given, choices.split(', '))
}
