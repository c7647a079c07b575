import type { Random } from '../../src/base/index.ts'

/*
 * Secrets as services hand them out, made by a seeded generator: none of them is or was real, and none stands in a file.
 */

const UPPER = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'
const LOWER = 'abcdefghijklmnopqrstuvwxyz'
const DIGIT = '0123456789'
const HEX = `${DIGIT}abcdef`
const ALNUM = UPPER + LOWER + DIGIT
const BASE32 = `${UPPER}234567`
const URL64 = `${ALNUM}-_`
const BASE64 = `${ALNUM}+/`

type Make = (random: Random) => string

export interface Kind {
  /** What programs call it. */
  readonly name: string
  readonly make: Make
  /** It has no form of its own: only its name tells. */
  readonly nameless?: true
  /** It is a line or a block of its own, and stands in no other context. */
  readonly block?: true
}

const some =
  (alphabet: string, length: number): Make =>
  (random) =>
    Array.from({ length }, () => alphabet[random.below(alphabet.length)]).join('')
/** Glued: the parts of a form never stand together in this file. */
const form =
  (...parts: readonly (string | Make)[]): Make =>
  (random) =>
    parts.map((part) => (typeof part === 'string' ? part : part(random))).join('')
const wordy: Make = form(some(LOWER, 6), some(DIGIT, 2), some(UPPER, 3), '!', some(LOWER, 4))
const pem = (label: string): Make =>
  form(
    `-----BEGIN ${label}-----\n`,
    (random) => Array.from({ length: 12 }, () => some(BASE64, 64)(random)).join('\n'),
    `\n-----END ${label}-----`,
  )

