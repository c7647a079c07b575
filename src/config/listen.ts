import { isIP, isIPv4 } from 'node:net'

/** Beside 7700 of the local API. */
const PORT = 7743

export const LISTEN_RULE =
  'an IP address beyond this machine, with a port if it is not 7743: 192.0.2.10, [2001:db8::1]:443'

export interface ListenAddress {
  readonly host: string
  readonly port: number
}

/** Undefined for what is no address to listen on, and for loopback, where the local API is already. */
export function listenAddress(text: string): ListenAddress | undefined {
  const [, bracketed, plain, portText] =
    /^(?:\[([^\]]+)\]|([^:]+|[0-9a-fA-F:]*:[0-9a-fA-F:]*?))(?::(\d{1,5}))?$/.exec(
      isIP(text) === 6 ? `[${text}]` : text,
    ) ?? []
  const host = bracketed ?? plain ?? ''
  const port = portText === undefined ? PORT : Number(portText)
  if (isIP(host) === 0 || (bracketed !== undefined && isIPv4(host)) || port > 65_535 || isLoopback(host))
    return undefined
  return { host, port }
}

function isLoopback(host: string): boolean {
  const v4 = host.replace(/^::ffff:/i, '')
  return isIPv4(v4) ? v4.startsWith('127.') : new URL(`http://[${host}]`).hostname === '[::1]'
}
