import type { NodeId, Random } from '../base/index.ts'
import { type BeaconWords, encodeBeacon, parseBeacon } from './beacon-payload.ts'
import { type BeaconSockets, type Heard, openBeaconSockets } from './beacon-sockets.ts'
import { multiaddrText } from './join.ts'
import type { SwarmSecrets } from './secrets.ts'
import type { Timers } from './timers.ts'
import type { DiscoveryReport, Stranger } from './transport.ts'

/** Nodes of one host share it. */
export const BEACON_PORT = 7777
/** Site-local multicast (RFC 2365), and link-local for IPv6. */
const GROUP4 = '239.77.77.77'
const GROUP6 = 'ff02::7:7777'
/** A packet may be lost and a neighbour may start a moment later: say it a few times. Milliseconds after the start. */
const BURST_MS = [150, 500, 1_500]
/** Afterwards: seldom enough to be nothing (40 bytes/s), often enough for a cable plugged in. */
const BEAT_MS = 5_000
/** Answers to one peer, and to all together in that time: nobody can make this node flood a network. */
const ANSWER_GAP_MS = 1_000
const ANSWERS_MAX = 64
/** Other swarms remembered, so that each is noted once. */
const STRANGERS_MAX = 64

export interface BeaconOptions {
  readonly self: NodeId
  readonly secrets: SwarmSecrets
  readonly port?: number
  readonly loopbackOnly: boolean
  readonly random: Random
  readonly timers: Timers
  /** Where this node listens now. */
  listening(): { readonly tcp: number; readonly addresses: readonly string[] }
  looks(): { readonly founded: number; readonly alone: boolean }
  /** True when there is nothing to tell this peer. */
  connected(peer: NodeId): boolean
  seen(peer: NodeId, addresses: readonly string[]): void
  stranger(stranger: Stranger): void
  note(level: 'debug' | 'info' | 'warn', text: string): void
  readonly sockets?: typeof openBeaconSockets
}

export interface Beacon {
  report(): DiscoveryReport
  stop(): void
}

/** Starts at once: whoever starts it has listeners. Nothing that happens to the network is an error. */
export function startBeacon(options: BeaconOptions): Beacon {
  const { self, secrets, timers } = options
  const found = new Set<NodeId>()
  const strangers = new Set<string>()
  let forged = 0
  let answered = new Set<NodeId>()
  let answeredSince = timers.monotonic()
  let cancel = (): void => {}
  let noted = ''

  const sockets: BeaconSockets = (options.sockets ?? openBeaconSockets)({
    port: options.port ?? BEACON_PORT,
    group4: GROUP4,
    group6: GROUP6,
    loopbackOnly: options.loopbackOnly,
    heard,
  })

  function words(ask: boolean): Buffer {
    const beacon: BeaconWords = { v: 1, id: self, ask, ...options.looks(), ...options.listening() }
    return encodeBeacon(beacon, secrets.tag, secrets.beaconKey)
  }

  function heard({ packet, address, answer }: Heard): void {
    const read = parseBeacon(packet, secrets.tag, secrets.beaconKey)
    if (read.is === 'stranger') return meet(read.tag, read.words, address, answer)
    if (read.is === 'forged') forged++
    if (read.is !== 'peer' || read.words.id === self) return
    const { id, tcp, ask, addresses } = read.words
    found.add(id)
    if (options.connected(id)) return
    // An address with a zone names an interface of this host; libp2p cannot dial it, the listed ones may do.
    const from = address.includes('%') ? [] : [multiaddrText(address, tcp, false)]
    options.seen(id, [...from, ...addresses])
    if (ask && mayAnswer(id)) answer(words(false))
  }

  /** Of another swarm. It may look for one to join, so it is answered like a peer. */
  function meet(
    tag: string,
    { addresses, alone, ask, founded, id, tcp }: BeaconWords,
    address: string,
    answer: Heard['answer'],
  ): void {
    if (id === self) return
    noteStranger(tag)
    const from = address.includes('%') ? [] : [multiaddrText(address, tcp, false)]
    options.stranger({ tag, id, addresses: [...from, ...addresses], founded, alone })
    if (ask && mayAnswer(id)) answer(words(false))
  }

  function mayAnswer(peer: NodeId): boolean {
    const now = timers.monotonic()
    if (now - answeredSince >= ANSWER_GAP_MS) {
      answered = new Set()
      answeredSince = now
    }
    if (answered.has(peer) || answered.size >= ANSWERS_MAX) return false
    answered.add(peer)
    return true
  }

  function noteStranger(tag: string): void {
    if (strangers.has(tag) || strangers.size >= STRANGERS_MAX) return
    strangers.add(tag)
    options.note('info', `another swarm is on this network (${tag}); its nodes hold another key`)
  }

  function beat(): void {
    sockets.refresh()
    sockets.send(words(true))
    const mute = [...sockets.states()].filter(([, error]) => error !== undefined)
    const text = mute.map(([name, error]) => `${name}: ${error}`).join(', ')
    if (text !== noted && text !== '') options.note('debug', `the beacon cannot be sent on ${text}`)
    noted = text
  }

  function schedule(step: number): void {
    const wait = BURST_MS[step] ?? BEAT_MS * (0.8 + 0.4 * options.random.next())
    cancel = timers.after(wait, () => {
      beat()
      schedule(step + 1)
    })
  }

  beat()
  schedule(0)

  return {
    report() {
      const states = [...sockets.states()]
      const works = [...new Set(states.filter(([, error]) => error === undefined).map(([name]) => name))]
      const mute = states.filter(([, error]) => error !== undefined).map(([name, error]) => `${name} (${error})`)
      const deaf = sockets.deaf()
      const parts = [
        works.length > 0 ? `sent on ${works.join(', ')}` : 'could not be sent',
        ...(mute.length > 0 ? [`not on ${mute.join(', ')}`] : []),
        ...(deaf === undefined ? [] : [`port ${options.port ?? BEACON_PORT} cannot be listened on (${deaf})`]),
        `heard ${found.size} ${found.size === 1 ? 'peer' : 'peers'}`,
        ...(strangers.size > 0 ? [`and another swarm (${[...strangers].join(', ')})`] : []),
        ...(forged > 0 ? [`and ${forged} packets with a wrong signature`] : []),
      ]
      return { source: 'beacon', found: found.size, detail: `beacon: ${parts.join('; ')}`, ok: works.length > 0 }
    },
    stop() {
      cancel()
      sockets.close()
    },
  }
}
