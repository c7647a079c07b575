import { HOSTS } from './hosts.ts'
import { put, type Secret } from './secret.ts'

const token = (hints: readonly string[], source: string): Secret => ({
  kind: 'token',
  hints,
  pattern: new RegExp(`(?<![A-Za-z0-9_-])(?:${source})(?![A-Za-z0-9_-])`, 'g'),
  replace: put('<token>'),
})

/** Names whose value is a secret, in assignments, JSON, headers, flags and query strings. */
const SECRET_NAME =
  '[\\w.-]{0,60}?(?:passw(?:or)?d|passwd|passphrase|pwd|secret|token|api[_-]?key|apikey|access[_-]?key|private[_-]?key|auth[_-]?key|encryption[_-]?key|signing[_-]?key|client[_-]?(?:secret|key[_-]?data)|account[_-]?key|shared[_-]?(?:access[_-]?)?key|pre[_-]?shared[_-]?key|psk|master[_-]?key|webhook[_-]?key|signature|credential|session[_-]?id|sessionid|_auth)s?'
/** Values that stand where a secret would, and say something a fix needs. */
const HARMLESS =
  /^(?:<[\w -]*>|\*+|x{3,}|null|none|undefined|true|false|nil|""|''|\$\{?[\w.]+\}?|%\w+%|process\.env\.\w+|os\.environ.*|string|str|number|invalid|expired|missing|required|empty|not|is|was|seems|must|could|cannot|has|in|for|to|of|and|or|the|that|here|at|with)$/i

const unless = (value: string | undefined, hit: string, instead: string): string =>
  value === undefined || value.length < 3 || HARMLESS.test(value) ? hit : instead

