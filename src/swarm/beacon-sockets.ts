import { createSocket, type Socket } from 'node:dgram'
import { networkInterfaces } from 'node:os'

/** Interfaces served. A host with more (container bridges, tunnels) has its real ones among the first. */
const INTERFACES_MAX = 16

export interface Heard {
  readonly packet: Buffer
  readonly address: string
  readonly port: number
  /** Sends to whoever sent this. */
  readonly answer: (packet: Buffer) => void
}

export interface BeaconSocketsOptions {
  readonly port: number
  readonly group4: string
  readonly group6: string
  /** Only interfaces of this host (nothing listens elsewhere). */
  readonly loopbackOnly: boolean
  heard(heard: Heard): void
}

/** The sockets of the beacon: one that listens per family, one that sends per interface address. */
export interface BeaconSockets {
  /** Opens sockets for interfaces that appeared, closes those of interfaces that went. */
  refresh(): void
  send(packet: Buffer): void
  /** Interfaces by name with the last error, or undefined where sending works. */
  states(): ReadonlyMap<string, string | undefined>
  /** Why others on the beacon port cannot be heard, if so. */
  deaf(): string | undefined
  close(): void
}

interface Sender {
  readonly name: string
  readonly socket: Socket
  readonly targets: readonly string[]
  ready: boolean
  error: string | undefined
}

const codeOf = (error: Error): string => (error as NodeJS.ErrnoException).code ?? error.message

export function openBeaconSockets(options: BeaconSocketsOptions): BeaconSockets {
  const senders = new Map<string, Sender>()
  const listeners = new Map<4 | 6, { socket: Socket; joined: Set<string>; ready: boolean }>()
  let deaf: string | undefined
  let closed = false

  function wire(socket: Socket): void {
    socket.on('message', (packet, from) => {
      if (closed) return
      options.heard({
        packet,
        address: from.address,
        port: from.port,
        // A peer that vanished meanwhile, or a route that did: its next beacon asks again.
        answer: (reply) => {
          if (!closed) socket.send(reply, from.port, from.address, () => {})
        },
      })
    })
  }

  function listen(family: 4 | 6): void {
    const socket = createSocket({
      type: `udp${family}`,
      reuseAddr: true,
      ...(family === 6 ? { ipv6Only: true } : {}),
    })
    const listener = { socket, joined: new Set<string>(), ready: false }
    listeners.set(family, listener)
    wire(socket)
    socket.on('error', (error) => {
      if (family === 4) deaf = codeOf(error)
      listeners.delete(family)
      close(socket)
    })
    socket.bind(options.port, family === 4 ? '0.0.0.0' : '::', () => {
      listener.ready = true
      joinGroups()
    })
  }

  function joinGroups(): void {
    for (const [family, listener] of listeners) {
      if (!listener.ready) continue
      for (const at of places().filter((place) => place.family === family)) {
        if (listener.joined.has(at.key)) continue
        try {
          if (family === 4) listener.socket.addMembership(options.group4, at.address)
          else listener.socket.addMembership(options.group6, `::%${at.name}`)
          listener.joined.add(at.key)
        } catch {
          // Not every interface takes multicast; the broadcast may still arrive. Tried again at the next refresh.
        }
      }
    }
  }

  function openSender(at: Place): void {
    const socket = createSocket({ type: `udp${at.family}` })
    const targets = at.family === 4 ? [options.group4, ...at.broadcast] : [`${options.group6}%${at.name}`]
    const sender: Sender = { name: at.name, socket, targets, ready: false, error: undefined }
    senders.set(at.key, sender)
    wire(socket)
    socket.on('error', (error) => {
      sender.error = codeOf(error)
      sender.ready = false
    })
    socket.bind(0, at.family === 4 ? at.address : `${at.address}%${at.name}`, () => {
      try {
        if (at.family === 4) {
          socket.setBroadcast(true)
          socket.setMulticastInterface(at.address)
        } else socket.setMulticastInterface(`::%${at.name}`)
        sender.ready = true
        flush(sender)
      } catch (error) {
        sender.error = error instanceof Error ? codeOf(error) : String(error)
      }
    })
  }

  let last: Buffer | undefined
  function flush(sender: Sender): void {
    if (!sender.ready || last === undefined || closed) return
    let failed = 0
    for (const target of sender.targets) {
      sender.socket.send(last, options.port, target, (error) => {
        if (error === null) sender.error = undefined
        else if (++failed === sender.targets.length) sender.error = codeOf(error)
      })
    }
  }

  function places(): Place[] {
    return listPlaces().filter((place) => place.internal || !options.loopbackOnly)
  }

  function close(socket: Socket): void {
    try {
      socket.close()
    } catch {
      // It was closed already.
    }
  }

  return {
    refresh() {
      if (closed) return
      const now = places()
      for (const [key, sender] of senders) {
        if (now.some((place) => place.key === key) && (sender.ready || sender.error === undefined)) continue
        senders.delete(key)
        close(sender.socket)
      }
      for (const at of now) if (!senders.has(at.key)) openSender(at)
      for (const family of [4, 6] as const) {
        if (!listeners.has(family) && now.some((place) => place.family === family)) listen(family)
      }
      joinGroups()
    },
    send(packet) {
      last = packet
      for (const sender of senders.values()) flush(sender)
    },
    states() {
      const states = new Map<string, string | undefined>()
      for (const { name, error } of senders.values()) {
        // One family that works is enough for an interface.
        if (!states.has(name) || error === undefined) states.set(name, error)
      }
      return states
    },
    deaf: () => (listeners.get(4)?.ready === true ? undefined : deaf),
    close() {
      closed = true
      for (const { socket } of [...senders.values(), ...listeners.values()]) close(socket)
      senders.clear()
      listeners.clear()
    },
  }
}

interface Place {
  /** Interface, family and address: another address is another place. */
  readonly key: string
  readonly name: string
  readonly family: 4 | 6
  readonly address: string
  readonly internal: boolean
  /** The broadcast address of the subnet, where there is one. */
  readonly broadcast: readonly string[]
}

function listPlaces(): Place[] {
  const places: Place[] = []
  for (const [name, addresses] of Object.entries(networkInterfaces())) {
    for (const { family, address, netmask, internal } of addresses ?? []) {
      const key = `${name} ${address}`
      if (family === 'IPv4') {
        const broadcast = broadcastOf(address, netmask)
        places.push({
          key,
          name,
          family: 4,
          address,
          internal,
          broadcast: broadcast === undefined ? [] : [broadcast],
        })
      } else if (address.startsWith('fe80:')) {
        places.push({ key, name, family: 6, address, internal, broadcast: [] })
      }
    }
  }
  return places.slice(0, INTERFACES_MAX)
}

/** Undefined for a point-to-point address. */
export function broadcastOf(address: string, netmask: string): string | undefined {
  const [ip, mask] = [address.split('.').map(Number), netmask.split('.').map(Number)]
  if (ip.length !== 4 || mask.length !== 4 || (mask[3] ?? 255) >= 254) return undefined
  return ip.map((byte, at) => (byte | (~(mask[at] ?? 255) & 255)) & 255).join('.')
}
