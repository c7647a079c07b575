import { Argument, Command, InvalidArgumentError, Option } from 'commander'
import { VERSION } from './version.ts'

/*
 * The verbs and their flags. Each verb's code is loaded when it runs: `version` must not pay for libp2p.
 */

const KINDS = ['fix', 'guide', 'pitfall', 'note', 'qa'] as const

type Run = (exit: Promise<number> | number) => Promise<void>

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
  toolVerbs(program, run)
  return program
}

const common = (command: Command): Command =>
  command
    .option('--name <name>', 'which node of this machine (default: the host name, or the only one running)')
    .option('--state-dir <dir>', 'where nodes keep their files (MCP_SWARM_STATE_DIR)', folder)
    .option('--json', 'print one JSON object')
    .option('--verbose', 'print stacks with errors')

function nodeVerbs(program: Command, run: Run): void {
  common(program.command('start'))
    .helpGroup('Node:')
    .description('run a node here and join the others of this network')
    .addOption(
      new Option('--role <role>', 'what it does in the swarm').choices([
        'auto',
        'leader',
        'backup',
        'worker',
        'gateway',
      ]),
    )
    .option('--open', 'let in whoever asks, and enter any swarm of this network that does')
    .option('--token-file <file>', 'file with a token that lets this machine in (or MCP_SWARM_TOKEN)')
    .option('--join <address>', 'address of a node, host:port or multiaddr; may be repeated', collect)
    .option('--port <port>', 'TCP port of the local API on 127.0.0.1', port)
    .option('--listen <address>', 'open the API to other machines there, with TLS; may be repeated', collect)
    .option('--swarm-port <port>', 'TCP port for other nodes', port)
    .option('--specialize <topics>', 'topics it is good at, comma separated: typescript,postgres', list)
    .addOption(
      new Option('--timing <preset>', 'how long voters wait for their leader').choices(['local', 'lan', 'wan']),
    )
    .option('--no-mdns', 'do not use multicast DNS')
    .option('--no-beacon', 'do not use the UDP beacon')
    .addOption(
      new Option('--log-level <level>', 'least level that is written').choices(['debug', 'info', 'warn', 'error']),
    )
    .option('-d, --detach', 'run in the background; returns when it answers')
    .action(async (flags) =>
      run(
        (await import('./verbs/start.ts')).start({
          ...flags,
          verbose: flags.verbose ?? program.opts()['verbose'],
          mdns: flags.mdns ? undefined : false,
          beacon: flags.beacon ? undefined : false,
        }),
      ),
    )
  common(program.command('stop'))
    .helpGroup('Node:')
    .description('stop the node')
    .option('--all', 'all nodes of this user on this machine')
    .option('--leave', 'for good: the swarm forgets it as a member')
    .action(async (flags) => run((await import('./verbs/stop.ts')).stop(flags)))
  common(program.command('status'))
    .helpGroup('Node:')
    .description('one screen about this node')
    .action(async (flags) => run((await import('./verbs/status.ts')).status(flags)))
  swarmVerbs(program, run)
  common(program.command('logs'))
    .helpGroup('Node:')
    .description('what the node wrote to its log')
    .option('-f, --follow', 'go on with new lines')
    .option('-n, --lines <count>', 'how many old lines', count)
    .addOption(new Option('--level <level>', 'least level shown').choices(['debug', 'info', 'warn', 'error']))
    .action(async (flags) => run((await import('./verbs/logs.ts')).logs(flags)))
  common(program.command('doctor'))
    .helpGroup('Node:')
    .description('check everything a node needs')
    .action(async (flags) => run((await import('./verbs/doctor.ts')).doctor(flags)))
  keyVerbs(program, run)
  common(program.command('audit'))
    .helpGroup('Node:')
    .description('who did what: admissions, keys, settings, purges')
    .option('--limit <count>', 'how many, newest, 1 to 1000 (default: 50)', upTo(1000))
    .option('--action <word>', 'only this action')
    .option('--since <time>', 'only from then on, e.g. 2026-11-22 or 2026-11-22T16:00:00Z')
    .option('--verify', 'only say whether the log is as it was written')
    .action(async (flags) => run((await import('./verbs/audit.ts')).audit(flags)))
}

