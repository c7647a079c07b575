import {
  forEachChild,
  parse,
  type Command,
  type Pipeline,
  type Redirection,
  type SyntaxNode,
  type Word,
} from 'unbash'
import { BASE } from './classes.ts'
import { PROGRAMS, SQL_LOSS } from './programs.ts'
import { tableOf } from './table.ts'
import { LOSS } from './loss.ts'
import { type Risk, worse, worst } from './risk.ts'

/*
 * What a command may do, read from its words. Guesses go up, never down: what cannot be read (a program whose name is
 * computed, code piped into a shell) is destructive, what is not known writes.
 */

/** Longer than any command of an item; the rest is not read, and what is not read is not harmless. */
const COMMAND_CHARS_MAX = 8_192
/** `sh -c "sh -c …"` and its like. */
const DEPTH_MAX = 6

const SHELLS = /^(?:(?:ba|da|z|k|a|c|tc|fi)?sh|pwsh|powershell|cmd|busybox)$/
const INTERPRETERS =
  /^(?:python[\d.]*|node|perl|ruby|php|deno|bun|lua|osascript|tclsh|iex|invoke-expression|sudo|xargs|psql|mysql|mariadb|sqlite3)$/
/** Programs that run the command in their words, with how many words of their own stand before it (flags aside). */
const WRAPPERS: ReadonlyMap<string, number> = tableOf({
  env: 0, nohup: 0, time: 0, command: 0, exec: 0, builtin: 0, nice: 0, ionice: 0, setsid: 0, stdbuf: 0, unbuffer: 0,
  timeout: 1, gtimeout: 1, watch: 0, xargs: 0, parallel: 0, strace: 0, ltrace: 0, caffeinate: 0, chronic: 0, retry: 0,
  'cross-env': 0, dotenv: 0, '!': 0, flock: 1, script: 0, 'winpty': 0, start: 0, call: 0, noglob: 0,
}) // prettier-ignore
/** The same, and they reach for the network first: what is run may be fetched, or runs elsewhere. */
const FETCHERS: ReadonlyMap<string, number> = tableOf({
  npx: 0,
  bunx: 0,
  pnpx: 0,
  uvx: 0,
  pipx: 1,
  ssh: 1,
  mosh: 1,
})
/** Words that come before a command inside another program's words. */
const INNER: ReadonlyMap<string, RegExp> = tableOf({
  docker: /^(?:compose )?(?:exec|run)$/,
  'docker-compose': /^(?:exec|run)$/,
  podman: /^(?:exec|run)$/,
  kubectl: /^exec$/,
  npm: /^(?:exec|x)$/,
  pnpm: /^(?:exec|dlx)$/,
  yarn: /^(?:exec|dlx)$/,
  bun: /^x$/,
  uv: /^run$/,
  poetry: /^run$/,
  pipenv: /^run$/,
  bundle: /^exec$/,
  conda: /^run$/,
  mise: /^(?:exec|x)$/,
  nvm: /^exec$/,
  wsl: /^(?:-e|--exec|-d)$/,
  git: /^(?:bisect run|submodule foreach)$/,
  heroku: /^run(?::detached)?$/,
  fly: /^ssh$/,
  vagrant: /^ssh$/,
  adb: /^shell$/,
})
const ROOT = /^(?:sudo|doas|su|pkexec|runas|gsudo)$/
/** Flags of wrappers that take the next word. */
const TAKES_WORD =
  /^-(?:[uUgCDhpRTrnIPLsde]|-user|-group|-chdir|-env|-workdir|-namespace|-container|-max-args|-replace|-delimiter|-signal|-kill-after|-package|-profile|-entrypoint|-name|-network|-volume|-publish|-output)$/

export function riskOf(command: string): Risk {
  if (command.length > COMMAND_CHARS_MAX) return 'destructive'
  return scriptRisk(command, 0)
}

