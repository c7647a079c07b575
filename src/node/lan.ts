import { hostname, networkInterfaces } from 'node:os'
import type { Keyring } from '../access/index.ts'
import { type Clock, SwarmError } from '../base/index.ts'
import { type Config, listenAddress } from '../config/index.ts'
import type { NodePaths } from '../files/index.ts'
import type { LanOptions } from '../gateway/index.ts'
import type { LogLevel } from '../telemetry/index.ts'
import { loadCertificate } from '../tls/index.ts'

export interface Lan extends LanOptions {
  readonly fingerprint: string
}

export interface LanParts {
  readonly config: Readonly<Config>
  readonly name: string
  readonly paths: NodePaths
  readonly keys: Keyring
  readonly clock: Clock
  readonly remark: (level: LogLevel, text: string) => void
}

/**
 * What the doors beyond this machine need, or null when none is wanted. Not without a key that was made for somebody,
 * since nobody could use it then, and not without a certificate. Throws SWARM_BAD_CONFIG, SWARM_STATE_DIR.
 */
export function prepareLan({ clock, config, keys, name, paths, remark }: LanParts): Lan | null {
  const { hosts, listen, tlsCert, tlsKey } = config.api
  const addresses = listen.map(listenAddress).filter((address) => address !== undefined)
  if (addresses.length === 0) return null
  if (!keys.hasMade)
    throw new SwarmError(
      'SWARM_BAD_CONFIG',
      `api.listen (${listen.join(', ')}) opens the API to other machines, and no valid key was made for any`,
      `Make one first: mcp-swarm keys new --name ${name} --label "who it is for"`,
    )
  const certificate = loadCertificate({
    certFile: tlsCert,
    keyFile: tlsKey,
    ownCert: paths.tlsCert,
    ownKey: paths.tlsKey,
    subject: `mcp-swarm ${name}`,
    hosts: [...hosts, ...addresses.map(({ host }) => host).filter((host) => !isWildcard(host))],
    alsoHosts: addresses.some(({ host }) => isWildcard(host)) ? ownNames() : [],
    clock,
  })
  if (certificate.remark !== null) remark('warn', certificate.remark)
  return { addresses, cert: certificate.cert, key: certificate.key, fingerprint: certificate.fingerprint }
}

const isWildcard = (host: string): boolean => host === '0.0.0.0' || new Set(['::', '0:0:0:0:0:0:0:0']).has(host)

/** What this machine is called and reached by at the moment. */
function ownNames(): readonly string[] {
  const addresses = Object.values(networkInterfaces()).flatMap((list) => list ?? [])
  const outer = addresses.filter(({ internal, scopeid }) => !internal && !scopeid).map(({ address }) => address)
  return [hostname(), ...outer].filter((name) => /^[\w.:-]+$/.test(name))
}