export const KINDS: Readonly<Record<string, Kind>> = {
  'github personal': { name: 'GITHUB_TOKEN', make: form('gh', 'p_', some(ALNUM, 36)) },
  'github app': { name: 'GH_TOKEN', make: form('gh', 's_', some(ALNUM, 36)) },
  'github fine-grained': {
    name: 'GITHUB_TOKEN',
    make: form('github', '_pat_', some(ALNUM, 22), '_', some(ALNUM, 59)),
  },
  gitlab: { name: 'CI_JOB_TOKEN', make: form('gl', 'pat-', some(URL64, 20)) },
  'gitlab runner': { name: 'RUNNER_TOKEN', make: form('gl', 'rt-', some(URL64, 20)) },
  npm: { name: 'NPM_TOKEN', make: form('np', 'm_', some(ALNUM, 36)) },
  pypi: { name: 'TWINE_PASSWORD', make: form('py', 'pi-AgEIcHlwaS5vcmc', some(URL64, 80)) },
  rubygems: { name: 'GEM_HOST_API_KEY', make: form('rubygems', '_', some(HEX, 48)) },
  'docker hub': { name: 'DOCKER_PASSWORD', make: form('dckr', '_pat_', some(URL64, 27)) },
  openai: { name: 'OPENAI_API_KEY', make: form('sk', '-proj-', some(URL64, 74)) },
  anthropic: { name: 'ANTHROPIC_API_KEY', make: form('sk', '-ant-api03-', some(URL64, 93), 'AA') },
  huggingface: { name: 'HF_TOKEN', make: form('h', 'f_', some(UPPER + LOWER, 34)) },
  groq: { name: 'GROQ_API_KEY', make: form('gs', 'k_', some(ALNUM, 52)) },
  replicate: { name: 'REPLICATE_API_TOKEN', make: form('r', '8_', some(ALNUM, 37)) },
  perplexity: { name: 'PPLX_API_KEY', make: form('ppl', 'x-', some(ALNUM, 48)) },
  'aws access key': { name: 'AWS_ACCESS_KEY_ID', make: form('AK', 'IA', some(BASE32, 16)) },
  'aws temporary key': { name: 'AWS_ACCESS_KEY_ID', make: form('AS', 'IA', some(BASE32, 16)) },
  'aws secret': { name: 'AWS_SECRET_ACCESS_KEY', make: some(BASE64, 40), nameless: true },
  'aws session': { name: 'AWS_SESSION_TOKEN', make: some(BASE64, 200), nameless: true },
  'google api': { name: 'GOOGLE_API_KEY', make: form('AI', 'za', some(URL64, 35)) },
  'google oauth': { name: 'GOOGLE_OAUTH_TOKEN', make: form('ya', '29.', some(URL64, 120)) },
  'google client': { name: 'CLIENT_SECRET', make: form('GOC', 'SPX-', some(URL64, 28)) },
  'azure storage': { name: 'AccountKey', make: form(some(BASE64, 86), '=='), nameless: true },
  'azure client': { name: 'AZURE_CLIENT_SECRET', make: form(some(ALNUM, 3), '8Q~', some(ALNUM, 34)) },
  'digitalocean token': { name: 'DO_TOKEN', make: form('do', 'p_v1_', some(HEX, 64)) },
  heroku: { name: 'HEROKU_API_KEY', make: form('HRKU', '-AA', some(ALNUM, 58)) },
  'fly.io': { name: 'FLY_API_TOKEN', make: form('fo', '1_', some(ALNUM, 43)) },
  'cloudflare ca': { name: 'CF_ORIGIN_CA', make: form('v1', '.0-', some(HEX, 24), '-', some(HEX, 146)) },
  'slack bot': {
    name: 'SLACK_BOT_TOKEN',
    make: form('xo', 'xb-', some(DIGIT, 12), '-', some(DIGIT, 12), '-', some(ALNUM, 24)),
  },
  'slack app': {
    name: 'SLACK_APP_TOKEN',
    make: form('xap', 'p-1-', some(UPPER, 10), '-', some(DIGIT, 13), '-', some(HEX, 64)),
  },
  'slack webhook': {
    name: 'SLACK_WEBHOOK',
    make: form('https://hooks.slack', '.com/services/T', some(UPPER, 8), '/B', some(UPPER, 8), '/', some(ALNUM, 24)),
  },
  'discord webhook': {
    name: 'DISCORD_WEBHOOK',
    make: form('https://discord', '.com/api/webhooks/', some(DIGIT, 18), '/', some(URL64, 68)),
  },
  'telegram bot': { name: 'TELEGRAM_TOKEN', make: form(some('123456789', 10), ':A', 'A', some(URL64, 33)) },
  'stripe live': { name: 'STRIPE_KEY', make: form('sk', '_live_', some(ALNUM, 24)) },
  'stripe restricted': { name: 'STRIPE_KEY', make: form('rk', '_live_', some(ALNUM, 24)) },
  'stripe webhook': { name: 'STRIPE_SIGNING', make: form('whs', 'ec_', some(ALNUM, 32)) },
  square: { name: 'SQUARE_ACCESS_TOKEN', make: form('sq', '0atp-', some(URL64, 22)) },
  shopify: { name: 'SHOPIFY_TOKEN', make: form('shp', 'at_', some(HEX, 32)) },
  sendgrid: { name: 'SENDGRID_API_KEY', make: form('S', 'G.', some(URL64, 22), '.', some(URL64, 43)) },
  mailgun: { name: 'MAILGUN_API_KEY', make: form('ke', 'y-', some(HEX, 32)) },
  brevo: { name: 'BREVO_KEY', make: form('xkey', 'sib-', some(HEX, 64), '-', some(LOWER + DIGIT, 16)) },
  twilio: { name: 'TWILIO_API_KEY', make: form('S', 'K', some(HEX, 32)) },
  postman: { name: 'POSTMAN_KEY', make: form('PM', 'AK-', some(HEX, 24), '-', some(HEX, 34)) },
  linear: { name: 'LINEAR_KEY', make: form('lin', '_api_', some(ALNUM, 40)) },
  notion: { name: 'NOTION_KEY', make: form('nt', 'n_', some(DIGIT, 11), some(ALNUM, 35)) },
  atlassian: { name: 'JIRA_API_TOKEN', make: form('ATA', 'TT3', some(URL64, 186)) },
  grafana: { name: 'GRAFANA_TOKEN', make: form('gl', 'sa_', some(ALNUM, 32), '_', some(HEX, 8)) },
  sentry: { name: 'SENTRY_AUTH_TOKEN', make: form('sntr', 'ys_', some(BASE64, 120)) },
  'sentry user': { name: 'SENTRY_AUTH_TOKEN', make: form('sntr', 'yu_', some(HEX, 64)) },
  databricks: { name: 'DATABRICKS_TOKEN', make: form('da', 'pi', some(HEX, 32)) },
  vault: { name: 'VAULT_TOKEN', make: form('hv', 's.', some(URL64, 90)) },
  'terraform cloud': { name: 'TF_TOKEN', make: form(some(ALNUM, 14), '.atlas', 'v1.', some(URL64, 64)) },
  pulumi: { name: 'PULUMI_ACCESS_TOKEN', make: form('pu', 'l-', some(HEX, 40)) },
  doppler: { name: 'DOPPLER_TOKEN', make: form('dp', '.pt.', some(ALNUM, 43)) },
  tailscale: { name: 'TS_AUTHKEY', make: form('tsk', 'ey-auth-', some(ALNUM, 12), '-', some(ALNUM, 32)) },
  planetscale: { name: 'PSCALE_TOKEN', make: form('pscale', '_tkn_', some(ALNUM, 43)) },
  age: { name: 'AGE_KEY', make: form('AGE-SECRET', '-KEY-1', some('QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L', 58)) },
  'docker swarm': {
    name: 'JOIN',
    make: form('SWM', 'TKN-1-', some(LOWER + DIGIT, 50), '-', some(LOWER + DIGIT, 25)),
  },
  'mcp-swarm': { name: 'MCP_SWARM_TOKEN', make: form('mcp', 'st_', some(URL64, 48)) },
  jwt: {
    name: 'ID_TOKEN',
    make: form('ey', 'J', some(URL64, 33), '.ey', 'J', some(URL64, 70), '.', some(URL64, 43)),
  },
  'password hash': { name: 'ADMIN', make: form('$2', 'b$12$', some(`${ALNUM}./`, 53)) },
  password: { name: 'DB_PASSWORD', make: wordy, nameless: true },
  'api key': { name: 'apiKey', make: some(HEX, 32), nameless: true },
  'client secret': { name: 'client_secret', make: some(URL64, 40), nameless: true },
  'signing key': { name: 'SIGNING_KEY', make: some(BASE64, 44), nameless: true },
  'rsa key': { name: 'key', make: pem(['RSA', 'PRIVATE', 'KEY'].join(' ')), block: true },
  'ec key': { name: 'key', make: pem(['EC', 'PRIVATE', 'KEY'].join(' ')), block: true },
  'openssh key': { name: 'key', make: pem(['OPENSSH', 'PRIVATE', 'KEY'].join(' ')), block: true },
  'pkcs8 key': { name: 'key', make: pem(['PRIVATE', 'KEY'].join(' ')), block: true },
  'pgp key': { name: 'key', make: pem(['PGP', 'PRIVATE', 'KEY', 'BLOCK'].join(' ')), block: true },
}