function scriptRisk(source: string, depth: number): Risk {
  if (depth > DEPTH_MAX) return 'destructive'
  const script = parse(WINDOWS_PATH.test(source) ? source.replaceAll('\\', '/') : source)
  const garbled: Risk = script.errors === undefined ? 'none' : LOSS.test(source) ? 'destructive' : 'writes'
  return worst([FORK_BOMB.test(source) ? 'destructive' : 'none', garbled, nodeRisk(script, depth)])
}

/** For bash a backslash is no separator, and would vanish. */
const WINDOWS_PATH = /(?<![\w])[A-Za-z]:\\|(?<!\S)\.{1,2}\\/

/** A function that calls itself twice, in a pipe. */
const FORK_BOMB = /([\w:.]+)\s*\(\)\s*\{\s*\1\s*\|\s*\1\s*&\s*\}/

function nodeRisk(node: SyntaxNode, depth: number): Risk {
  let risk: Risk = 'none'
  if (node.type === 'Command')
    risk = worst([commandRisk(node, depth), redirectsRisk(node.redirects, EMPTY.test(wordsOf(node).join(' ')))])
  else if (node.type === 'Redirected') risk = redirectsRisk(node.redirects, false)
  else if (node.type === 'Pipeline') risk = pipeRisk(node)
  forEachChild(node, (child) => {
    risk = worse(risk, nodeRisk(child, depth))
  })
  return risk
}

/** Code that comes through a pipe is read by nobody. */
function pipeRisk({ commands }: Pipeline): Risk {
  const runs = commands.slice(1).some((command) => {
    if (command.type !== 'Command' || command.name === undefined) return false
    const name = programOf(command.name.value)
    const given = wordsOf(command).slice(1)
    if (ROOT.test(name))
      return given.some((word) => SHELLS.test(programOf(word)) || INTERPRETERS.test(programOf(word)))
    return (
      (SHELLS.test(name) || (INTERPRETERS.test(name) && name !== 'xargs')) &&
      given.every((word) => word.startsWith('-') && !/^-[a-z]*[ce]$|^-m$/.test(word))
    )
  })
  return runs ? 'destructive' : 'none'
}

/** What prints nothing: a file it is sent to is empty afterwards. */
const EMPTY = /^(?:|:|true|cat \/dev\/null|(?:echo|printf) ?(?:-n ?)?)$/

const wordsOf = ({ args, name }: Command): readonly string[] =>
  name === undefined ? [] : [name.value, ...args.map((arg) => (arg.type === 'Word' ? arg.value : arg.text))]

const HARMLESS_TARGET = /^(?:\/dev\/(?:null|stdout|stderr|tty|fd\/\d)|&?\d|-|nul|\$null)$/i
const SYSTEM_TARGET =
  /^(?:\/dev\/|\/etc\/|\/boot\/|\/usr\/|\/bin\/|\/sbin\/|\/lib|\/proc\/|\/sys\/|~?\/?.*\.ssh\/authorized_keys|\\\\\.\\)/i

/** `empties`: nothing is written, so that what the file held is all there is to it. */
function redirectsRisk(redirects: readonly Redirection[], empties: boolean): Risk {
  return worst(
    redirects.map((redirect): Risk => {
      if (redirect.type !== 'Redirect' || redirect.operator.startsWith('<')) return 'none'
      const target = redirect.target?.value ?? ''
      if (redirect.operator === '>&' && /^\d$|^-$/.test(target)) return 'none'
      if (HARMLESS_TARGET.test(target)) return 'none'
      if (SYSTEM_TARGET.test(target)) return 'destructive'
      return empties && !redirect.operator.endsWith('>>') ? 'destructive' : 'writes'
    }),
  )
}

function commandRisk(command: Command, depth: number): Risk {
  const { name } = command
  if (name === undefined) return 'none'
  if (isComputed(name)) return 'destructive'
  const program = programOf(name.value)
  const fetched = command.args.some((arg) => arg.type === 'Word' && fetches(arg))
  const reads = DATABASES.test(program) && command.redirects.some(({ operator }) => operator.startsWith('<'))
  return wordsRisk(program, [...wordsOf(command).slice(1), ...(reads ? ['-f'] : [])], fetched, depth)
}

