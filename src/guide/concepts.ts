/*
 * What is said in several ways. Each line is one thing; what stands first is its name. Words are written as `stem`
 * leaves them, so that each form of a word is met by one entry. The lists hold words of the trade, not of any one guide.
 */

const SAME = `
auth: authentication, authenticate, authorization, login, log in, sign in, signin, sign on, sso, logon
account: user account, signup, sign up, registration, register
dark theme: dark mode, night mode, light mode, colour scheme, color scheme, light and dark, dark and light, theme switch
colour: color
container: docker, dockerize, dockerfile, containerize, docker image, oci image, container image, podman
kubernetes: k8s, kube, helm, kubectl
pod: pods
ci: continuous integration, github action, github workflow, gitlab ci, build pipeline, ci pipeline, workflow file
github: gh
push: pushes
test: spec, unit test, test suite
end to end: e2e, browser test, ui test, acceptance test
migration: schema change, schema version, database change, schema migration
schema: ddl
database: db, rdbms
rate limit: throttle, rate limiting, too many request, too often, quota, 429, limit how many request
token: jwt, json web token, bearer token
i18n: internationalize, internationalization, multilingual, localize, localization, l10n, several language, translate, translation, multiple language
background job: task queue, job queue, background task, asynchronous, asynchronously, async job, in the background, worker queue, slow work
schedule: cron, periodic, recurring, timer job
page through: paginate, pagination, paging, infinite scroll, keyset, offset, later page
cursor: cursor based
feature flag: toggle, feature toggle, flag, switch on for some, gradual, gradually, canary, percent of user, roll out, rollout
log: logger, logging, json log, structured log
metric: monitor, monitoring, instrument, telemetry, counter, observability
trace: tracing, opentelemetry, span
alert: alarm, page somebody, on call
upload: file upload, send file
presigned: presign, signed url, pre signed, straight to s3, direct upload, direct to s3
s3: s3 bucket, bucket, object storage, blob storage, minio
aws: amazon web service
rename: change the name, change name
downtime: without downtime, zero downtime, no downtime, stay online, online migration, site stay online
monorepo: workspace, several package, multi package, one repository
openapi: swagger, api description, api spec, api doc, api documentation
document: documentation, doc, describe, description
release binary: prebuilt binary, prebuilt, cross compile, cross build, for all platform, for several platform, several platform, all platform, release build
health: probe, health check, liveness, readiness, hang, healthcheck, liveness check
email: mail, smtp, newsletter
search: full text search, find text
realtime: live update, websocket, server sent event, sse
cache: caching, memoize
secret: credential, password, api key
encrypt: encryption, cipher, tls, https, ssl
backup: dump, snapshot
validate: validation, validator
form: input field
chart: graph, plot, diagram
pdf: print to file
payment: checkout, billing, invoice, pay, stripe
notification: push notification
permission: role based access, rbac, access control
upgrade: update, bump, migrate from
performance: faster, speed up, optimize, slow
deploy: deployment, ship
lint: eslint, linter
format: prettier, formatter
dependency: library, npm package
error handling: exception handling, error boundary
retry: backoff, try again
webhook: callback url
graphql: gql
crud: create read update delete
frontend: front end, client side, web client, ui, interface, user interface, web ui
backend: back end, server side, server, service, api, http api, rest api
endpoint: route, api route, rest endpoint, rest route, url path
cli: command line, terminal program, verb
production: prod, live system
website: web app, site, web page, web application
repository: repo, codebase
browser: chrome, firefox, safari, webkit
`

