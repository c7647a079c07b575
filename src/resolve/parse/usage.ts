import { type LineRule, lineDetector } from './detector.ts'
import type { Draft } from '../occurrence.ts'

const common = { tool: '', weight: 84 } as const

/** The program whose usage is printed around: `Usage: docker run [OPTIONS]`, `See 'kubectl get --help'`. */
const USAGE =
  /^(?:\s*(?:usage|Usage|USAGE):?\s+|(?:See|Try|Run|For more information.{0,20}try) ['"`])(?:\.{0,2}\/)?(?:[\w./-]{1,120}\/)?(?<tool>[a-z][\w.-]{1,30})\b/
const AROUND_LINES = 12

function whose(draft: Draft, lines: readonly string[], at: number): Draft {
  if (draft.tool !== '') return draft
  const named = /^unknown command "[^"]{1,100}" for "([a-z][\w-]{1,30})/.exec(draft.message)?.[1]
  if (named !== undefined) return { ...draft, tool: named }
  for (let step = 1; step <= AROUND_LINES; step++) {
    for (const line of [lines[at + step], lines[at - step]]) {
      const tool = USAGE.exec(line ?? '')?.groups?.['tool']
      if (tool !== undefined) return { ...draft, tool: tool.replace(/\.(?:py|js|exe)$/, '') }
    }
  }
  return draft
}

/** Errors of the libraries that read command lines: argparse, click, cobra, clap, commander, getopt. */
const rules: readonly LineRule[] = [
  // argparse and click: `sync: error: argument --port: invalid int value: 'x'` below a usage
  {
    ...common,
    hints: [': error: '],
    pattern:
      /^(?<tool>[\w.-]{1,40}?)(?:\.py)?(?: [\w-]{1,30}){0,3}: error: (?<message>(?:argument |unrecognized arguments|the following arguments|one of the arguments|invalid choice|ambiguous option|too few arguments|expected |no such option|not allowed with).{0,400})/,
  },
  {
    ...common,
    hints: ['Error: '],
    pattern:
      /^(?:Usage )?Error: (?<message>(?:No such (?:option|command)|Missing (?:argument|option|parameter|command)|Invalid value|Got unexpected extra|Option .* requires|unknown (?:flag|command|shorthand)|required flag|accepts |requires (?:at least|at most|exactly)?|flag needs an argument|invalid argument|if any flags in the group|No such file).{0,400})/,
    more: whose,
  },
  {
    ...common,
    hints: [
      'unknown flag: ',
      'unknown shorthand flag',
      'flag needs an argument',
      'invalid argument "',
      'unknown command',
    ],
    pattern:
      /^(?:error: |(?<tool>docker): )?(?<message>(?:unknown flag: |unknown shorthand flag: |flag needs an argument: |invalid argument "|unknown command: |unknown command ").{0,300})/,
    more: whose,
  },
  // clap, commander
  {
    ...common,
    hints: ['error: '],
    pattern:
      /^error: (?<message>(?:unexpected argument|unrecognized subcommand|invalid value|the following required arguments|the argument|a value is required|unknown option|missing required argument|too many arguments|unknown command|option .* argument missing|required option|Found argument|The subcommand|The following required).{0,400})/,
    more: whose,
  },
  // getopt
  {
    ...common,
    hints: [
      'unrecognized option',
      'invalid option',
      'requires an argument',
      'illegal option',
      'unknown option',
      'Unknown option',
      'Invalid option',
    ],
    pattern:
      /^(?:(?:[\w./-]{0,120}\/)?(?<tool>[a-z][\w.-]{0,30}): )?(?<message>(?:unrecognized option|invalid option|option requires an argument|option .{1,60} requires an argument|illegal option|[Uu]nknown option|Invalid option|Unknown argument).{0,200})/,
    more: whose,
  },
  {
    ...common,
    hints: ['ad option: ', 'requires an argument'],
    pattern:
      /^(?:\S{0,120}\/)?(?<tool>node|python3?|deno|bun): (?<message>(?:bad option: |.{1,60} requires an argument).*)$/,
  },
]

/** A command line that its program did not understand. */
export const usage = lineDetector('usage', rules)
