import { randomBytes, randomInt } from 'node:crypto'
import { existsSync, unlinkSync } from 'node:fs'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { setTimeout as setTimeoutPromise } from 'node:timers/promises'
import { asSwarmError, type Clock, failed, nodeId, ok, type Random, type Result, SwarmError } from '../base/index.ts'
import { type Keyring, Sessions } from '../access/index.ts'
import { type AuditLog, openAuditLog } from '../audit/index.ts'
import type { Config } from '../config/index.ts'
import { BEAT_MS, Driver, Scopes, type NodeEvent, Pace, TICK_MS } from '../driver/index.ts'
import { EmbeddingEndpoint, endpointOf } from '../embeddings/index.ts'
import { type NodePaths, nodePaths, stateError, type StatePaths, takeLock } from '../files/index.ts'
import { type Gateway, remembering, Live, Load, openGateway, type StatusFacts } from '../gateway/index.ts'
import { type Timing, timings } from '../raft/index.ts'
import { openRaftStore } from '../storage/index.ts'
import { createIdentity, encodeGroupKey, loadOrCreateIdentity } from '../swarm/index.ts'
import { type Log, type LogLevel, openLog } from '../telemetry/index.ts'
import { createBackups } from './backups.ts'
import { openKeyring } from './keys.ts'
import { prepareLan } from './lan.ts'
import { openShown } from './shown-file.ts'
import { watchLogs } from './store-logs.ts'
import { openStores } from './stores.ts'
import { loadOrigin, prepareFolders, renewOrigin } from './state-dir.ts'
import { createDoorway } from './doorway.ts'
import { Entering, type KnockAt } from './entering.ts'
import { admit, tokenOf } from './admit.ts'
import { keepMembership } from './membership.ts'
import { keepMemory, memoryPort, openMemory, rememberingBy, serveMemory } from './memory.ts'

export interface NodeOptions {
  readonly config: Readonly<Config>
  readonly name: string
  readonly state: StatePaths
  readonly version: string
  /** What a person at the screen should see; everything goes to the log as well. */
  readonly onEvent: (
    event: NodeEvent | { readonly type: 'remark'; readonly level: LogLevel; readonly text: string },
  ) => void
}

export interface RunningNode {
  readonly id: string
  readonly url: string
  readonly paths: NodePaths
  /** Resolves when this node has become part of another swarm: it has to be stopped and started anew. */
  readonly entered: Promise<void>
  stop(): Promise<void>
}

const API_PORT = 7700
/** Ports tried after the usual one: more nodes than that on one machine name theirs. */
const API_PORTS = 100
/** A part that does not close in this time is left behind; its files are safe at any moment. */
const PART_STOP_MS = 4_000

/** A transfer takes two round trips and two writes; a group that cannot do it by then elects by itself. */
const HAND_OVER_MS = 300
const HAND_OVER_LOOK_MS = 5
/** When keys were used is written down this often. */
const USE_WRITE_MS = 5 * 60_000
const GOODBYE_MS = 20

const clock: Clock = { now: () => Date.now() }
const random: Random = { next: () => randomInt(2 ** 32) / 2 ** 32, below: (bound) => randomInt(bound) }

/**
 * The composition root: every part is made here, in the order in which it is started, and stopped in reverse.
 * Throws a SwarmError when a part cannot start; the parts before it are stopped then.
 */
