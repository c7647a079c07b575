import { chmodSync } from 'node:fs'
import { isIPv6 } from 'node:net'
import type { FastifyServerFactory } from 'fastify'
import { asSwarmError, SwarmError } from '../base/index.ts'
import { type App, createApp, shouldUpgradeCallback } from './app.ts'
import { HEAD_MS, LOOK_MS } from './arrival.ts'
import { type LimitOptions, Limits } from './limits.ts'
import { Repeats } from './repeats.ts'
import type { GatewayParts } from './parts.ts'

/** Strangers can reach it: who is slow with a handshake, a head or a body makes room for others. Milliseconds. */
const LAN_SERVER = {
  minVersion: 'TLSv1.2',
  handshakeTimeout: 10_000,
  headersTimeout: HEAD_MS,
  connectionsCheckingInterval: LOOK_MS,
  // Of the body a hook has an eye, which knows what may take longer.
  requestTimeout: 0,
} as const
/** A thousand live ones among them. */
const LAN_CONNECTIONS_MAX = 1_536
/** Those who are connected learn with their next answer that this node ends. */
const NOTICE_MS = 200
/** Answers under way may finish; then open connections are cut. */
const CLOSE_MS_MAX = 2_000

export interface GatewayOptions extends LimitOptions {
  /** Only this user can open it: no key is asked. */
  readonly socket: string
  /** On 127.0.0.1. 0 takes a free one. */
  readonly port: number
  /** Names, beside its addresses, under which other machines reach this one. */
  readonly hosts: readonly string[]
  readonly lan: LanOptions | null
}

/** The doors beyond this machine. There is no way to open one without a certificate. */
export interface LanOptions {
  readonly addresses: readonly { readonly host: string; readonly port: number }[]
  readonly cert: string
  readonly key: string
}

export interface Gateway {
  readonly url: string
  /** Of the doors beyond this machine. */
  readonly lanUrls: readonly string[]
  /** What is under way is answered, if that is possible in two seconds; what is new is refused. */
  close(): Promise<void>
}

/** The doors for people and agents: a unix socket for the owner, 127.0.0.1 for who has a key. */
export async function openGateway(parts: GatewayParts, options: GatewayOptions): Promise<Gateway> {
  const all = {
    ...parts,
    limits: new Limits(options, parts.clock, parts.log),
    repeats: new Repeats(parts.clock),
    hosts: options.hosts,
  }
  const owner = createApp('socket', all)
  const loopback = createApp('loopback', all)
  const lan = await lanApps(all, options.lan)
  const closeDoors = (): Promise<void> => closeAll([owner, loopback, ...lan.map(({ app }) => app)])
  const close = async (): Promise<void> => {
    const { live, load } = parts
    live.stop()
    load.end()
    if (load.isUsed) await new Promise((resolve) => setTimeout(resolve, NOTICE_MS))
    load.close()
    await closeDoors()
  }
  try {
    const lanUrls = await Promise.all(lan.map(({ app, host, port }) => listenLan(app, host, port)))
    const url = await loopback.app.listen({ host: '127.0.0.1', port: options.port }).catch((error: unknown) => {
      throw portError(options.port, error)
    })
    // The socket comes last: who finds it answering finds all of the node. Its folder is this user's alone, so
    // nobody else can use the moment before the mode is set.
    await owner.app.listen({ path: options.socket }).catch((error: unknown) => {
      throw socketError(options.socket, error)
    })
    chmodSync(options.socket, 0o600)
    return { url, lanUrls, close }
  } catch (error) {
    // Another port may be tried: what happens goes on.
    await closeDoors()
    throw error
  }
}

interface LanApp {
  readonly app: App
  readonly host: string
  readonly port: number
}

async function lanApps(parts: Parameters<typeof createApp>[1], lan: LanOptions | null): Promise<readonly LanApp[]> {
  if (lan === null) return []
  const { createServer } = await import('node:https')
  const { addresses, cert, key } = lan
  const serve: FastifyServerFactory = (handler) => {
    const server = createServer({ ...LAN_SERVER, shouldUpgradeCallback, cert, key }, handler)
    server.maxConnections = LAN_CONNECTIONS_MAX
    return server
  }
  return addresses.map(({ host, port }) => ({ app: createApp('lan', parts, serve), host, port }))
}

async function listenLan({ app }: App, host: string, port: number): Promise<string> {
  await app.listen({ host, port }).catch((error: unknown) => {
    throw lanError(host, port, error)
  })
  const bound = app.addresses().find((address) => typeof address === 'object')
  return `https://${isIPv6(host) ? `[${host}]` : host}:${bound?.port ?? port}`
}

async function closeAll(apps: readonly App[]): Promise<void> {
  await Promise.all(
    apps.map(async ({ app, closeMcp }) => {
      await closeMcp()
      await Promise.race([app.close(), new Promise((resolve) => setTimeout(resolve, CLOSE_MS_MAX).unref())])
    }),
  )
}

function portError(port: number, error: unknown): SwarmError {
  const next = 'Choose another with --port, or leave it out to take a free one.'
  switch ((error as NodeJS.ErrnoException).code) {
    case 'EADDRINUSE':
      return new SwarmError('SWARM_PORT_IN_USE', `127.0.0.1:${port} is taken by another program`, next)
    case 'EACCES':
      return new SwarmError('SWARM_BAD_CONFIG', `this user may not listen on port ${port}`, next)
    default:
      return asSwarmError(error)
  }
}

function lanError(host: string, port: number, error: unknown): SwarmError {
  const next = 'Correct the setting api.listen.'
  switch ((error as NodeJS.ErrnoException).code) {
    // Not SWARM_PORT_IN_USE, after which another port is tried: this one was asked for.
    case 'EADDRINUSE':
      return new SwarmError('SWARM_BAD_CONFIG', `${host}:${port} is taken by another program`, next)
    case 'EADDRNOTAVAIL':
      return new SwarmError('SWARM_BAD_CONFIG', `${host} is no address of this machine`, next)
    case 'EACCES':
      return new SwarmError('SWARM_BAD_CONFIG', `this user may not listen on port ${port}`, next)
    default:
      return asSwarmError(error)
  }
}

function socketError(socket: string, error: unknown): SwarmError {
  const { code, message } = error as NodeJS.ErrnoException
  const why = code === 'EADDRINUSE' ? 'something else of this name is in the way' : message
  return new SwarmError('SWARM_STATE_DIR', `${socket}: ${why}`, `Move ${socket} away.`, { cause: error })
}