type Context = (name: string, value: string) => string

/** Those in which the name stands beside the value. */
const NAMED: Readonly<Record<string, Context>> = {
  'env line': (name, value) => `${name}=${value} npm start`,
  'dotenv quoted': (name, value) => `${name}="${value}"`,
  'shell export': (name, value) => `$ export ${name}='${value}'`,
  json: (name, value) => `  {"user": "shop", "${name}": "${value}", "retries": 3}`,
  'json in a log': (name, value) => JSON.stringify({ level: 'error', msg: 'config', config: { [name]: value } }),
  yaml: (name, value) => `    ${name}: ${value}\n    replicas: 2`,
  toml: (name, value) => `${name} = "${value}"`,
  dockerfile: (name, value) => `Step 4/9 : ENV ${name}=${value}\n ---> Running in 0f6c2d`,
  diff: (name, value) => `-  ${name}: process.env.${name},\n+  ${name}: "${value}",`,
  query: (name, value) => `GET https://api.example.com/v1/items?page=2&${name}=${encodeURIComponent(value)} 401`,
  'python dict': (name, value) => `KeyError: 'x' in {'${name}': '${value}', 'n': 1}`,
  properties: (name, value) => `app.${name} = ${value}`,
  object: (name, value) => `  config: { ${name}: '${value}', port: 5432 }`,
}
/** Those in which only its form tells. */
const BARE: Readonly<Record<string, Context>> = {
  'log line': (_, value) => `2026-11-19T10:00:00Z WARN auth: rejected ${value} from client 7`,
  'stack trace': (_, value) => `Error: bad credentials (${value})\n    at login (src/auth.ts:12:9)`,
  path: (_, value) => `cannot read '/run/secrets/${value}': No such file`,
  list: (_, value) => `expected one of [${value}, other]`,
  coloured: (_, value) => `\u001b[31m${value}\u001b[39m is not valid`,
  'end of line': (_, value) => `the server said: ${value}`,
  sentence: (_, value) => `I used ${value}. It failed.`,
  xml: (_, value) => `<value>${value}</value>`,
}
const BOTH: Readonly<Record<string, Context>> = {
  bearer: (_, value) => `> Authorization: Bearer ${value}`,
  'flag with a space': (_, value) => `$ deploy --token ${value} --region eu`,
  'flag with =': (_, value) => `$ deploy --api-key=${value} --verbose`,
  header: (_, value) => `curl -H "X-Api-Key: ${value}" https://api.example.com/`,
  'url user': (_, value) =>
    `fatal: unable to access 'https://ci:${encodeURIComponent(value)}@git.example.com/a.git/'`,
}
const BLOCK: Readonly<Record<string, Context>> = {
  'between lines': (_, value) => `loaded:\n${value}\ndone`,
  'in json': (name, value) => JSON.stringify({ [name]: value, kind: 'service' }),
  'in yaml': (name, value) => `${name}: |\n${value.replaceAll(/^/gm, '  ')}\nport: 1`,
}

export interface Planted {
  readonly kind: string
  readonly context: string
  readonly text: string
  readonly value: string
}

/** `each` texts per kind and context. */
export function plant(random: Random, each: number): readonly Planted[] {
  return Object.entries(KINDS).flatMap(([kind, { block, make, name, nameless }]) => {
    const contexts = block ? BLOCK : nameless ? { ...NAMED, ...BOTH } : { ...NAMED, ...BOTH, ...BARE }
    return Object.entries(contexts).flatMap(([context, write]) =>
      Array.from({ length: each }, () => {
        const value = make(random)
        return { kind, context, value, text: write(name, value) }
      }),
    )
  })
}

/** True when a piece of the secret long enough to be of use still stands in the text. */
export function isShown({ value }: Planted, text: string): boolean {
  const secret = value.replaceAll(/-----[A-Z ]+-----|^https:\/\/[a-z.]+\/(?:services|api\/webhooks)\//g, '').trim()
  const piece = Math.min(12, Math.ceil(secret.length * 0.6))
  for (let at = 0; at + piece <= secret.length; at++) if (text.includes(secret.slice(at, at + piece))) return true
  return false
}