function keyVerbs(program: Command, run: Run): void {
  const keys = common(program.command('keys'))
    .helpGroup('Node:')
    .description('keys of the API, for agents and programs that do not use the socket')
    .action(async (flags) => run((await import('./verbs/keys.ts')).keysList(flags)))
  common(keys.command('list'))
    .description('all of them')
    .action(async (flags) => run((await import('./verbs/keys.ts')).keysList(flags)))
  common(keys.command('new'))
    .description('make one; it is printed once')
    .requiredOption('--label <text>', 'for whom or for what it is')
    .option('--scope <scopes>', 'read, contribute, admin or metrics; comma separated (default: read)', list)
    .option('--ttl <time>', 'how long it is good for: 90d, 12h (default: 90d)', duration)
    .action(async (flags) => run((await import('./verbs/keys.ts')).keysNew(flags)))
  common(keys.command('rotate'))
    .description('give one a new secret; the old one stays good for a while')
    .argument('<id>', 'its id')
    .option('--grace <time>', 'how long the old secret stays good: 24h, 0s (default: 24h)', duration)
    .action(async (id, flags) => run((await import('./verbs/keys.ts')).keysRotate(id, flags)))
  common(keys.command('revoke'))
    .description('take one back, at once and for good')
    .argument('<id>', 'its id')
    .action(async (id, flags) => run((await import('./verbs/keys.ts')).keysRevoke(id, flags)))
}

function swarmVerbs(program: Command, run: Run): void {
  const nodes = common(program.command('nodes'))
    .helpGroup('Swarm:')
    .description('all nodes, as this one sees them')
    .action(async (flags) => run((await import('./verbs/nodes.ts')).nodes(flags)))
  common(nodes.command('remove'))
    .description('forget a node that will not come back')
    .argument('<node>', 'its name or id')
    .option('--revoke', 'it may never come back: its certificate is void, its connections are cut')
    .option('--with-admitted', 'with --revoke: also those that it let in itself')
    .action(async (node, flags) => run((await import('./verbs/nodes.ts')).nodesRemove(node, flags)))
  common(nodes.command('pending'))
    .description('machines that wait to be let in')
    .action(async (flags) => run((await import('./verbs/newcomers.ts')).pending(flags)))
  common(nodes.command('approve'))
    .description('let a machine in; compare the four words first')
    .argument('<newcomer>', 'its name, id or four words')
    .addOption(roleOption('what it may be (default: what it asked to be)'))
    .action(async (name, flags) => run((await import('./verbs/newcomers.ts')).approve(name, flags)))
  common(nodes.command('ignore'))
    .description('do not show a newcomer any more')
    .argument('<newcomer>', 'its name, id or four words')
    .action(async (name, flags) => run((await import('./verbs/newcomers.ts')).ignore(name, flags)))
  common(nodes.command('block'))
    .description('turn a newcomer away for ever, at this node')
    .argument('<newcomer>', 'its name, id or four words')
    .action(async (name, flags) => run((await import('./verbs/newcomers.ts')).block(name, flags)))
  common(nodes.command('rekey'))
    .description('give the swarm a new key, on the machine where it began')
    .option('--grace <time>', 'how long what the old key signed still counts: 90s, 12h, 7d (default: 7d)', duration)
    .action(async (flags) => run((await import('./verbs/newcomers.ts')).rekey(flags)))
  const token = tokenFlags(program.command('token'))
    .helpGroup('Swarm:')
    .description('make a token that lets a machine in without being asked')
    .action(async (flags) => run((await import('./verbs/token.ts')).tokenNew(flags)))
  tokenFlags(token.command('new'))
    .description('the same')
    .action(async (flags) => run((await import('./verbs/token.ts')).tokenNew(flags)))
  common(nodes.command('drain'))
    .description('take work from a node: its vote and its topics go to others')
    .argument('<node>', 'its name or id')
    .option('--off', 'give it work again')
    .action(async (node, flags) => run((await import('./verbs/nodes.ts')).nodesDrain(node, flags)))
  const leader = common(program.command('leader'))
    .helpGroup('Swarm:')
    .description('who coordinates, who votes, and why if nobody does')
    .action(async (flags) => run((await import('./verbs/leader.ts')).leader(flags)))
  common(leader.command('step-down'))
    .description('let another voter lead')
    .option('--to <node>', 'which one')
    .action(async (flags) => run((await import('./verbs/leader.ts')).stepDown(flags)))
  const swarm = (command: Command): Command => common(command).option('--swarm', 'of the whole swarm')
  const config = swarm(program.command('config'))
    .helpGroup('Swarm:')
    .description('settings of this node with where they come from, or of the whole swarm')
    .action(async (flags) => run((await import('./verbs/config.ts')).configList(flags)))
  swarm(config.command('list'))
    .description('all of them')
    .action(async (flags) => run((await import('./verbs/config.ts')).configList(flags)))
  swarm(config.command('get'))
    .description('one setting of the swarm')
    .argument('<key>')
    .option('--local', "this node's own copy, without asking the leader")
    .action(async (key, flags) => run((await import('./verbs/config.ts')).configGet(key, flags)))
  swarm(config.command('set'))
    .description('set one for the whole swarm')
    .argument('<key>')
    .argument('<value>', 'JSON, or a word')
    .option('--if-version <version>', 'only if it has this version (0: if nobody set it)')
    .action(async (key, value, flags) => run((await import('./verbs/config.ts')).configSet(key, value, flags)))
  swarm(config.command('unset'))
    .description('take one back')
    .argument('<key>')
    .option('--if-version <version>', 'only if it has this version')
    .action(async (key, flags) => run((await import('./verbs/config.ts')).configUnset(key, flags)))
  common(program.command('recover'))
    .helpGroup('Swarm:')
    .description('go on without voters that will not come back')
    .option('--yes', 'do it')
    .action(async (flags) => run((await import('./verbs/recover.ts')).recover(flags)))
}