/** They do what they read. */
const DATABASES = /^(?:psql|mysql|mariadb|sqlite3|sqlcmd|sqlplus|cqlsh|clickhouse-client)$/

/** A substitution of what came over the network, or of a file's text: code for a shell when it stands in `sh -c`. */
function fetches(word: Word): boolean {
  let found = false
  const visit = (node: SyntaxNode): void => {
    if (node.type === 'Command' && node.name !== undefined)
      found ||= /^(?:curl|wget|http|fetch|nc|base64|openssl|xxd|iwr|irm)$/.test(programOf(node.name.value))
    forEachChild(node, visit)
  }
  visit(word)
  return found
}

const isComputed = (name: Word): boolean =>
  /[$`{*?[]/.test(name.value.split('/').at(-1) ?? '') && !/^\[{1,2}$/.test(name.value)

/** `/usr/bin/git`, `git.exe`, `.\gradlew.bat`: the program's name alone, in lower case. */
const programOf = (word: string): string =>
  (word.split(/[/\\]/).at(-1) ?? '')
    .toLowerCase()
    .replace(/\.(?:exe|cmd|bat|ps1|sh)$/, '')
    .replace(/^(python|pip|node|perl|ruby|php)[\d.]+$/, '$1')
    .replace(/^mkfs\..*$/, 'mkfs')

function wordsRisk(program: string, given: readonly string[], fetched: boolean, depth: number): Risk {
  if (program === '') return 'writes'
  const inner = (words: readonly string[]): Risk => innerRisk(words, fetched, depth)
  const joined = ` ${given.join(' ')} `
  if (ROOT.test(program)) return asRoot(program === 'su' ? codeOf(given, depth) : inner(withoutFlags(given)), joined)
  if (SHELLS.test(program) || program === 'eval' || program === 'source' || program === '.')
    return shellRisk(program, given, fetched, depth)
  if (WRAPPERS.has(program)) {
    const words = withoutFlags(given)
      .filter((word) => !/^\w+=/.test(word))
      .slice(WRAPPERS.get(program))
    return words.length === 0 ? 'none' : inner(words)
  }
  if (FETCHERS.has(program)) {
    const words = withoutFlags(given).slice(FETCHERS.get(program))
    return words.length === 0
      ? 'network'
      : worse('network', SHELL_WORDS.test(words[0] ?? '') ? scriptRisk(words.join(' '), depth + 1) : inner(words))
  }
  const own = worse(
    tableRisk(program, joined),
    program === 'find' || program === 'fd' ? execRisk(given, depth) : 'none',
  )
  return worse(own, insideRisk(program, given, inner))
}

const SHELL_WORDS = /[\s;|&]/

function tableRisk(program: string, joined: string): Risk {
  if (/^\s(?:--version|-V|--help|version|help)\s$/.test(joined)) return 'none'
  if (
    SQL_LOSS.test(/^(?:drop|delete|alter|update|flushall|flushdb)$/.test(program) ? `${program}${joined}` : joined) &&
    !/^(?:echo|printf|grep|rg|cat)$/.test(program)
  )
    return 'destructive'
  const rule = PROGRAMS.get(program)?.find(([pattern]) => pattern.test(joined))
  return rule?.[1] ?? BASE.get(program) ?? 'writes'
}

/** `docker exec db psql …`, `npm exec rimraf …`: the command inside. */
function insideRisk(program: string, given: readonly string[], inner: (words: readonly string[]) => Risk): Risk {
  const marks = INNER.get(program)
  const dashes = given.indexOf('--')
  if (dashes >= 0 && marks) return inner(given.slice(dashes + 1))
  const at = marks
    ? given.findIndex((word, index) => marks.test(word) || marks.test(`${given[index - 1] ?? ''} ${word}`))
    : -1
  if (at < 0) return 'none'
  // Which of the words is the program cannot be told without all flags: the worst of all it may be.
  const rest = given.slice(at + 1)
  return worst(rest.map((word, index) => (KNOWN_BAD(programOf(word)) ? inner(rest.slice(index)) : 'none')))
}

const KNOWN_BAD = (program: string): boolean =>
  PROGRAMS.has(program) || BASE.get(program) === 'destructive' || SHELLS.test(program)

function execRisk(given: readonly string[], depth: number): Risk {
  const at = given.findIndex((word) => /^-(?:exec|execdir|ok|okdir|x|X)$/.test(word))
  return at < 0
    ? 'none'
    : innerRisk(
        given.slice(at + 1).filter((word) => !/^(?:\{\}|;|\+)$/.test(word)),
        false,
        depth,
      )
}

function shellRisk(program: string, given: readonly string[], fetched: boolean, depth: number): Risk {
  if (fetched || given.some((word) => word.startsWith('<(') && /curl|wget|base64/.test(word))) return 'destructive'
  if (program === 'eval')
    return EVALUATED.test(given.join(' ')) ? 'writes' : worse('writes', scriptRisk(given.join(' '), depth + 1))
  const encoded = given.some((word) => /^-(?:e|en|enc|encodedcommand)$/i.test(word)) && program.startsWith('p')
  if (encoded) return 'destructive'
  const code = codeOf(given, depth)
  return worse(given.every((word) => /^--?(?:version|help)$/.test(word)) ? 'none' : 'writes', code)
}

/** Programs that print settings for the shell that started them. */
const EVALUATED =
  /^\$\((?:ssh-agent|direnv|pyenv|rbenv|nodenv|fnm|starship|zoxide|mise|opam|brew shellenv|minikube|docker-machine|dircolors|conda|register-python-argcomplete)\b[^|;&<>`$]*\)$/

