import type { Command } from 'commander'
import { common, type Run } from './flags.ts'

const LANG = ['--lang <language>', 'in this language, if it knows it: de, pt-BR'] as const
const FILE = ['-f, --from <file>', 'take it from this file, YAML or JSON (- is standard input)'] as const

/** How answers are said. */
export function voiceVerbs(program: Command, run: Run): void {
  const load = (): Promise<typeof import('./verbs/personality.ts')> => import('./verbs/personality.ts')
  const personality = common(program.command('personality'))
    .helpGroup('Swarm:')
    .description('voices in which answers are said, and which counts')
    .action(async (flags) => run((await load()).personalityList(flags)))
  common(personality.command('list'))
    .description('all of them')
    .action(async (flags) => run((await load()).personalityList(flags)))
  common(personality.command('show'))
    .description('one with its prompt; without a name the one that counts in this folder')
    .argument('[name]')
    .option(...LANG)
    .option('--prompt', 'only the prompt')
    .option('--versions', 'the versions of it that are kept')
    .action(async (name, flags) => run((await load()).personalityShow(name, flags)))
  common(personality.command('use'))
    .description('choose one for the swarm, or for a project or an agent')
    .argument('[name]', 'which; not with --off')
    .option('--project', 'for the project of this folder')
    .option('--agent <name>', 'for the agent that calls itself so')
    .option('--off', 'take the choice back')
    .action(async (name, flags) => run((await load()).personalityUse(name, flags)))
  common(personality.command('edit'))
    .description('change one, in your editor or from a file; also one that is shipped')
    .argument('<name>')
    .option(...FILE)
    .option('--if-version <version>', 'only if it has this version')
    .action(async (name, flags) => run((await load()).personalityEdit(name, flags)))
  common(personality.command('new'))
    .description('make one, in your editor or from a file')
    .argument('<name>', 'up to 32 of a-z, 0-9 and -, a letter first')
    .option(...FILE)
    .action(async (name, flags) => run((await load()).personalityNew(name, flags)))
  common(personality.command('delete'))
    .description('delete one; a shipped one becomes what it was')
    .argument('<name>')
    .option('--if-version <version>', 'only if it has this version')
    .action(async (name, flags) => run((await load()).personalityDelete(name, flags)))
}