function knowledgeVerbs(program: Command, run: Run): void {
  common(program.command('resolve'))
    .helpGroup('Knowledge:')
    .description('look an error up: as words, from a file, or piped in')
    .argument('[text...]', 'the error')
    .option('-f, --file <file>', 'read the output of a command from a file (- is standard input)')
    .option('--limit <count>', 'how many fixes, 1 to 10', upTo(10))
    .option('--command <command>', 'the command that failed')
    .option('--max-tokens <count>', 'how much of it may be printed, 50 to 100000 tokens', tokens)
    .action(async (words, flags) => run((await import('./verbs/resolve.ts')).resolve(words, flags)))
  common(program.command('guide'))
    .helpGroup('Knowledge:')
    .description('how something is done: steps that were kept by others')
    .argument('<goal...>', 'what is to be done, in plain words, or the id of a guide')
    .option(
      '--stack <names>',
      'languages and tools of the project, comma separated (default: read from its files)',
      list,
    )
    .option('--step <number>', 'only this step', upTo(1000))
    .option('--max-tokens <count>', 'how much of it may be printed, 50 to 100000 tokens', tokens)
    .action(async (words, flags) => run((await import('./verbs/guide.ts')).guide(words, flags)))
  common(program.command('explain'))
    .helpGroup('Knowledge:')
    .description('what is read out of an error, and why it is answered as it is')
    .argument('[text...]', 'the error, or a file that holds it')
    .option('-f, --file <file>', 'read the output of a command from a file (- is standard input)')
    .option('--command <command>', 'the command that failed')
    .action(async (words, flags) => run((await import('./verbs/explain.ts')).explain(words, flags)))
  common(program.command('run'))
    .helpGroup('Knowledge:')
    .description('run a command as it is; when it fails, show the known fix')
    .argument('<command...>', 'after --')
    .option('--no-pty', 'do not give the command a terminal of its own')
    .passThroughOptions()
    .action(async (words, flags) => run((await import('./verbs/run.ts')).run(words, flags)))
  itemFlags(common(program.command('share')))
    .helpGroup('Knowledge:')
    .description('keep what helped: from flags, a JSON file, or standard input')
    .argument('[file]', 'JSON file (- is standard input)')
    .option('--from <file>', 'the same as naming the JSON file')
    .option('--slug <name>', 'short name of a guide; the same name is the same guide')
    .option('--error <text>', 'the error it helps against (or pipe the output in)')
    .option('--error-file <file>', 'file with the output that holds the error')
    .addOption(new Option('--kind <kind>').choices(KINDS))
    .option('--private', 'for this node alone: it is never sent')
    .option('--project', 'offered only to those who work in a clone of this project')
    .addOption(new Option('--visibility <who>', 'who may see it').choices(['private', 'project', 'swarm']))
    .action(async (file, flags) => run((await import('./verbs/share.ts')).share(file, flags)))
  // What is not the word of another verb, flags too, goes to `list`.
  const knowledge = program
    .command('knowledge')
    .helpGroup('Knowledge:')
    .description('what this node knows, newest first')
  filterFlags(common(knowledge.command('list', { isDefault: true })))
    .description('the same; by what it is about')
    .action(async (flags) => run((await import('./verbs/knowledge.ts')).knowledgeList(flags)))
  filterFlags(common(knowledge.command('search')))
    .description('items in which all these words stand, best first')
    .argument('<words...>')
    .action(async (words, flags) => run((await import('./verbs/knowledge.ts')).knowledgeSearch(words, flags)))
  common(knowledge.command('publish'))
    .description('let the whole swarm have what was private, or of one project')
    .argument('<id>')
    .option('--project', 'only those who work in a clone of this project')
    .action(async (id, flags) => run((await import('./verbs/knowledge.ts')).knowledgePublish(id, flags)))
  common(knowledge.command('get'))
    .description('one item, whole')
    .argument('<id>')
    .action(async (id, flags) => run((await import('./verbs/knowledge.ts')).knowledgeGet(id, flags)))
  common(program.command('backup'))
    .helpGroup('Knowledge:')
    .description('back up what the node knows, while it runs')
    .argument('[file]', "where to (default: the node's folder)")
    .option('--force', 'replace a file of that name')
    .action(async (file, flags) => run((await import('./verbs/backup.ts')).backup(file, flags)))
  common(program.command('restore'))
    .helpGroup('Knowledge:')
    .description('take in what a backup holds; what is newer here stays')
    .argument('<file>', 'that `mcp-swarm backup` made')
    .option('--from-another-swarm', 'also when it is of another swarm')
    .action(async (file, flags) => run((await import('./verbs/backup.ts')).restore(file, flags)))
  editVerbs(knowledge, run)
  const review = common(knowledge.command('review'))
    .description('what is held until somebody looks at it')
    .action(async (flags) => run((await import('./verbs/review.ts')).reviewList(flags)))
  common(review.command('accept'))
    .description('vouch for one')
    .argument('<id>')
    .action(async (id, flags) => run((await import('./verbs/review.ts')).reviewDecide(id, true, flags)))
  common(review.command('reject'))
    .description('never offer one')
    .argument('<id>')
    .action(async (id, flags) => run((await import('./verbs/review.ts')).reviewDecide(id, false, flags)))
  trustVerbs(program, run)
}