/** What stands behind -c, /c or -Command. */
function codeOf(given: readonly string[], depth: number): Risk {
  const at = given.findIndex((word) => /^(?:-[a-z]*c|\/[ck]|-command)$/i.test(word))
  return at < 0 ? 'writes' : scriptRisk(given.slice(at + 1).join(' '), depth + 1)
}

const innerRisk = (words: readonly string[], fetched: boolean, depth: number): Risk =>
  depth > DEPTH_MAX
    ? 'destructive'
    : SHELL_WORDS.test(words[0] ?? '')
      ? scriptRisk(words.join(' '), depth + 1)
      : wordsRisk(programOf(words[0] ?? ''), words.slice(1), fetched, depth + 1)

/** With all rights: installing packages is that, and everything else that writes may end a machine. */
const asRoot = (risk: Risk, joined: string): Risk =>
  risk === 'none' ? 'writes' : risk === 'network' && INSTALLS.test(joined) ? 'network' : 'destructive'
const INSTALLS =
  /\s(?:apt|apt-get|dnf|yum|apk|pacman|zypper|brew|snap|npm|pip\d?|gem)\s(?:\S+ )*?(?:install|update|upgrade|add|-S\w*|i|refresh)(?=\s)/

/** Without the flags before the first word, and without the word of a flag that takes one. */
function withoutFlags(given: readonly string[]): readonly string[] {
  let at = 0
  while (at < given.length) {
    const word = given[at] ?? ''
    if (word === '--') return given.slice(at + 1)
    if (!word.startsWith('-') && !/^\w+=/.test(word)) break
    at += TAKES_WORD.test(word) ? 2 : 1
  }
  return given.slice(at)
}

/** Whether a word is the name of a program that these tables know. */
export const isProgram = (word: string): boolean => {
  const program = programOf(word)
  return (
    PROGRAMS.has(program) ||
    BASE.has(program) ||
    WRAPPERS.has(program) ||
    FETCHERS.has(program) ||
    ROOT.test(program) ||
    SHELLS.test(program)
  )
}
