import { createServer } from 'node:net'
import { SwarmError } from '../../base/index.ts'

/** Attempts to find a port that is free on every host. */
const TRIES_MAX = 20

export interface Listening {
  /** The hosts this machine has. */
  readonly hosts: readonly string[]
  readonly port: number
}

/**
 * The port to listen on: libp2p itself starts without a listener and without an error when a port is busy.
 * Throws SWARM_PORT_IN_USE when `fixed` and busy, SWARM_BAD_CONFIG when none of the hosts is of this machine.
 */
export async function pickPort(hosts: readonly string[], preferred: number, fixed: boolean): Promise<Listening> {
  for (let port = preferred, tries = 0; tries < TRIES_MAX; port = 0, tries++) {
    // oxlint-disable-next-line no-await-in-loop -- the next attempt depends on this one
    const picked = await tryPort(hosts, port)
    if (picked !== 'busy') return picked
    if (fixed && preferred !== 0) throw portInUse(preferred)
  }
  throw portInUse(preferred)
}

export const portInUse = (port: number): SwarmError =>
  new SwarmError(
    'SWARM_PORT_IN_USE',
    `another process listens on TCP port ${port}`,
    'Choose another with --swarm-port, or leave it out to take a free one.',
  )

async function tryPort(hosts: readonly string[], wanted: number): Promise<Listening | 'busy'> {
  let port = wanted
  const there: string[] = []
  for (const host of hosts) {
    // oxlint-disable-next-line no-await-in-loop -- all hosts share the port the first one got
    const got = await probe(host, port)
    if (got === 'busy') return 'busy'
    if (got === 'absent') continue
    port = got
    there.push(host)
  }
  if (there.length > 0) return { hosts: there, port }
  throw new SwarmError(
    'SWARM_BAD_CONFIG',
    `this machine has none of the addresses to listen on (${hosts.join(', ')})`,
    'Name addresses of this machine in swarm.hosts, or 0.0.0.0 for all.',
  )
}

/** Listens for a moment. The port it got, or why not. */
function probe(host: string, port: number): Promise<number | 'busy' | 'absent'> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', (error: NodeJS.ErrnoException) => {
      resolve(error.code === 'EADDRINUSE' || error.code === 'EACCES' ? 'busy' : 'absent')
    })
    server.listen({ host, port, ipv6Only: host.includes(':') }, () => {
      const address = server.address()
      const got = typeof address === 'object' && address !== null ? address.port : port
      server.close(() => resolve(got))
    })
  })
}