function editVerbs(knowledge: Command, run: Run): void {
  itemFlags(common(knowledge.command('edit')))
    .description('change an item: by flags, from a file, or in $EDITOR')
    .argument('<id>')
    .option('--from <file>', 'a whole item, or the fields to change, as JSON (- is standard input)')
    .option('--error <text>', 'the error it helps against')
    .option('--error-file <file>', 'file with the output that holds the error')
    .option('--expected <version>', 'only if this is the present version')
    .action(async (id, flags) => run((await import('./verbs/edit.ts')).knowledgeEdit(id, flags)))
  common(knowledge.command('delete'))
    .description('delete an item on every node')
    .argument('<id>')
    .option('--yes', 'do not ask')
    .option('--expected <version>', 'only if this is the present version')
    .action(async (id, flags) => run((await import('./verbs/edit.ts')).knowledgeDelete(id, flags)))
  common(knowledge.command('fold'))
    .description('make one item of two: the error of the first becomes one of the other')
    .argument('<id>')
    .requiredOption('--into <id>', 'the item that stays')
    .action(async (id, flags) => run((await import('./verbs/learning.ts')).knowledgeFold(id, flags)))
  common(knowledge.command('split'))
    .description('give an error that an item was learnt for an item of its own')
    .argument('<id>')
    .requiredOption('--error-file <file>', 'the output that holds the error (- is standard input)')
    .requiredOption('--action <text>', 'what helps against it')
    .option('--title <text>', 'what it is called')
    .action(async (id, flags) => run((await import('./verbs/learning.ts')).knowledgeSplit(id, flags)))
  common(knowledge.command('alike'))
    .description('items whose errors read alike, and may be one problem')
    .option('--tool <name>', 'only of this tool')
    .action(async (flags) => run((await import('./verbs/learning.ts')).knowledgeAlike(flags)))
  common(knowledge.command('history'))
    .description('its versions: when, by whom, and which one counts')
    .argument('<id>')
    .action(async (id, flags) => run((await import('./verbs/history.ts')).knowledgeHistory(id, flags)))
  common(knowledge.command('diff'))
    .description('what two versions differ in (default: the present one and the one before)')
    .argument('<id>')
    .argument('[a]', 'a version, or its first digits')
    .argument('[b]', 'another (default: the present one)')
    .action(async (id, a, b, flags) => run((await import('./verbs/history.ts')).knowledgeDiff(id, [a, b], flags)))
  common(knowledge.command('restore'))
    .description('write an earlier version anew; brings a deleted item back')
    .argument('<id>')
    .argument('<version>', 'or its first digits')
    .action(async (id, version, flags) =>
      run((await import('./verbs/history.ts')).knowledgeRestore(id, version, flags)),
    )
  common(knowledge.command('conflicts'))
    .description('items that were changed in two places at once; with an id: its versions side by side')
    .argument('[id]')
    .action(async (id, flags) => run((await import('./verbs/conflicts.ts')).knowledgeConflicts(id, flags)))
  common(knowledge.command('merge'))
    .description('make one version of several: in $EDITOR, from a file, or by taking one')
    .argument('<id>')
    .option('--take <version>', 'the text of this one')
    .option('--from <file>', 'the text as JSON (- is standard input)')
    .action(async (id, flags) => run((await import('./verbs/conflicts.ts')).knowledgeMerge(id, flags)))
  common(knowledge.command('dismiss'))
    .description('keep the present version, and let another one go')
    .argument('<id>')
    .argument('<version>', 'or its first digits')
    .action(async (id, version, flags) =>
      run((await import('./verbs/conflicts.ts')).knowledgeDismiss(id, version, flags)),
    )
}

