import { chmodSync } from 'node:fs'
import { asSwarmError, SwarmError } from '../base/index.ts'
import { type App, createApp } from './app.ts'
import { type LimitOptions, Limits } from './limits.ts'
import type { GatewayParts } from './parts.ts'

/** Answers under way may finish; then open connections are cut. */
const CLOSE_MS_MAX = 2_000

export interface GatewayOptions extends LimitOptions {
  /** Only this user can open it: no key is asked. */
  readonly socket: string
  /** On 127.0.0.1. 0 takes a free one. */
  readonly port: number
  /** Names, beside its addresses, under which other machines reach this one. */
  readonly hosts: readonly string[]
}

export interface Gateway {
  readonly url: string
  close(): Promise<void>
}

/** The doors for people and agents: a unix socket for the owner, 127.0.0.1 for who has a key. */
export async function openGateway(parts: GatewayParts, options: GatewayOptions): Promise<Gateway> {
  const all = { ...parts, limits: new Limits(options, parts.clock), hosts: options.hosts }
  const owner = createApp('socket', all)
  const loopback = createApp('loopback', all)
  const close = (): Promise<void> => closeAll([owner, loopback])
  try {
    const url = await loopback.app.listen({ host: '127.0.0.1', port: options.port }).catch((error: unknown) => {
      throw portError('127.0.0.1', options.port, error)
    })
    // The socket comes last: who finds it answering finds all of the node. Its folder is this user's alone, so
    // nobody else can use the moment before the mode is set.
    await owner.app.listen({ path: options.socket }).catch((error: unknown) => {
      throw socketError(options.socket, error)
    })
    chmodSync(options.socket, 0o600)
    return { url, close }
  } catch (error) {
    await close()
    throw error
  }
}

async function closeAll(apps: readonly App[]): Promise<void> {
  await Promise.all(
    apps.map(async ({ app, closeMcp }) => {
      await closeMcp()
      await Promise.race([app.close(), new Promise((resolve) => setTimeout(resolve, CLOSE_MS_MAX).unref())])
    }),
  )
}

function portError(host: string, port: number, error: unknown): SwarmError {
  const next = 'Choose another with --port, or leave it out to take a free one.'
  switch ((error as NodeJS.ErrnoException).code) {
    case 'EADDRINUSE':
      return new SwarmError('SWARM_PORT_IN_USE', `${host}:${port} is taken by another program`, next)
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
