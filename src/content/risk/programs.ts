import type { Risk } from './risk.ts'
import { tableOf } from './table.ts'

/*
 * What programs do, by their words. Of a program's rules the first that matches decides; they are asked from the worst
 * to the harmless, over its words joined by single spaces, with one in front and one behind. What is not here writes.
 */

type Rule = readonly [pattern: RegExp, risk: Risk]

const D = 'destructive'
const N = 'network'
const W = 'writes'
const O = 'none'

/** One of these words, wherever it stands among the arguments. */
const any = (words: string): RegExp => new RegExp(`\\s(?:${words.trim().replaceAll(/\s+/g, '|')})(?=\\s)`, 'i')
/** A short flag, also among others: -rf has r and f. */
const flag = (letters: string): RegExp => new RegExp(`\\s-[a-zA-Z]*[${letters}][a-zA-Z]*(?=\\s)`)

/** Statements that throw data away, in whatever quotes they came. */
export const SQL_LOSS =
  /\b(?:drop\s+(?:table|database|schema|view|index|user|role|owned|column|constraint|collection|keyspace|materialized|sequence|type|function|trigger|extension)|truncate\s+(?:table\s+)?["`\w]|delete\s+from|alter\s+table\s[^;]{0,200}\bdrop\b|flushall|flushdb|dropdatabase|deletemany|update\s+["`\w.]+\s+set\b(?![^;]{0,2000}\bwhere\b))/i
/** Code of a scripting language that deletes, or runs what nobody can read here. */
const CODE_LOSS =
  /rmtree|unlink|rmSync|rmdir|removeSync|\brm\(|rm_rf|rm_r\b|os\.remove|os\.system|subprocess|child_process|\bexec\w*\(|\bsystem\(|popen|shutil\.|File\.delete|FileUtils|eval\(|truncate|DROP TABLE|requests\.delete|base64/i

const SQL: readonly Rule[] = [
  [SQL_LOSS, D],
  [/\s(?:-f|-i|--file|<|\.read)/, D],
  [/\s(?:-l|--list|--version)\s/, O],
]
const CLOUD: readonly Rule[] = [
  [
    /\s(?:\S*-)?(?:delete|destroy|terminate|remove|rm|rb|purge|wipe|reset|deprovision|detach|drop|revoke|rotate|deregister)(?:-\S*)?(?=\s)|\S:(?:destroy|delete|reset|remove)(?=\s)|--delete\b|\s-X ?DELETE\b/i,
    D,
  ],
  [/^\s(?:--?version|version|help|--help)\s/, O],
]
const PACKAGES: readonly Rule[] = [
  [any('unpublish deprecate'), D],
  [
    any(
      'install i ci add update upgrade up audit publish login logout view info outdated search create init dlx exec fund ping link dedupe import self-update fetch',
    ),
    N,
  ],
  [/^\s+$/, N],
  [any('ls list ll why explain config get root bin prefix help -v --version version licenses'), O],
]
const SYSTEM_PACKAGES: readonly Rule[] = [
  [/\s(?:remove|purge|autoremove|erase|uninstall|del|rm|zap|-R\w*|-e|--purge|autopurge|implode)(?=\s)/, D],
  [any('list info show search policy depends leaves deps -Q -Qi -qa -l -s --version'), O],
]
const INFRA: readonly Rule[] = [
  [/\s(?:destroy|-destroy|--destroy|-auto-approve|--auto-approve|force-unlock|--yes-really)(?=\s)/, D],
  [/\sstate (?:rm|push)\s|\sworkspace delete\s|\sstack rm\s|\sapply\b.*-replace/, D],
  [/^\s(?:fmt|validate|version|show|output|graph|providers)\s/, O],
]
const CONTAINERS: readonly Rule[] = [
  [any('prune rm rmi remove kill wipe'), D],
  [/\sdown\s(?:.*\s)?(?:-v|--volumes|--rmi\S*)(?=\s)|\svolume (?:rm|prune)\s|\bswarm leave\b/, D],
  [/\s--privileged\s|\s-v \/:|\s--volume[ =]\/:|docker\.sock/, D],
  [/^\s(?:ps|images|logs|inspect|version|info|stats|top|port|diff|history|events|context|--version)\s/, O],
  [/^\s(?:compose|image|container|network|volume) (?:ps|ls|list|logs|config|inspect|version|top|images)\s/, O],
  [any('pull push build run login search up create buildx exec'), N],
]
const READS: readonly Rule[] = [[/^\s(?:--version|-v|-V|--help|-h|version|help)\s$/, O]]

export const PROGRAMS: ReadonlyMap<string, readonly Rule[]> = tableOf<readonly Rule[]>({
  git: [
    [/\spush\s(?:.*\s)?(?:-f|-[a-z]*f|--force\S*|--mirror|--delete|-d|--prune|\+\S+|\S*:refs\/\S+|:\S+)(?=\s)/, D],
    [/\sreset\s(?:.*\s)?(?:--hard|--merge|--keep)(?=\s)/, D],
    [/\sclean\s(?:.*\s)?(?:-[a-zA-Z]*[fFdxX][a-zA-Z]*|--force)(?=\s)/, D],
    [/\s(?:checkout|switch)\s(?:.*\s)?(?:-f|--force|--discard-changes|--|\.|-B|-C|--ours|--theirs)(?=\s)/, D],
    [/\srestore\s(?!(?:.*\s)?--staged\s)|\srestore\s.*--worktree/, D],
    [
      /\sbranch\s(?:.*\s)?(?:-[a-zA-Z]*D|-[a-zA-Z]*d|--delete|-M|-f|--force)(?=\s)|\stag\s(?:.*\s)?(?:-d|--delete|-f|--force)(?=\s)/,
      D,
    ],
    [/\sstash (?:drop|clear|pop)\s|\sreflog (?:expire|delete)\s|\sgc\s.*--prune|\sprune\s|\supdate-ref\s.*-d\s/, D],
    [
      /\s(?:filter-branch|filter-repo|lfs prune|replace|fast-import)\s|\sworktree (?:remove|prune)\s|^\s(?:-C \S+ )?rm\s(?!.*--cached)/,
      D,
    ],
    [
      /\ssubmodule (?:deinit|foreach)\s|\sremote (?:rm|remove)\s|\s-c \S*(?:alias|sshcommand|editor|pager|fsmonitor)/i,
      D,
    ],
    [/\srebase\s(?:.*\s)?(?:--root|--exec|-x)(?=\s)|\scommit\s(?:.*\s)?--amend\s.*--no-verify/, D],
    [any('clone fetch pull push ls-remote archive submodule lfs'), N],
    [/\sremote (?:update|show)\s/, N],
    [
      /\s(?:status|log|diff|show|blame|rev-parse|ls-files|ls-tree|describe|shortlog|grep|cat-file|reflog|whatchanged|--version|help|version|var|check-ignore|merge-base|name-rev|rev-list|range-diff|fsck|count-objects)\s/,
      O,
    ],
    [
      /\s(?:branch|tag|remote|stash list|remote -v|branch -[avr]+|tag -l|config --(?:get|list|show-origin)\S*)\s(?:\S+\s)?$/,
      O,
    ],
    [/./, W],
  ],
  gh: CLOUD,
  glab: CLOUD,
  aws: CLOUD,
  gcloud: CLOUD,
  gsutil: CLOUD,
  az: CLOUD,
  doctl: CLOUD,
  fly: CLOUD,
  flyctl: CLOUD,
  heroku: CLOUD,
  vercel: CLOUD,
  netlify: CLOUD,
  wrangler: CLOUD,
  firebase: CLOUD,
  supabase: CLOUD,
  railway: CLOUD,
  etcdctl: [[/\s(?:del|rm|rmdir|defrag|compaction|snapshot restore|member remove)\s/, D]],
  consul: [[/\s(?:delete|leave|force-leave)\s/, D]],
  vault: [[/\s(?:delete|destroy|disable|revoke|seal|purge|undelete)\s/, D]],
  kubectl: [
    [any('delete drain replace cordon taint evict --prune --force --grace-period=0'), D],
    [/\s--replicas=0\s|\srollout undo\s|\sdebug\s/, D],
    [/^\s(?:version --client|config (?:view|get-contexts|current-context)|explain|completion|kustomize)\s/, O],
  ],
  helm: [
    [any('uninstall delete del un rollback --force'), D],
    [/^\s(?:template|lint|version)\s/, O],
  ],
  terraform: INFRA,
  tofu: INFRA,
  terragrunt: INFRA,
  pulumi: INFRA,
  cdk: INFRA,
  serverless: [[/\sremove\s/, D]],
  vagrant: [[/\s(?:destroy|box remove)\s/, D]],
  docker: CONTAINERS,
  'docker-compose': CONTAINERS,
  podman: CONTAINERS,
  nerdctl: CONTAINERS,
  crictl: CONTAINERS,
  minikube: [
    [/\sdelete\s/, D],
    [/\sstatus\s/, O],
  ],
  kind: [[/\sdelete\s/, D]],
  npm: PACKAGES,
  pnpm: [[/\sstore prune\s/, W], ...PACKAGES],
  yarn: PACKAGES,
  bun: [...PACKAGES, [/\s(?:x|pm)\s/, N]],
  corepack: [[/\s(?:enable|prepare|use|install|up)\s/, N]],
  pip: [
    [/\s(?:install|download|index|search|wheel)\s/, N],
    [/\s(?:list|show|freeze|check|config list|debug|--version)\s/, O],
  ],
  uv: [
    [/\s(?:sync|add|install|lock|run|tool|python|pip|venv|publish|self)\s/, N],
    [/\stree\s/, O],
  ],
  poetry: [
    [/\s(?:install|add|update|lock|publish|self)\s/, N],
    [/\s(?:show|check|env info|version)\s/, O],
  ],
  pipenv: [
    [/\s(?:install|update|sync|lock)\s/, N],
    [/\s(?:--rm)\s/, D],
  ],
  pdm: [[/\s(?:install|add|update|sync|lock)\s/, N]],
  conda: [
    [/\s(?:remove|uninstall|env remove|clean)\s/, D],
    [/\s(?:install|create|update|env)\s/, N],
    [/\s(?:list|info)\s/, O],
  ],
  gem: [
    [/\s(?:uninstall|cleanup|yank)\s/, D],
    [/\s(?:install|update|fetch|push)\s/, N],
    [/\s(?:list|env|which)\s/, O],
  ],
  bundle: [
    [/\sclean\s/, W],
    [/\s(?:install|update|add|lock|outdated)\s|^\s+$/, N],
    [/\s(?:list|show|info|check)\s/, O],
  ],
  composer: [
    [/\s(?:install|update|require|create-project|global|self-update)\s/, N],
    [/\s(?:show|validate|why)\s/, O],
  ],
  cargo: [
    [/\s(?:yank|owner)\s/, D],
    [
      /\s(?:install|add|update|fetch|publish|search|build|run|test|check|bench|clippy|vendor|generate-lockfile|fix)\s/,
      N,
    ],
    [/\s(?:tree|metadata|--version|version|locate-project|fmt --check)\s/, O],
  ],
  rustup: [
    [/\s(?:uninstall|remove)\s/, D],
    [/\s(?:update|install|add|default|self)\s/, N],
    [/\s(?:show|which)\s/, O],
  ],
  go: [
    [/\sclean\s.*-modcache/, D],
    [/\s(?:get|install|mod|build|run|test|generate|work|vet)\s/, N],
    [/\s(?:env|version|list|doc|help)\s/, O],
  ],
  apt: SYSTEM_PACKAGES,
  'apt-get': SYSTEM_PACKAGES,
  'apt-cache': [[/./, O]],
  aptitude: SYSTEM_PACKAGES,
  dpkg: [
    [/\s(?:-r|-P|--remove|--purge|--force-\S+)\s/, D],
    [/\s-i\s/, W],
    [/\s(?:-l|-L|-s|-S|--list)\s/, O],
  ],
  dnf: SYSTEM_PACKAGES,
  yum: SYSTEM_PACKAGES,
  zypper: SYSTEM_PACKAGES,
  apk: SYSTEM_PACKAGES,
  pacman: SYSTEM_PACKAGES,
  brew: SYSTEM_PACKAGES,
  port: SYSTEM_PACKAGES,
  snap: SYSTEM_PACKAGES,
  choco: SYSTEM_PACKAGES,
  winget: SYSTEM_PACKAGES,
  scoop: SYSTEM_PACKAGES,
  curl: [
    [/\s(?:-X ?|--request[ =])DELETE\b/i, D],
    [/\s(?:-o|--output)[ =]?\/(?:dev|etc|boot|usr|bin|sbin)\//, D],
  ],
  wget: [[/\s-O ?\/(?:dev|etc|boot|usr|bin|sbin)\//, D]],
  http: [[/\sDELETE\s/, D]],
  xh: [[/\sDELETE\s/, D]],
  rsync: [[/\s--(?:delete\S*|remove-source-files|del)\s/, D]],
  rclone: [
    [/\s(?:delete|deletefile|purge|sync|rmdir|rmdirs|cleanup|move|dedupe)\s/, D],
    [/\s(?:ls|lsl|lsd|size)\s/, N],
  ],
  psql: [...SQL, [/./, N]],
  mysql: [...SQL, [/./, N]],
  mariadb: [...SQL, [/./, N]],
  sqlite3: [...SQL, [/./, W]],
  sqlcmd: [...SQL, [/./, N]],
  sqlplus: [...SQL, [/./, N]],
  'clickhouse-client': [...SQL, [/./, N]],
  cqlsh: [...SQL, [/./, N]],
  mongosh: [[/drop|remove|delete|shutdown/i, D]],
  mongo: [[/drop|remove|delete|shutdown/i, D]],
  mongorestore: [[/--drop/, D]],
  pg_restore: [[/\s(?:-c|--clean|-C|--create)\s/, D]],
  mysqladmin: [[/\s(?:drop|shutdown|flush\S*|kill)\s/, D]],
  'redis-cli': [
    [/\s(?:flushall|flushdb|del|unlink|shutdown|config set|eval|script|debug|--pipe|cluster|replicaof)\s/i, D],
  ],
  chmod: [
    [/\s(?:-[a-zA-Z]*R[a-zA-Z]*|--recursive|[0-7]?777|a\+rwx|o\+w|\+s|u\+s)(?=\s)/, D],
    [/\s\/(?:etc|usr|bin|boot|lib|var|dev)?(?:\/\S*)?\s$/, D],
  ],
  chown: [[/\s(?:-[a-zA-Z]*R[a-zA-Z]*|--recursive)(?=\s)/, D]],
  chgrp: [[/\s(?:-[a-zA-Z]*R[a-zA-Z]*|--recursive)(?=\s)/, D]],
  chattr: [[/./, D]],
  setfacl: [[/\s(?:-[a-zA-Z]*[Rbk][a-zA-Z]*|--recursive)(?=\s)/, D]],
  icacls: [[/\/(?:reset|grant|remove|deny)/i, D]],
  find: [
    [/\s-(?:delete|fprint\S*|fls)\s/, D],
    [/./, O],
  ],
  fd: [
    [/\s(?:-x|-X|--exec\S*)\s/, D],
    [/./, O],
  ],
  sed: [
    [/\s(?:-[a-zA-Z]*i\S*|--in-place\S*)(?=\s)/, W],
    [/\/e\b|\bw /, W],
    [/./, O],
  ],
  awk: [
    [/system\s*\(|\|\s*"|getline/, D],
    [/>/, W],
    [/./, O],
  ],
  perl: [
    [CODE_LOSS, D],
    [flag('i'), W],
    [/^\s-[vV]/, O],
  ],
  ruby: [[CODE_LOSS, D], ...READS],
  python: [
    [CODE_LOSS, D],
    [/\s-m pip (?:install|download)\s|\s-m (?:ensurepip|venv)\s/, N],
    [/\smanage\.py (?:flush|reset_db|sqlflush|zero)|\smigrate \S+ zero\s/, D],
    ...READS,
  ],
  node: [[CODE_LOSS, D], ...READS],
  deno: [
    [/\s(?:-A|--allow-all|--allow-run\S*)\s/, D],
    [/\s(?:run|install|cache|add)\s/, N],
    [/\s(?:lint|check|fmt --check|info)\s/, O],
  ],
  php: [
    [CODE_LOSS, D],
    [/\sartisan (?:migrate:(?:fresh|reset|refresh|rollback)|db:wipe|cache:clear --all)/, D],
    ...READS,
  ],
  rails: [
    [/\sdb:(?:drop|reset|purge|schema:load|rollback|migrate:reset|setup|truncate_all)/, D],
    [/\s(?:routes|about|stats|-v|--version)\s/, O],
  ],
  rake: [
    [/\s(?:db:(?:drop|reset|purge|schema:load|rollback|migrate:reset|setup|truncate_all)|clobber)/, D],
    [/\s-T\s/, O],
  ],
  prisma: [
    [/\smigrate reset\s|--force-reset|--accept-data-loss|\sdb execute\s/, D],
    [/\s(?:validate|format|version)\s/, O],
  ],
  sequelize: [[/\sdb:(?:drop|migrate:undo\S*|seed:undo\S*)/, D]],
  'sequelize-cli': [[/\sdb:(?:drop|migrate:undo\S*|seed:undo\S*)/, D]],
  typeorm: [[/\s(?:schema:drop|migration:revert|schema:sync)\s/, D]],
  knex: [[/\smigrate:(?:rollback|down)/, D]],
  alembic: [
    [/\sdowngrade\s/, D],
    [/\s(?:current|history|heads)\s/, O],
  ],
  flyway: [[/\sclean\s/, D]],
  liquibase: [[/\s(?:dropAll|drop-all|rollback\S*)\s/i, D]],
  ansible: [[/\s-m (?:shell|command|raw|script)\s/, D]],
  systemctl: [
    [/\s(?:poweroff|reboot|halt|kexec|rescue|emergency|isolate|mask|disable|kill|suspend|reset-failed)\s/, D],
    [/\s(?:status|is-active|is-enabled|list-\S+|show|cat)\s/, O],
  ],
  launchctl: [
    [/\s(?:remove|bootout|unload|disable)\s/, D],
    [/\slist\s/, O],
  ],
  service: [[/\sstatus\s/, O]],
  sc: [
    [/\sdelete\s/i, D],
    [/\squery/i, O],
  ],
  kill: [
    [/\s(?:-9|-KILL|-SIGKILL|-s KILL|-s 9|-1)(?=\s)|\s-1\s/, D],
    [/\s-l\s/, O],
  ],
  crontab: [
    [/\s-[a-z]*r/, D],
    [/\s-l\s/, O],
  ],
  iptables: [
    [/\s(?:-F|-X|-Z|-P|-D|--flush|--delete\S*|--policy)(?=\s)/, D],
    [/\s(?:-L|-S|--list)/, O],
  ],
  ufw: [
    [/\s(?:reset|disable|delete|default allow)\s/, D],
    [/\sstatus\s/, O],
  ],
  nft: [
    [/\s(?:flush|delete|destroy)\s/, D],
    [/\slist\s/, O],
  ],
  ip: [
    [/\s(?:del|delete|flush)\s|\sset \S+ down\s/, D],
    [/^\s(?:-\S+ )*(?:a|addr|address|r|route|link|neigh|rule|-V)(?: show\b.*| list\b.*| get\b.*)?\s$/, O],
  ],
  zfs: [
    [/\s(?:destroy|rollback)\s/, D],
    [/\s(?:list|get)\s/, O],
  ],
  zpool: [
    [/\s(?:destroy|labelclear|remove|offline|create|export)\s/, D],
    [/\s(?:list|status|get)\s/, O],
  ],
  btrfs: [[/\s(?:delete|--repair|device remove)\s/, D]],
  mdadm: [[/\s(?:--stop|--zero-superblock|--remove|--fail|--create)/, D]],
  cryptsetup: [[/\s(?:luksFormat|luksErase|erase|reencrypt|luksKillSlot|luksRemoveKey)\s/i, D]],
  diskutil: [
    [/\s(?:erase\S*|partitionDisk|apfs delete\S*|zeroDisk|secureErase|reformat)\s/i, D],
    [/\s(?:list|info)\s/, O],
  ],
  reg: [
    [/\s(?:delete|import|restore|unload)\s/i, D],
    [/\squery\s/i, O],
  ],
  vssadmin: [[/\sdelete\s/i, D]],
  bcdedit: [[/\/(?:delete|deletevalue|set)/i, D]],
  wsl: [
    [/--unregister/, D],
    [/\s(?:-l|--list|--status)/, O],
  ],
  gpg: [
    [/--delete\S*/, D],
    [/--(?:recv-keys|send-keys|refresh-keys|keyserver)/, N],
    [/--(?:list\S*|verify|version)/, O],
  ],
  'ssh-keygen': [
    [/\s-[a-zA-Z]*R\s/, W],
    [/\s-l/, O],
  ],
  tar: [
    [/\s(?:--remove-files|-P|--absolute-names|--to-command\S*|--checkpoint-action\S*)/, D],
    [/^\s-{0,1}[a-z]*t/, O],
  ],
  unzip: [
    [/\s-[a-z]*o/, D],
    [/\s-[a-z]*l/, O],
  ],
  rmdir: [[/\s\/s(?=\s)|-recurse|--ignore-fail/i, D]],
  mv: [[/\s\/dev\/null\s|^\s(?:-\S+ )*\/\S* /, D]],
  cp: [[/^\s(?:-\S+ )*\/dev\/(?:null|zero|u?random) /, D]],
  ln: [[/\s\/(?:etc|usr|bin|sbin|lib|boot)\//, D]],
  tee: [[/\s\/(?:dev\/(?:sd|nvme|vd|hd|disk|mem)|etc|proc|sys|boot)\S*/, D]],
  sysctl: [
    [/\s(?:-w|-p|--system|\S+=\S+)(?=\s)/, W],
    [/./, O],
  ],
  hdparm: [[/--(?:security|dco|trim|make-bad|write)\S*/, D]],
  nvme: [[/\s(?:format|sanitize|write\S*)\s/, D]],
  make: [
    [/\s(?:distclean|mrproper|purge|nuke|uninstall|drop\S*|reset\S*|destroy)\s/, D],
    [/\s(?:-n|--dry-run|--version)\s/, O],
  ],
  openssl: [
    [/\ss_client\s/, N],
    [/\s(?:version|x509 .*-noout|verify)\s/, O],
  ],
  eslint: [
    [/--fix/, W],
    [/./, O],
  ],
  prettier: [
    [/\s(?:-w|--write)\s/, W],
    [/./, O],
  ],
  tsc: [[/\s(?:--noEmit|--version|-v|--showConfig)\s/, O]],
  ruff: [
    [/--fix|\sformat\s(?!.*--check)/, W],
    [/./, O],
  ],
  black: [[/--check|--diff|--version/, O]],
  adb: [
    [/\s(?:uninstall|wipe\S*|format|erase|shell .*\brm\b|reboot|root|remount)\s/, D],
    [/\s(?:devices|logcat|version)\s/, O],
  ],
  fastboot: [[/./, D]],
  history: [
    [/\s-[cdw]/, D],
    [/./, O],
  ],
  ulimit: [[/./, O]],
  hostname: [
    [/\s\S+\s$/, W],
    [/./, O],
  ],
  date: [
    [/\s(?:-s|--set)/, D],
    [/./, O],
  ],
  env: [[/./, O]],
  sort: [
    [/\s(?:-o|--output)/, W],
    [/./, O],
  ],
  nginx: [[/\s-[tTvV]\s/, O]],
  java: READS,
  dotnet: [
    [/\snuget delete|\sef database drop/, D],
    [/\s(?:restore|add|build|run|test|publish|tool|workload|nuget|new)\s/, N],
    [/\s(?:--info|--version|--list-\S+)\s/, O],
  ],
  mvn: [[/\s-v\s|--version/, O]],
  'mcp-swarm': [
    [/\s(?:recover|remove|leave|--leave|forget)\s/, D],
    [/\s(?:status|nodes|knowledge|resolve|doctor|logs|version|leader)\s/, O],
  ],
})