/** Of each group a project uses one: who has another is asking about something else. */
const RIVALS = `
react | vue | svelte | angular | solid | ember | preact | lit
express | fastify | koa | hapi | nest | hono
django | flask | fastapi | starlette | tornado
rail | sinatra
spring | quarkus | micronaut
laravel | symfony
node typescript javascript deno bun | python | go | rust | java kotlin scala | ruby | php | csharp dotnet | elixir | c cplusplus | swift | cobol | lua
postgresql | mysql | sqlite | mongodb | oracle | sqlserver
jest | vitest | mocha
pytest | unittest
playwright | cypress | selenium
pnpm | yarn
npm | pip poetry uv | cargo | maven gradle | composer | bundler
github | gitlab | bitbucket
aws | gcp | azure
kubernetes | nomad
prometheus | datadog | graphite
celery | rq
pino | winston | bunyan
zod | joi | yup
linux ubuntu debian fedora | mswindows | macos
android | ios
docker | lxc
`

/** Spellings of one technology. */
const SPELT: Readonly<Record<string, string>> = {
  nodejs: 'node',
  ts: 'typescript',
  js: 'javascript',
  ecmascript: 'javascript',
  reactjs: 'react',
  vuejs: 'vue',
  golang: 'go',
  postgres: 'postgresql',
  psql: 'postgresql',
  pg: 'postgresql',
  py: 'python',
  python3: 'python',
  expressjs: 'express',
  nestjs: 'nest',
  nextjs: 'next',
  rails: 'rail',
  windows: 'mswindows',
  mac: 'macos',
  osx: 'macos',
  mongo: 'mongodb',
  mariadb: 'mysql',
  sveltekit: 'svelte',
  springboot: 'spring',
}

/** What the sentence is made of, and says nothing of what is wanted. */
const STOP =
  'a an and are as at be been being but by can could do does doing done for from has have having how i if in into is it its let like me my need of off on once one only onto or our out over please should show so some somebody someone something such than that the their them then there these they thing this those to too up use used user using via want wants was we when where which while who will with within without would you your yourself people everybody everyone each every any all no not new own same just also now whenever way possible may many between behind beside before after first last later often soon doesn don isn aren won didn couldn ll ve re get gets getting have help make makes made making write put turn set setup give own whether instead'.split(
    ' ',
  )
/** What is done, rather than to what: it tells little, except what is the contrary. */
const DEEDS =
  'add build create implement introduce install configure enable support integrate develop provide start begin run generate publish expose call handle manage keep track work move switch convert change serve send automatically automatic own'.split(
    ' ',
  )
/** Every project has them. */
const COMMON =
  'app application project program tool code file page website web frontend backend feature function system module component button screen data value item list table row column client request name platform repository team company product version simple basic big large small several multiple many few different custom good best public private external internal time live production development local'.split(
    ' ',
  )

/** Verbs that undo what others do. */
const AGAINST = 'remove delete drop disable uninstall deactivate stop revert rid undo'.split(' ')

export const stop: ReadonlySet<string> = new Set(STOP)
export const deeds: ReadonlySet<string> = new Set(DEEDS)
export const common: ReadonlySet<string> = new Set(COMMON)
export const against: ReadonlySet<string> = new Set(AGAINST)
export const spelt: ReadonlyMap<string, string> = new Map(Object.entries(SPELT))

/** Phrases, words joined by a space, with the name of what they stand for. */
export function phrases(stem: (word: string) => string): ReadonlyMap<string, string> {
  const all = new Map<string, string>()
  for (const line of SAME.trim().split('\n')) {
    const [name = '', rest = ''] = line.split(': ')
    for (const phrase of [name, ...rest.split(', ')]) {
      const key = phrase
        .split(' ')
        .map((word) => stem(word))
        .join(' ')
      if (key !== '' && !all.has(key)) all.set(key, name)
    }
  }
  return all
}

/** Of each technology: its group, and its place in the group, which those share that go together. */
export function rivals(): ReadonlyMap<string, readonly { readonly group: number; readonly side: number }[]> {
  const all = new Map<string, { group: number; side: number }[]>()
  for (const [group, line] of RIVALS.trim().split('\n').entries())
    for (const [side, names] of line.split(' | ').entries())
      for (const name of names.split(' ')) all.set(name, [...(all.get(name) ?? []), { group, side }])
  return all
}