export async function startNode(options: NodeOptions): Promise<RunningNode> {
  const { config, name, onEvent, state, version } = options
  const paths = nodePaths(state, name)
  await using parts = new AsyncDisposableStack()
  const begin = (close: () => unknown): void => parts.defer(() => bounded(close))

  // The databases and logs hold what only this user may read; the folders say so too.
  process.umask(0o077)
  prepareFolders(state, paths)
  begin(takeLock(paths.lock, name))
  const live = new Live({ clock, epoch: randomBytes(6).toString('hex'), facts: () => facts() })
  const load = new Load()
  const log = openOwnLog(options, paths, (level, text) => live.line(level, text))
  begin(() => log.close())
  const tell = (event: Parameters<typeof onEvent>[0]): void => {
    if (event.type === 'audit') {
      const { type: _type, ...deed } = event
      void audit.record(deed)
    }
    writeEvent(log, event)
    if (event.type !== 'remark' && event.type !== 'audit') live.event(event)
    onEvent(event)
  }
  const audit = await openAuditLog({
    file: paths.audit,
    clock,
    heard: (deed) => live.event({ type: 'audit', ...deed }),
    onTrouble: (why) =>
      why === null
        ? remark('info', 'the audit log takes entries again')
        : remark('warn', `the audit log cannot be written: ${why}; entries wait`),
  })
  begin(() => closeAudit(audit, log))
  const remark = (level: LogLevel, text: string): void => tell({ type: 'remark', level, text })

  const missing = [paths.identity, state.swarm].filter((file) => !existsSync(file))
  const nodeKey = loadOrCreateIdentity(paths.identity)
  const identity = createIdentity(nodeKey)
  const token = tokenOf(config)
  // Most starts knock nowhere; libp2p is loaded when the stores are open.
  const knock: KnockAt = async (...to) => (await import('../swarm/libp2p/index.ts')).knock(...to)
  const entering = new Entering({ state, paths, key: nodeKey, name, version, config, clock, token, knock, remark })
  const { admission, hasRoot, swarm } = await admit({ options, paths, nodeKey, entering, clock, remark })
  const isOpen = config.admission === 'open'
  if (isOpen)
    remark(
      'warn',
      'OPEN: this node lets in whoever asks. Anyone on this network can join, read everything the swarm knows, and write to it. Without --open a person approves each machine.',
    )
  const keys = openKeyring(paths, clock)
  const lan = prepareLan({ config, name, paths, keys, clock, remark })

  const { errands, indexed, search, store, stored } = await openStores(paths, clock, begin)
  const logs = watchLogs(paths, config.storage.logMibMax, remark)
  begin(logs.start())
  if (stored.repaired) remark('warn', stored.repaired)
  if (errands.repaired) remark('warn', errands.repaired)
  if (indexed.rebuilt && stored.row > 0) remark('info', indexed.rebuilt)
  // A first start has nothing stored yet; later a key that is gone is worth a word, since others know this node by it.
  if (stored.row > 0)
    for (const file of missing)
      remark('warn', `${file} was missing and is made anew: restore it from a backup if you have one`)
  const keepOrigin = stored.row > 0 && stored.repaired === undefined

  const raft = openRaftStore({
    directory: join(paths.raft, swarm.tag),
    swarm: swarm.tag,
    clock,
  })
  begin(() => raft.close())
  // A log that cannot be read is left alone, and this node without a vote: everything else works.
  const found = await raft.open().catch((error: unknown) => {
    const { message, next } = asSwarmError(error)
    remark('warn', `${message}${next ? ` (${next})` : ''}`)
    return { kind: 'unusable', why: message } as const
  })

  const { createLibp2pTransport } = await import('../swarm/libp2p/index.ts')
  const transport = createLibp2pTransport({
    key: nodeKey,
    swarm: swarm.id,
    group: swarm.group,
    gate: {
      shown: () => admission.shown,
      judge(peer, shown) {
        const judged = admission.judge(peer, shown)
        return judged.ok ? driver.shut(peer) : judged.error.why
      },
      async knock(peer, from, request) {
        return JSON.stringify(await driver.ask('knock', { peer, from, request: readJson(request) }))
      },
    },
    looks: () => ({ founded: admission.founded, alone: admission.isAlone }),
    name,
    ...(config.swarm.hosts.length > 0 ? { hosts: config.swarm.hosts } : {}),
    ...(config.swarm.port === undefined ? {} : { port: config.swarm.port, portFixed: config.swarm.port !== 0 }),
    ...(config.swarm.wsPort === undefined ? {} : { websocketPort: config.swarm.wsPort }),
    peerStoreDir: paths.peers,
    join: [...config.discovery.bootstrap, ...swarm.ways],
    registryDir: state.registry,
    beacon: config.discovery.beacon,
    beaconPort: config.discovery.beaconPort,
    mdns: config.discovery.mdns,
    dht: config.discovery.dht,
    clock,
    random,
  })
  const shown = await openShown(paths.shown, (why) =>
    remark('warn', `what was shown to whom cannot be written down: ${why}`),
  )
  begin(() => shown.close())
  const endpoint = endpointOf(config.embeddings)
  const embedder = endpoint && new EmbeddingEndpoint(endpoint)
  begin(() => embedder?.close())
  if (endpoint)
    remark('info', `texts of questions and of items go to ${endpoint.url}, redacted, to be made vectors of`)
  const sharing = { ...config.share, projectSalt: encodeGroupKey(swarm.group), formerSalts: swarm.formerGroups }
  const memory = await openMemory({ config, paths, node: identity.self, clock, embedder, note: remark })
  if (memory) begin(keepMemory(memory))
  const timing = timings[config.coordination.timing]
  let hurry: (() => void) | undefined
  const driver: Driver = new Driver({
    identity,
    admission,
    keepAdmission(kept) {
      try {
        keepMembership(paths, kept)
      } catch (error) {
        remark('warn', asSwarmError(error).message)
      }
    },
    name,
    role: config.role,
    version,
    clock,
    random,
    transport,
    store,
    search,
    ...(embedder ? { embedder } : {}),
    errands: { store: errands.store, found: errands.errands },
    raft,
    found,
    reopen: async (done) => done(await settle(raft.open())),
    timing,
    topics: config.specialize,
    trust: { shown: shown.shown, keepShown: shown.keep, os: process.platform },
    state: stored,
    indexedRow: indexed.row,
    origin: loadOrigin(paths.origin, identity.self, paths.knowledge, keepOrigin),
    renewOrigin: () => renewOrigin(paths.origin, identity.self, paths.knowledge),
    overloaded: () => logs.overloaded,
    reconcile: { shared: encodeGroupKey(swarm.group), secret: (bytes) => randomBytes(bytes) },
    sharing,
    serve: serveMemory(memory),
    modules: modulesOf(config),
    hurry: () => hurry?.(),
    onEvent: tell,
  })
  begin(() => transport.stop())
  await transport.start({
    up: (peer) => driver.accept({ kind: 'up', peer }),
    down: (peer, why) => driver.accept({ kind: 'down', peer, why }),
    refused: (peer) => driver.accept({ kind: 'refused', peer }),
    frame: (peer, frame) => driver.accept({ kind: 'frame', peer, frame }),
    stranger: (stranger) => entering.heard(stranger),
    note: (level, text) => tell({ type: 'note', level, text }),
  })
  let last = performance.now()
  const timer = setInterval(() => {
    const lateMs = Math.max(0, performance.now() - last - TICK_MS)
    last = performance.now()
    load.tick(lateMs)
    driver.accept({ kind: 'tick', lateMs })
  }, TICK_MS)
  begin(() => clearInterval(timer))
  const beats = beat(driver, timing)
  hurry = beats.soon
  begin(beats.stop)

  const since = clock.now()
  let gateway: Gateway | undefined
  const backups = createBackups({
    driver,
    source: store,
    paths,
    config,
    node: { id: identity.self, name },
    swarm: swarm.tag,
    version,
    clock,
    isFresh: () => driver.status().items === 0 && admission.isAlone,
    remark,
    record: (action, subject, detail) =>
      void audit.record({ action, actor: `node ${identity.self}`, subject, detail }),
  })
  begin(backups.start())
  const facts = async (): Promise<StatusFacts> => ({
    ...driver.status(),
    backups: backups.facts,
    load: load.numbers,
    ...(load.isEnding ? { stage: 'draining' } : {}),
    live: live.numbers,
    logs: logs.sizes,
    node: { id: identity.self, name, role: config.role, version, since, pid: process.pid },
    swarm: {
      open: isOpen,
      id: swarm.id,
      fingerprint: swarm.tag,
      founded: admission.founded,
      alone: admission.isAlone,
      has_key: hasRoot,
      certificate: {
        roles: admission.certificate.roles,
        owner: admission.certificate.owner,
        issuer: admission.certificate.issuer,
        expires: admission.certificate.expires,
        may_admit: admission.mayAdmit,
      },
      waiting: entering.waiting,
    },
    certificateOf: (id) => admission.certificateOf(nodeId(id)),
    memory: memory?.status() ?? null,
    memoryBytes: process.memoryUsage.rss(),
    api: {
      socket: paths.socket,
      url: gateway?.url ?? '',
      lan: lan && { urls: gateway?.lanUrls ?? [], fingerprint: lan.fingerprint },
    },
    stateDir: state.root,
    transport: await transport.report(),
  })
  const doorway = createDoorway({
    driver,
    state,
    swarm: swarm.id,
    addresses: async () => (await transport.report()).listening,
  })
  const sessions = new Sessions(clock, randomBytes, (id) => keys.isValid(id))
  const own = { node: identity.self, isOwn: true }
  const scopes = new Scopes(sharing)
  const remembered = rememberingBy(memory, own, scopes, config)
  const ask = driver.ask.bind(driver)
  const gatewayParts = {
    ask: remembered ? remembering(ask, remembered) : ask,
    memory: memoryPort(memory, driver, own, scopes, config),
    facts,
    audit,
    doorway,
    backups,
    personality: { speaks: config.with.includes('personality'), voice: config.personality.voice },
    live,
    load,
    keys,
    sessions,
    clock,
    version,
    log: remark,
  }
  gateway = await openOnFreePort(
    config,
    (port) => openGateway(gatewayParts, { ...config.api, socket: paths.socket, port, lan }),
    paths,
  )
  if (lan)
    remark(
      'warn',
      `the API is open to other machines at ${gateway.lanUrls.join(', ')}; its certificate has the SHA-256 fingerprint ${lan.fingerprint}`,
    )
  begin(writeUse(keys, remark))
  begin(() => {
    driver.stop()
    // The goodbye is on its way when the connections close: who stopped is not one whose process is gone.
    return setTimeoutPromise(GOODBYE_MS)
  })
  begin(() => handOver(driver))
  // While the driver still answers: what was taken is answered.
  begin(() => gateway.close())

  log.write('info', `started: version ${version}, role ${config.role}, ${gateway.url}`, {
    peer: identity.self,
    pid: process.pid,
  })
  log.write('info', `audit log: continues after ${audit.end}`)
  await audit.record({
    action: 'node-started',
    actor: `user ${userInfo().uid}`,
    subject: name,
    detail: `version ${version}, process ${process.pid}`,
  })
  begin(() => log.write('info', 'stopping'))
  const entered = Promise.withResolvers<void>()
  begin(
    entering.start(
      admission,
      async () => ({
        fresh: driver.status().items === 0,
        addresses: (await transport.report()).peers.flatMap(({ addresses }) => addresses.slice(0, 2)),
      }),
      entered.resolve,
    ),
  )
  const running = parts.move()
  return {
    entered: entered.promise,
    id: identity.self,
    url: gateway.url,
    paths,
    stop: () => running.disposeAsync(),
  }
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const settle = async <T>(promise: Promise<T>): Promise<Result<T>> => {
  try {
    return ok(await promise)
  } catch (error) {
    return failed(asSwarmError(error))
  }
}

const jobText = ({ job, state, text }: Extract<NodeEvent, { type: 'job' }>): string =>
  state === 'done'
    ? `${job}: ${text ?? ''}`
    : state === 'begun'
      ? `does the job ${job} for the swarm`
      : `gives the job ${job} up`

/** What this node can do beside answering from its copy. */
const modulesOf = ({ embeddings, with: modules }: Config): readonly string[] => [
  ...(embeddings.url === '' ? [] : ['embeddings']),
  ...modules,
]

/** Beats as often as the driver asks for; `soon` makes the next one come by then. */
function beat(driver: Driver, timing: Timing): { readonly soon: () => void; readonly stop: () => void } {
  const pace = new Pace({
    stallMs: Math.max(timing.heartbeat * BEAT_MS, 1.5 * TICK_MS),
    gapMs: timing.electionMin * BEAT_MS,
    mono: performance.now(),
    wall: clock.now(),
  })
  const next = (): NodeJS.Timeout => {
    everyMs = driver.beatMs
    return setTimeout(() => {
      driver.accept({ kind: 'beat', ...pace.at(performance.now(), clock.now()) })
      timer = next()
    }, everyMs)
  }
  let everyMs = 0
  let timer = next()
  return {
    soon() {
      if (driver.beatMs >= everyMs) return
      clearTimeout(timer)
      timer = next()
    },
    stop: () => clearTimeout(timer),
  }
}

/** A leader that stops hands its work to another first: nobody has to find out that it is gone. */
async function handOver(driver: Driver): Promise<void> {
  const until = performance.now() + HAND_OVER_MS
  driver.handOver()
  while (!driver.hasHandedOver && performance.now() < until) await setTimeoutPromise(HAND_OVER_LOOK_MS)
}

async function openOnFreePort(
  config: Config,
  open: (port: number) => Promise<Gateway>,
  paths: NodePaths,
): Promise<Gateway> {
  // The lock is ours: a socket that is still there belongs to a process that is gone.
  const attempt = (port: number): Promise<Gateway> => {
    try {
      unlinkSync(paths.socket)
    } catch {}
    return open(port)
  }
  if (config.api.port !== undefined) return attempt(config.api.port)
  for (let port = API_PORT; port < API_PORT + API_PORTS; port++) {
    try {
      return await attempt(port)
    } catch (error) {
      if (!(error instanceof SwarmError) || error.code !== 'SWARM_PORT_IN_USE') throw error
    }
  }
  return attempt(0)
}

/** When keys were used is written now and then, and at the end: it is for a person who wonders whether one is in use. */
function writeUse(keys: Keyring, remark: (level: LogLevel, text: string) => void): () => void {
  const write = (): void => {
    try {
      keys.flush()
    } catch (error) {
      remark('warn', `when keys were used is not written down: ${asSwarmError(error).message}`)
    }
  }
  const timer = setInterval(write, USE_WRITE_MS).unref()
  return () => {
    clearInterval(timer)
    write()
  }
}

async function closeAudit(audit: AuditLog, log: Log): Promise<void> {
  await audit.close()
  log.write('info', `audit log: ends with ${audit.end}`)
}

function openOwnLog(
  { config, name }: NodeOptions,
  { log: file }: NodePaths,
  heard: (level: LogLevel, text: string) => void,
): Log {
  try {
    return openLog({ file, level: config.log.level, bytesMax: config.log.bytesMax, node: name, heard })
  } catch (error) {
    throw stateError(file, error)
  }
}

async function bounded(close: () => unknown): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const timer = setTimeout(resolve, PART_STOP_MS)
  await Promise.race([promise, Promise.resolve(close())])
  clearTimeout(timer)
}