/** What an item can be told, flag by flag. */
const itemFlags = (command: Command): Command =>
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

function trustVerbs(program: Command, run: Run): void {
  common(program.command('outcome'))
    .helpGroup('Knowledge:')
    .description('say how a fix went: everybody sees how often it helped')
    .argument('<of>', 'receipt of an answer (r_…), or id of an item (k_…)')
    .addArgument(
      new Argument('<result>', 'inapplicable: it was not tried').choices([
        'worked',
        'partly',
        'failed',
        'inapplicable',
      ]),
    )
    .option('--verified', 'the command was run again, and its exit code says so')
    .option('--note <text>', 'what was different, in a sentence')
    .option('--item <id>', 'which one, when the answer showed several')
    .option('--error-file <file>', 'output with the error it was tried against (- is standard input)')
    .action(async (of, result, flags) => run((await import('./verbs/outcome.ts')).outcome(of, result, flags)))
  common(program.command('purge'))
    .helpGroup('Knowledge:')
    .description('withdraw everything by an author, and what was made from it, in the whole swarm')
    .option('--author <author>', 'name or id of a node, or the owner of several')
    .option('--dry-run', 'only say what would go, and who was shown it')
    .option('--reason <text>', 'why, for the others')
    .option('--show <id>', 'what a purge means on this node')
    .option('--undo <id>', 'take one back')
    .action(async (flags) => run((await import('./verbs/purge.ts')).purge(flags)))
  common(program.command('block'))
    .helpGroup('Knowledge:')
    .description('do not believe an author any more, on your nodes; without one: who is blocked')
    .argument('[author]', 'name or id of a node, or the owner of several')
    .action(async (author, flags) => {
      const verbs = await import('./verbs/purge.ts')
      return run(author === undefined ? verbs.blockList(flags) : verbs.block(author, flags, true))
    })
  common(program.command('unblock'))
    .helpGroup('Knowledge:')
    .description('take a block back')
    .argument('<author>', 'as it was blocked')
    .action(async (author, flags) => run((await import('./verbs/purge.ts')).block(author, flags, false)))
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

const roleOption = (what: string): Option =>
  new Option('--role <role>', what).choices(['auto', 'leader', 'backup', 'worker', 'gateway'])

const tokenFlags = (command: Command): Command =>
  common(command)
    .addOption(roleOption('what the machine may be (default: anything)'))
    .option('--ttl <time>', 'how long it can be used: 90s, 12h, 7d (default: 24h)', duration)
    .option('--uses <count>', 'how many nodes may enter with it, 0 for any number (default: 1)', count)

const filterFlags = (command: Command): Command =>
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
function duration(text: string): number {
  const [, number, unit] = /^(\d{1,6})([smhd])$/.exec(text) ?? []
  if (number === undefined || unit === undefined)
    throw new InvalidArgumentError('a time is a number and s, m, h or d: 90s, 12h, 7d.')
  return Number(number) * (UNITS[unit] ?? 0)
}

const list = (text: string): readonly string[] => text.split(',').map((part) => part.trim())

const collect = (value: string, previous: readonly string[] = []): readonly string[] => [...previous, value]

function count(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('a whole number is needed.')
  return Number(text)
}

/** A number that means how many: from 1 on. */
const upTo =
  (max: number) =>
  (text: string): number => {
    const value = count(text)
    if (value < 1 || value > max) throw new InvalidArgumentError(`a number from 1 to ${max} is needed.`)
    return value
  }

function tokens(text: string): number {
  const value = count(text)
  if (value < 50 || value > 100_000) throw new InvalidArgumentError('a number from 50 to 100000 is needed.')
  return value
}

function folder(text: string): string {
  if (text.trim() === '') throw new InvalidArgumentError('a folder is needed.')
  return text
}

function port(text: string): number {
  const value = count(text)
  if (value > 65_535) throw new InvalidArgumentError('a port is a number from 0 to 65535.')
  return value
}
