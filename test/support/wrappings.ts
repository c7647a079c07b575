import { stripVTControlCharacters } from 'node:util'

/** What stands around an error when it reaches us: each keeps the error and changes everything about its lines. */
export type Wrapping = (text: string) => string
type Line = (line: string, at: number) => string

const each =
  (wrap: Line): Wrapping =>
  (text) =>
    text.trimEnd().split('\n').map(wrap).join('\n')
const around =
  (before: string, after: string): Wrapping =>
  (text) =>
    `${before}${text.trimEnd()}\n${after}`
const both =
  (inner: Wrapping, outer: Wrapping): Wrapping =>
  (text) =>
    outer(inner(text))
const two = (at: number): string => String(at % 60).padStart(2, '0')
const quoted = (line: string): string => JSON.stringify(line)
/** TeamCity's own escapes. */
const teamcity = (line: string): string =>
  line
    .replaceAll(/['|[\]]/g, '|$&')
    .replaceAll('\r', '|r')
    .replaceAll(/[^\x20-\x7e]/g, (hit) => `|0x${hit.charCodeAt(0).toString(16).padStart(4, '0')}`)

/** The rows of the table that every one of them must keep 99.5 % of real errors. */
const collectors: Readonly<Record<string, Wrapping>> = {
  'carriage returns': each((line) => `${line}\r`),
  colour: each((line) => `\u001b[31m${line}\u001b[39m`),
  fence: around('```console\n', '```\n'),
  compose: each((line) => `api-1  | ${line}`),
  actions: each((line, at) => `2026-11-19T02:00:${two(at)}.1234567Z ${line}`),
  k8s: each((line) => `2026-02-10T04:39:25.091827375Z stderr F ${line}`),
  journal: each((line) => `Nov 13 15:50:10 prod-15 etl[88217]: ${line}`),
  turbo: each((line) => `web:build: ${line}`),
  pnpm: each((line) => `packages/web build: ${line}`),
  buildkit: each((line) => `#12 0.310 ${line}`),
  lerna: each((line) => `[web] ${line}`),
  indentation: each((line) => `    ${line}`),
  quotation: each((line) => `> ${line}`),
  logger: each((line) => `2026-01-02 03:04:05,123 ERROR ${line}`),
  pino: each((line) => JSON.stringify({ level: 50, time: 1, msg: line })),
}

const services: Readonly<Record<string, Wrapping>> = {
  'gh run view': each((line, at) => `build (20)\tRun npm test\t2026-11-19T02:00:${two(at)}.1234567Z ${line}`),
  'gitlab sections': around(
    'section_start:1763517600:step_script\r\u001b[0K\u001b[0K\u001b[36;1mExecuting "step_script" stage of the job script\u001b[0;m\n$ ./build.sh\n',
    'section_end:1763517600:step_script\r\u001b[0K\u001b[31;1mERROR: Job failed: exit code 1\n\u001b[0;m',
  ),
  'gitlab stamps': each((line, at) => `2026-11-19T02:00:${two(at)}.123456Z 01E ${line}`),
  'jenkins stage': each((line) => `[Unit tests] ${line}`),
  'jenkins stamps': each((line, at) => `[2026-11-19T02:00:${two(at)}.123Z] ${line}`),
  'jenkins end': around(
    'Started by user admin\nRunning on agent-3 in /var/jenkins/workspace/shop\n[Pipeline] sh\n+ ./build.sh\n',
    '[Pipeline] }\n[Pipeline] // stage\n[Pipeline] End of Pipeline\nERROR: script returned exit code 1\nFinished: FAILURE\n',
  ),
  circleci: around(
    '#!/bin/bash -eo pipefail\n./build.sh\n',
    '\nExited with code exit status 1\n\nCircleCI received exit code 1\n',
  ),
  'azure errors': each((line, at) => `2026-11-19T02:00:${two(at)}.1234567Z ##[error]${line}`),
  'azure end': around(
    '##[section]Starting: CmdLine\n==============================================================================\nTask         : Command line\n==============================================================================\nGenerating script.\n========================== Starting Command Output ===========================\n',
    "##[error]Bash exited with code '1'.\n##[section]Finishing: CmdLine\n",
  ),
  'teamcity messages': each((line) => `##teamcity[message text='${teamcity(line)}' status='ERROR']`),
  'teamcity log': each((line, at) => `[02:00:${two(at)}]E:\t [Step 2/3] ${line}`),
  bazel: around(
    "INFO: Analyzed target //shop:app (12 packages loaded, 40 targets configured).\nERROR: /srv/shop/BUILD:3:10: Compiling cart.c failed: (Exit 1): gcc failed: error executing command /usr/bin/gcc -U_FORTIFY_SOURCE -fstack-protector '-std=c++0x' ... (remaining 17 arguments skipped)\n\nUse --sandbox_debug to see verbose messages from the sandbox\n",
    'Target //shop:app failed to build\nUse --verbose_failures to see the command lines of failed build steps.\nINFO: Elapsed time: 0.412s, Critical Path: 0.12s\nINFO: 2 processes: 2 internal.\nFAILED: Build did NOT complete successfully\n',
  ),
  nx: around(
    '\n> nx run web:build\n\n',
    '\n———————————————————————————————————————————————\n\n NX   Running target build for project web failed\n\nFailed tasks:\n\n- web:build\n\nHint: run the command with --verbose for more details.\n',
  ),
  gradle: around(
    '> Task :app:generate UP-TO-DATE\n> Task :app:check FAILED\n',
    "\nFAILURE: Build failed with an exception.\n\n* What went wrong:\nExecution failed for task ':app:check'.\n> Process 'command './check.sh'' finished with non-zero exit value 1\n\n* Try:\n> Run with --stacktrace option to get the stack trace.\n\nBUILD FAILED in 3s\n2 actionable tasks: 1 executed, 1 up-to-date\n",
  ),
  make: around(
    "make[1]: Entering directory '/srv/shop/core'\n",
    "make[1]: *** [Makefile:12: all] Error 1\nmake[1]: Leaving directory '/srv/shop/core'\nmake: *** [Makefile:3: core] Error 2\n",
  ),
  npm: around(
    '\n> shop@1.2.3 build\n> ./build.sh\n\n',
    'npm error Lifecycle script `build` failed with error:\nnpm error code 1\nnpm error path /srv/shop\nnpm error workspace shop@1.2.3\nnpm error command failed\nnpm error command sh -c ./build.sh\n',
  ),
  systemd: both(
    around('', ''),
    (text) =>
      `Nov 13 15:50:09 prod-15 systemd[1]: Started shop.service - The shop.\n${each((line) => `Nov 13 15:50:10 prod-15 shop[88217]: ${line}`)(text)}\nNov 13 15:50:10 prod-15 systemd[1]: shop.service: Main process exited, code=exited, status=1/FAILURE\nNov 13 15:50:10 prod-15 systemd[1]: shop.service: Failed with result 'exit-code'.\n`,
  ),
  'docker build': around(
    '#8 [4/5] RUN ./build.sh\n',
    '------\n > [4/5] RUN ./build.sh:\n------\nDockerfile:9\n--------------------\n   7 |     COPY . .\n   8 |\n   9 | >>> RUN ./build.sh\n--------------------\nERROR: failed to solve: process "/bin/sh -c ./build.sh" did not complete successfully: exit code: 1\n',
  ),
  'actions end': around('Run ./build.sh\n', 'Error: Process completed with exit code 1.\n'),
}

const loggers: Readonly<Record<string, Wrapping>> = {
  log4j: each((line) => `2026-01-02 03:04:05,123 ERROR [main] com.shop.App - ${line}`),
  logback: each((line) => `03:04:05.123 [main] ERROR com.shop.App -- ${line}`),
  spring: each(
    (line) =>
      `2026-01-02T03:04:05.123+01:00 ERROR 12345 --- [shop] [           main] com.shop.App                             : ${line}`,
  ),
  'python logging': each((line) => `ERROR:shop.cart:${line}`),
  'python stamped': each((line) => `2026-01-02 03:04:05,123 - shop.cart - ERROR - ${line}`),
  celery: each((line) => `[2026-01-02 03:04:05,123: ERROR/MainProcess] ${line}`),
  serilog: each((line) => `[03:04:05 ERR] ${line}`),
  tracing: each((line) => `2026-01-02T03:04:05.123456Z ERROR shop::cart: ${line}`),
  env_logger: each((line) => `[2026-01-02T03:04:05Z ERROR shop::cart] ${line}`),
  klog: each((line) => `E0102 03:04:05.123456   12345 main.go:12] ${line}`),
  'go log': each((line) => `2026/01/02 03:04:05 ${line}`),
  slog: each((line) => `time=2026-01-02T03:04:05.123Z level=ERROR msg=${quoted(line)} shop=2`),
  monolog: each((line) => `[2026-01-02T03:04:05.123456+00:00] app.ERROR: ${line.trimEnd()} {"id":3} []`),
  rails: each((line) => `E, [2026-01-02T03:04:05.123456 #12345] ERROR -- : ${line}`),
  elixir: each((line) => `03:04:05.123 [error] ${line}`),
  nginx: each((line) => `2026/01/02 03:04:05 [error] 123#123: ${line}`),
  bunyan: each((line) =>
    JSON.stringify({
      name: 'shop',
      hostname: 'a',
      pid: 1,
      level: 50,
      msg: line,
      time: '2026-01-02T03:04:05.123Z',
      v: 0,
    }),
  ),
  zap: each((line) => JSON.stringify({ level: 'error', ts: 1.5, caller: 'shop/main.go:12', msg: line })),
  'docker json': each((line) =>
    JSON.stringify({ log: `${line}\n`, stream: 'stderr', time: '2026-01-02T03:04:05.123456789Z' }),
  ),
  'journal json': each((line) => JSON.stringify({ PRIORITY: '3', MESSAGE: line, _PID: '1' })),
  ecs: each((line) =>
    JSON.stringify({
      '@timestamp': '2026-01-02T03:04:05.123Z',
      'log.level': 'ERROR',
      message: line,
      ecs: { version: '1.2.0' },
    }),
  ),
  'cloud logging': each((line) =>
    JSON.stringify({ severity: 'ERROR', textPayload: line, timestamp: '2026-01-02T03:04:05.123Z' }),
  ),
  'one record': (text) => JSON.stringify({ level: 50, time: 1, msg: text.trimEnd() }),
}

const screens: Readonly<Record<string, Wrapping>> = {
  'wide screen': (text) => cut(text, 120),
  'compose over actions': both(collectors['compose'] as Wrapping, collectors['actions'] as Wrapping),
  'stack in json in compose': both(loggers['one record'] as Wrapping, collectors['compose'] as Wrapping),
  'mail of a fence': both(collectors['fence'] as Wrapping, collectors['quotation'] as Wrapping),
  'compose beside others': (text) =>
    `Attaching to api-1, db-1\n${each((line) => `api-1  | ${line}`)(text)}\n${each((line) => line)('db-1   | LOG:  database system is ready to accept connections\napi-1 exited with code 1')}\n`,
  'compose at the end': (text) =>
    `${Array.from({ length: 60 }, (_, at) => ` => [build ${at}/60] COPY src/${at} src/${at}`).join('\n')}\n${each((line) => `api-1  | ${line}`)(text)}\n`,
}

/** As a terminal of this width hands it out when what it shows is copied: hard line ends where lines ran over. */
function cut(text: string, width: number): string {
  return stripVTControlCharacters(text)
    .replaceAll('\r\n', '\n')
    .trimEnd()
    .split('\n')
    .flatMap((line) => line.match(new RegExp(`.{1,${width}}`, 'g')) ?? [''])
    .join('\n')
}

export const WRAPPINGS = { ...collectors, ...services, ...loggers, ...screens } as const
/** Lines that end exactly at the width may also have ended there by themselves. */
export const SCREEN: Wrapping = (text) => cut(text, 80)
