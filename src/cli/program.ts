import { Command, Option } from 'commander'
import { type Run, common, count } from './flags.ts'
import { knowledgeVerbs } from './knowledge-verbs.ts'
import { memoryVerbs } from './memory-verbs.ts'
import { nodeVerbs } from './node-verbs.ts'
import { voiceVerbs } from './voice-verbs.ts'
import { VERSION } from './version.ts'

/*
 * The verbs and their flags. Each verb's code is loaded when it runs: `version` must not pay for libp2p.
 */

export function createProgram(finish: (code: number) => void): Command {
  const run: Run = async (exit) => finish(await exit)
  const program = new Command('mcp-swarm')
    .description('Fixes that worked on one machine, answered on every other.')
    .version(VERSION, '-V, --version')
    .option('--verbose', 'print stacks with errors')
    .helpCommand(true)
    // What is wrong is thrown, and printed like every other error; verbs inherit both.
    .configureOutput({ outputError: () => {} })
    .exitOverride()
    .enablePositionalOptions()
  nodeVerbs(program, run)
  knowledgeVerbs(program, run)
  memoryVerbs(program, run)
  voiceVerbs(program, run)
  toolVerbs(program, run)
  return program
}

function toolVerbs(program: Command, run: Run): void {
  common(program.command('mcp'))
    .helpGroup('Tools:')
    .description('MCP over standard input and output, for an agent')
    .action(async (flags) => run((await import('./verbs/mcp.ts')).mcp(flags)))
  common(program.command('dev'))
    .helpGroup('Tools:')
    .description('several nodes on this machine, in one log')
    .option('--nodes <count>', 'how many', count, 3)
    .action(async (flags) => run((await import('./verbs/dev.ts')).dev(flags)))
  program
    .command('simulate')
    .helpGroup('Tools:')
    .description('a life of a swarm on virtual time, replayed from its seed')
    .option('--seed <number>', 'which life', count, 1)
    .option('--nodes <count>', 'how many nodes', count, 5)
    .option('--runs <count>', 'how many seeds from there on', count, 1)
    .addOption(
      new Option('--life <kind>', 'what is in trouble').choices(['knowledge', 'coordination']).default('knowledge'),
    )
    .option('--json', 'print JSON')
    .action(async (flags) => run((await import('./verbs/simulate.ts')).simulate(flags)))
  program
    .command('version')
    .helpGroup('Tools:')
    .description('version of mcp-swarm and of Node.js')
    .option('--json', 'print one JSON object')
    .action(async (flags) => run((await import('./verbs/version.ts')).version(flags)))
}
