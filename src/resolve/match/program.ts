/** What a command line runs, and whether another program can have printed what came out. */

/** They run what they are told to, whatever the words after them. */
const RUNNER =
  /^(?:make|gmake|just|task|sh|bash|zsh|fish|dash|env|time|xargs|watch|ssh|nice|nohup|timeout|cmd|powershell|pwsh|npx|bunx|pnpx|deno|uv|uvx|poetry|pipenv|pipx|tox|nox|nx|turbo|lerna|concurrently|foreman|docker-compose|tmux|screen|parallel|strace)$/
/** They run others with some words, and have errors of their own with the rest. */
const RUNS: Readonly<Record<string, RegExp>> = {
  npm: /^(?:run|run-script|test|t|tst|start|stop|restart|exec|x|ci|install|i|add|rebuild|init|create|publish|pack|version|update|link)$/,
  pnpm: /./,
  yarn: /./,
  bun: /./,
  docker: /^(?:build|buildx|run|exec|compose|logs|start|attach)$/,
  podman: /^(?:build|run|exec|compose|logs|start|attach)$/,
  kubectl: /^(?:exec|logs|run|debug|attach)$/,
  git: /^(?:commit|push|merge|rebase|am|cherry-pick|bisect|submodule|pull|clone|filter-branch|checkout|switch)$/,
  terraform: /^(?:apply|destroy|plan|init)$/,
  cargo: /./,
  go: /./,
  mvn: /./,
  gradle: /./,
  gradlew: /./,
}
/** They run nothing but themselves. */
const LEAF =
  /^(?:cat|ls|cp|mv|rm|rmdir|mkdir|touch|ln|chmod|chown|head|tail|less|grep|rg|sed|awk|sort|cut|tr|wc|diff|tar|unzip|zip|gzip|ps|kill|df|du|mount|ip|ifconfig|ping|curl|wget|psql|mysql|sqlite3|redis-cli|tsc|eslint|prettier|ruff|mypy|pyright|rustc|javac|gcc|g\+\+|clang|ld|npm|docker|podman|kubectl|git|terraform|helm|gem|pip|pip3|apt|apt-get|dnf|yum|brew|systemctl|journalctl|openssl)$/

export interface Program {
  /** Empty when it runs others, or is not known. */
  readonly name: string
  /** What came out is its own. */
  readonly isLeaf: boolean
}

export function programOf(command: string | undefined): Program {
  const words = (command ?? '')
    .trim()
    .split(/\s+/)
    .filter((word) => !/^\w+=|^-/.test(word))
  const at = words.findIndex((word) => !/^(?:sudo|env|time|exec|command)$/.test(word))
  const name = (words[at] ?? '').split(/[/\\]/).at(-1)?.toLowerCase() ?? ''
  // Anybody's first word: `constructor` is no program of the table.
  const known = Object.hasOwn(RUNS, name) ? RUNS[name] : undefined
  const runs = known?.test(words[at + 1] ?? '') ?? RUNNER.test(name)
  return runs ? { name: '', isLeaf: false } : { name, isLeaf: LEAF.test(name) }
}