function writeEvent(log: Log, event: Parameters<NodeOptions['onEvent']>[0]): void {
  switch (event.type) {
    case 'joined':
      return log.write('info', `${event.member.name} joined`, { peer: event.member.id, role: event.member.role })
    case 'left':
      return log.write('info', `${event.member.name} left: ${event.why}`, { peer: event.member.id })
    case 'learned':
      return log.write('info', `learned ${event.items} revisions of ${event.from.join(', ')}`)
    case 'leader': {
      const { leader, own, reason, term } = event
      if (leader === null) return log.write('warn', `nobody leads${reason ? `: ${reason}` : ''}`)
      return log.write('debug', `${leader}${own ? ' (this node)' : ''} leads, term ${term}`)
    }
    case 'stage':
      return log.write('debug', `stage ${event.stage}`, { stage: event.stage })
    case 'conflicts':
      return log.write('debug', `items in conflict: ${event.items}`)
    case 'job':
      return log.write('info', jobText(event), { job: event.job })
    case 'request':
      return log.write('debug', `request ${event.id}: ${event.state}${event.node ? ` at ${event.node}` : ''}`)
    case 'audit':
      return log.write('debug', `audit: ${event.action} ${event.subject}`)
    case 'note':
    case 'remark':
      return log.write(event.level, event.text)
  }
}
