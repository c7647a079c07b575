import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import type { Scope } from './scope.ts'

/*
 * Network namespaces: hosts of their own on one machine, joined by a bridge, so that finding each other is tested on
 * real networks. Needs root and iproute2. Everything lives in namespaces with random names and goes with them.
 */

export interface NetworkOptions {
  /** Number of hosts. */
  readonly hosts: number
  /** Default 4: 10.77.0.1 and so on. 6: fd77::1 and so on, and no IPv4 but loopback. */
  readonly family?: 4 | 6
  /** True: a route for multicast, which a host with a default route has. Default false. */
  readonly multicastRoute?: boolean
  /** Hosts from this number on are on a switch of their own, until `bridge`. Default: all are on one. */
  readonly apart?: number
  /** True: UDP to groups and to everyone is dropped, as on many wireless networks. Needs nft. Default false. */
  readonly blockMulticast?: boolean
}

export interface Network {
  /** What runs a command on a host: `[...network.on(0), 'node', 'script.ts']`. */
  on(host: number): string[]
  address(host: number): string
  /** Pulls the cable of a host, or plugs it in again; its address stays. */
  cable(host: number, state: 'in' | 'out'): void
  /** Joins the two switches. */
  bridge(): void
  close(): void
}

/** Why there can be no namespaces here, or undefined when there can. */
export function whyNoNetwork(options: { readonly nft?: boolean } = {}): string | undefined {
  if (process.platform !== 'linux') return 'network namespaces are a feature of Linux'
  if (process.getuid?.() !== 0) return 'network namespaces need root'
  if (spawnSync('ip', ['-V']).status !== 0) return 'network namespaces need iproute2 (the ip command)'
  if (options.nft === true && spawnSync('nft', ['-v']).status !== 0) return 'blocking multicast needs nft'
  const name = unique()
  const made = spawnSync('ip', ['netns', 'add', name])
  if (made.status !== 0) return `no network namespace can be made: ${String(made.stderr).trim()}`
  ip('netns', 'del', name)
  return undefined
}

/** Closed after the test, whatever happens in it. Throws with the command that failed. */
export function openNetwork(t: Scope, options: NetworkOptions): Network {
  const id = unique()
  const hub = `${id}-hub`
  const made: string[] = []
  const hosts = Array.from({ length: options.hosts }, (_, at) => `${id}-${at}`)
  const address = (at: number): string => (options.family === 6 ? `fd77::${at + 1}` : `10.77.0.${at + 1}`)
  const close = (): void => {
    for (const name of made.splice(0)) spawnSync('ip', ['netns', 'del', name])
  }
  t.after(close)
  const add = (name: string): void => {
    ip('netns', 'add', name)
    made.push(name)
    ip('-n', name, 'link', 'set', 'lo', 'up')
    // The wait for duplicate addresses is for networks with strangers.
    run('ip', ['netns', 'exec', name, 'sysctl', '-qw', 'net.ipv6.conf.default.accept_dad=0'])
  }

  add(hub)
  // Without snooping the bridge hands multicast to every port, as a simple switch does.
  for (const bridge of ['br0', 'br1']) {
    ip('-n', hub, 'link', 'add', bridge, 'type', 'bridge', 'mcast_snooping', '0')
    ip('-n', hub, 'link', 'set', bridge, 'up')
  }
  for (const [at, host] of hosts.entries()) {
    add(host)
    ip('-n', host, 'link', 'add', 'eth0', 'type', 'veth', 'peer', 'name', `port${at}`, 'netns', hub)
    const bridge = at < (options.apart ?? options.hosts) ? 'br0' : 'br1'
    ip('-n', hub, 'link', 'set', `port${at}`, 'master', bridge, 'up')
    ip('-n', host, 'link', 'set', 'eth0', 'up')
    if (options.family === 6) ip('-n', host, 'addr', 'add', `${address(at)}/64`, 'dev', 'eth0', 'nodad')
    else ip('-n', host, 'addr', 'add', `${address(at)}/24`, 'brd', '+', 'dev', 'eth0')
    if (options.multicastRoute === true) ip('-n', host, 'route', 'add', '224.0.0.0/4', 'dev', 'eth0')
    if (options.blockMulticast === true) block(host)
  }
  return {
    on: (host) => ['ip', 'netns', 'exec', hosts[host] ?? ''],
    address,
    cable: (host, state) => ip('-n', hub, 'link', 'set', `port${host}`, state === 'in' ? 'up' : 'down'),
    bridge: () => {
      ip('-n', hub, 'link', 'add', 'joint0', 'type', 'veth', 'peer', 'name', 'joint1')
      for (const side of [0, 1]) ip('-n', hub, 'link', 'set', `joint${side}`, 'master', `br${side}`, 'up')
    },
    close,
  }
}

/** Only UDP: neighbours are still found by ARP and ICMPv6. */
function block(host: string): void {
  const rules = `
    table inet block {
      chain in {
        type filter hook input priority 0
        meta l4proto udp meta pkttype { broadcast, multicast } drop
      }
    }
  `
  run('ip', ['netns', 'exec', host, 'nft', '-f', '-'], rules)
}

const unique = (): string => `swt${randomBytes(4).toString('hex')}`
const ip = (...args: string[]): void => run('ip', args)

function run(command: string, args: readonly string[], input = ''): void {
  const { status, stderr } = spawnSync(command, args, { input, encoding: 'utf8' })
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}: ${stderr.trim()}`)
}
