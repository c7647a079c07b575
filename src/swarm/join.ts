import { isNodeId, type NodeId, SwarmError } from '../base/index.ts'

/** Where a node listens unless told otherwise. */
export const DEFAULT_PORT = 7801

export interface JoinAddress {
  /** As the user wrote it. */
  readonly text: string
  /** An IP address or a name to resolve. */
  readonly host: string
  readonly port: number
  readonly websocket: boolean
  readonly peer?: NodeId
}

const MULTIADDR = /^\/(?:ip4|ip6|dns|dns4|dns6)\/([^/]+)\/tcp\/(\d+)(\/ws)?(?:\/p2p\/([^/]+))?\/?$/
const BRACKETED = /^\[([0-9a-fA-F:.%\w]+)\](?::(\d+))?$/
const HOST_PORT = /^([^:/\s[\]]+)(?::(\d+))?$/

/**
 * `10.0.0.13:7801`, `host.name`, `[fe00::1]:7801`, `/ip4/10.0.0.13/tcp/7801[/ws][/p2p/<id>]`.
 * Throws SWARM_BAD_CONFIG with what is accepted.
 */
export function parseJoin(written: string): JoinAddress {
  const text = written.trim()
  const [, host, port, ws, peer] =
    MULTIADDR.exec(text) ?? BRACKETED.exec(text) ?? HOST_PORT.exec(text) ?? bareIp6(text)
  const number = port === undefined ? DEFAULT_PORT : Number(port)
  if (host === undefined || number < 1 || number > 65_535 || (peer !== undefined && !isNodeId(peer))) {
    throw new SwarmError(
      'SWARM_BAD_CONFIG',
      `"${text.slice(0, 80)}" is not an address to join`,
      'Write host:port, for example 10.0.0.13:7801, or a multiaddr such as /ip4/10.0.0.13/tcp/7801.',
    )
  }
  const address = { text, host, port: number, websocket: ws !== undefined }
  return peer === undefined ? address : { ...address, peer }
}

/** The multiaddr of an IP address and a port, with the peer at its end when it is known. */
export function multiaddrText(ip: string, port: number, websocket: boolean, peer?: NodeId): string {
  const family = ip.includes(':') ? 'ip6' : 'ip4'
  return `/${family}/${ip}/tcp/${port}${websocket ? '/ws' : ''}${peer === undefined ? '' : `/p2p/${peer}`}`
}

const bareIp6 = (text: string): string[] =>
  /^[0-9a-fA-F]*:[0-9a-fA-F:.]*:[0-9a-fA-F:.]*$/.test(text) ? [text, text] : []