export const SECRETS: readonly Secret[] = [
  {
    kind: 'private-key',
    hints: ['PRIVATE KEY'],
    pattern:
      /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----(?:[^-]|-(?!----)){0,20000}(?:-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----|)/g,
    replace: put('<private-key>'),
  },
  {
    kind: 'url-credentials',
    hints: ['://'],
    pattern:
      /(?<scheme>\b[a-zA-Z][a-zA-Z0-9+.-]{1,20}:\/\/)(?<user>[^\s:/@'"<>]{0,200})(?::(?<pass>[^\s/@'"<>]{0,2000}))?@/g,
    replace: (hit, { scheme = '', user, pass }) =>
      pass === undefined && /^(?:git|hg|ssh|root|admin|)$/.test(user ?? '') ? hit : `${scheme}<credentials>@`,
  },
  // A URL that was redacted stays as it is.
  {
    kind: 'jwt',
    hints: ['eyJ'],
    pattern: /\beyJ[\w-]{8,4000}\.[\w-]{2,8000}(?:\.[\w-]{0,2000}){0,3}/g,
    replace: put('<jwt>'),
  },
  { kind: 'bot-token', hints: [':AA'], pattern: /\b\d{8,10}:AA[\w-]{30,40}\b/g, replace: put('<token>') },
  {
    kind: 'token',
    hints: ['Q~'],
    pattern: /(?<![\w~.-])[\w~.]{3}\dQ~[\w~.-]{30,33}[\w~-]/g,
    replace: put('<token>'),
  },
  {
    kind: 'authorization',
    hints: ['earer ', 'asic ', 'uthorization', 'oken ', 'EARER ', 'UTHORIZATION'],
    pattern: /\b(?<scheme>Bearer|Basic|Digest|Token) {1,4}(?<value>[A-Za-z0-9._~+/=-]{8,4000})/gi,
    replace: (hit, { scheme = '', value }) =>
      /\d|[A-Z].*[a-z].*[A-Z]|=$/.test(value ?? '') && !HARMLESS.test(value ?? '') ? `${scheme} <secret>` : hit,
  },
  token(['gh', 'github_pat'], 'gh[pousr]_[A-Za-z0-9]{20,255}|github_pat_[A-Za-z0-9_]{20,255}'),
  token(['glpat', 'gldt', 'glrt'], 'gl(?:pat|dt|rt|ptt|cbt)-[A-Za-z0-9_-]{16,255}'),
  token(['mcpst_', 'SWMTKN-'], 'mcpst_[A-Za-z0-9_-]{20,100}|SWMTKN-1-[a-z0-9-]{40,120}'),
  token(['npm_'], 'npm_[A-Za-z0-9]{30,60}'),
  token(['pypi-'], 'pypi-[A-Za-z0-9_-]{40,400}'),
  token(
    ['sk-', 'sk_', 'rk_', 'pk_', 'whsec_'],
    'sk-(?:ant-|proj-|svcacct-|or-)?[A-Za-z0-9_-]{16,400}|(?:sk|rk|pk)_(?:live|test)_[A-Za-z0-9]{10,200}|whsec_[A-Za-z0-9+/=]{16,200}',
  ),
  token(['AKIA', 'ASIA', 'ABIA', 'ACCA', 'AROA', 'AIDA'], '(?:AKIA|ASIA|ABIA|ACCA|AROA|AIDA)[A-Z0-9]{16}'),
  token(
    ['AIza', 'ya29.', 'GOCSPX-'],
    'AIza[A-Za-z0-9_-]{30,45}|ya29\\.[A-Za-z0-9_-]{20,400}|GOCSPX-[A-Za-z0-9_-]{20,60}',
  ),
  token(['xox', 'xapp-'], 'xox[abeoprs]-[A-Za-z0-9-]{10,300}|xapp-[A-Za-z0-9-]{10,300}'),
  token(['hooks.slack.com'], 'hooks\\.slack\\.com/(?:services|workflows)/[A-Za-z0-9/_-]{10,200}'),
  {
    kind: 'token',
    hints: ['/api/webhooks/', '.webhook.office.com/'],
    pattern:
      /(?<=discord(?:app)?\.com\/api\/webhooks\/)\d{10,25}\/[\w-]{30,120}|(?<=\.webhook\.office\.com\/)[\w@/-]{30,300}/g,
    replace: put('<token>'),
  },
  token(['SG.'], 'SG\\.[A-Za-z0-9_-]{16,64}\\.[A-Za-z0-9_-]{16,128}'),
  token(
    [
      'hf_',
      'gsk_',
      'r8_',
      'xai-',
      'pplx-',
      'dop_v1_',
      'shp',
      'dckr_pat_',
      'figd_',
      'lin_api_',
      'nvapi-',
      'ATATT',
      'hvs.',
      'tskey-',
      'sntrys_',
      'key-',
      'phc_',
      'phx_',
      'PMAK-',
      'EAA',
      'glsa_',
    ],
    [
      'hf_[A-Za-z0-9]{20,100}',
      'gsk_[A-Za-z0-9]{20,100}',
      'r8_[A-Za-z0-9]{20,100}',
      'xai-[A-Za-z0-9]{20,200}',
      'pplx-[A-Za-z0-9]{20,100}',
      'dop_v1_[a-f0-9]{40,100}',
      'shp(?:at|ca|pa|ss)_[a-fA-F0-9]{20,64}',
      'dckr_pat_[A-Za-z0-9_-]{16,100}',
      'figd_[A-Za-z0-9_-]{20,100}',
      'lin_api_[A-Za-z0-9]{20,100}',
      'nvapi-[A-Za-z0-9_-]{20,120}',
      'ATATT[A-Za-z0-9_=-]{20,300}',
      'hvs\\.[A-Za-z0-9_-]{20,200}',
      'tskey-[a-z]{2,20}-[A-Za-z0-9-]{10,100}',
      'sntrys_[A-Za-z0-9_=+/]{20,400}',
      'key-[0-9a-f]{32}',
      'ph[cx]_[A-Za-z0-9]{30,60}',
      'PMAK-[a-f0-9-]{30,80}',
      'EAA[A-Za-z0-9]{40,300}',
      'glsa_[A-Za-z0-9_]{20,100}',
    ].join('|'),
  ),
  {
    kind: 'cookie',
    hints: ['ookie:', 'OOKIE:'],
    pattern: /\b(?<name>(?:Set-)?Cookie: {1,2})(?!<)(?=[^\r\n\s=;]{1,200}=)[^\r\n]{3,4000}/gi,
    replace: (_hit, { name = '' }) => `${name}<secret>`,
  },
  {
    kind: 'secret',
    hints: [],
    pattern: new RegExp(
      `(?<![\\w-])(?<name>["']?${SECRET_NAME}["']?)(?<between>\\s{0,3}(?:=>|:=|[=:])\\s{0,3})(?:"(?<double>[^"\\n]{1,4000})"|'(?<single>[^'\\n]{1,4000})'|(?<bare>[^\\s"',;&)}\\]]{1,4000}))`,
      'gi',
    ),
    replace: (hit, { name = '', between = '', double, single, bare }) => {
      const value = double ?? single ?? bare
      // "SyntaxError: Unexpected token: }" and "token: invalid" talk about a token, they do not show one.
      if (bare !== undefined && between.includes(':') && !/\d|[A-Z].*[a-z]|.{16}/.test(bare)) return hit
      const mark = double === undefined ? (single === undefined ? '' : "'") : '"'
      return unless(value, hit, `${name}${between}${mark}<secret>${mark}`)
    },
  },
  {
    kind: 'secret',
    hints: ['$2', '$5$', '$6$', '$y$', '$argon2', '{SSHA}'],
    // Hashes of passwords: they can be guessed at leisure.
    pattern:
      /\$2[abxy]\$\d\d\$[./A-Za-z0-9]{53}|\$(?:5|6|y)\$[./A-Za-z0-9=$]{20,160}|\$argon2(?:id|i|d)\$[\w=,$+/]{30,300}|\{SSHA\}[A-Za-z0-9+/=]{20,80}/g,
    replace: put('<secret>'),
  },
  {
    kind: 'curl-user',
    hints: ['-u ', '--user ', '--user=', '-U '],
    pattern:
      /(?<flag>(?<![\w-])(?:-[uU] {0,3}|--(?:proxy-)?user[ =]))(?<user>["']?[^\s:'"<]{1,100}):(?<pass>[^\s'"]{3,200})/g,
    // docker run -u 1000:1000, chown's owner:group, a tag or port are no passwords.
    replace: (hit, { flag = '', user = '', pass = '' }) =>
      /^\d{1,6}$|^\$|^</.test(pass) || pass === user.replace(/^["']/, '') ? hit : `${flag}${user}:<secret>`,
  },
  {
    kind: 'flag',
    hints: ['sshpass', 'mysql', 'mariadb', 'mongo', 'docker login', 'redis-cli', 'machine '],
    pattern:
      /(?<flag>\bsshpass -p ?|\b(?:mysql|mariadb)(?:dump|admin)?\b[^\n|;]{0,120}? -p|\bdocker login\b[^\n|;]{0,120}? -p |\bmongo(?:sh|dump|restore)?\b[^\n|;]{0,120}? -p |\bredis-cli\b[^\n|;]{0,120}? -a |\bmachine \S{1,200}\s{1,3}login \S{1,200}\s{1,3}password )(?<value>["']?[^\s'"<-][^\s'"]{2,200})/g,
    replace: (hit, { flag = '', value }) => unless(value, hit, `${flag}<secret>`),
  },
  {
    kind: 'flag',
    hints: ['--'],
    pattern:
      /(?<flag>--(?:[a-z]{1,20}-){0,3}(?:password|passwd|pass|passphrase|token|secret|api-?key|access-key|secret-key|private-key|auth-token|access-token)(?: |=)["']?)(?<value>[^\s'"<-][^\s'"]{2,400})/g,
    replace: (hit, { flag = '', value }) => unless(value, hit, `${flag}<secret>`),
  },
  {
    kind: 'aws-secret',
    hints: ['aws', 'AWS'],
    pattern: /(?<name>aws.{0,30}?["'\s:=]{1,6})(?<value>[A-Za-z0-9/+]{40})(?![A-Za-z0-9/+=])/gi,
    replace: (_hit, { name = '' }) => `${name}<secret>`,
  },
  {
    kind: 'email',
    hints: ['@'],
    pattern: /(?<![\w.+/:@-])[\w.+-]{1,64}@(?!\d)(?:[A-Za-z0-9-]{1,63}\.){1,6}[A-Za-z]{2,24}(?![\w-]|:[\w~/])/g,
    // git@host is an account of everybody; name@2x.png is a file.
    replace: (hit) =>
      /^git@|\.(?:js|ts|json|png|jpe?g|svg|py|so|service|socket|target|mount)$/.test(hit) ? hit : '<email>',
  },
  {
    kind: 'home',
    hints: ['/home/', '/Users/', '/root', '/var/home/', '/export/home/'],
    // Only at the start of a path: a project may hold a folder of that name further down.
    pattern:
      /(?<![\w.~-])(?<![\w.~-]\/)(?:\/(?:var\/|export\/)?home\/[^\s/:'"`<>()[\]{},;|]{1,80}|\/Users\/(?!Shared\b)[^\s/:'"`<>()[\]{},;|]{1,80}|\/root(?=[/\s:'"`),;]|$))/g,
    replace: put('~'),
  },
  {
    kind: 'home',
    hints: ['Users\\', 'Users/', 'USERS\\'],
    pattern:
      /(?:\\\\\?\\)?\b[A-Za-z]:(?:\\{1,2}|\/)Users(?:\\{1,2}|\/)(?!Public\b|Default\b)[^\s\\/:'"`<>()|]{1,80}/gi,
    replace: put('~'),
  },
  ...HOSTS,
]
