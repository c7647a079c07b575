import { type Done, failed, type NodeId, ok, type Random, type Result, SwarmError } from '../base/index.ts'
import type { Redeem } from '../admission/index.ts'
import {
  checkSetting,
  checkSettingKey,
  isDocumentKey,
  settingOf,
  type CoordinationEffect,
  type Left,
  type Coordinator,
  type Recovered,
  type Reply,
  versionOf,
} from '../coordination/index.ts'
import { type LeaderView, leaderView } from './leader-view.ts'

export interface SettingView {
  readonly key: string
  /** Null: nobody set it. */
  readonly value: unknown
  /** For a compare-and-set; `0` when nobody set it. */
  readonly version: string
  readonly by: NodeId | null
  readonly at: number | null
  /** Read from this node's own copy, which may be behind; otherwise it is linearizable. */
  readonly local: boolean
}

/** Questions about the swarm itself. Those that change something are answered by the leader, wherever it is. */
export interface GovernExchange {
  readonly leader: { readonly input: null; readonly reply: LeaderView }
  readonly settings: { readonly input: null; readonly reply: { readonly settings: readonly SettingView[] } }
  /** Settings that hold more than a number or a word, of this node's own copy. */
  readonly documents: { readonly input: null; readonly reply: { readonly settings: readonly SettingView[] } }
  readonly setting: { readonly input: { readonly key: string; readonly local: boolean }; readonly reply: SettingView }
  readonly 'write-setting': { readonly input: WriteSetting; readonly reply: SettingView }
  readonly 'step-down': { readonly input: { readonly to: string | null }; readonly reply: LeaderView }
  readonly 'remove-node': { readonly input: { readonly node: string }; readonly reply: LeaderView }
  readonly 'drain-node': {
    readonly input: { readonly node: string; readonly on: boolean }
    readonly reply: LeaderView
  }
  readonly recover: { readonly input: { readonly look: boolean }; readonly reply: Recovered }
  /** For good: answered when this node is no member any more, or why it still is, in 3 s at most. */
  readonly leave: { readonly input: null; readonly reply: Left }
}

interface WriteSetting {
  readonly key: string
  /** Undefined takes it back. */
  readonly value: unknown
  /** The version it must have; null writes whatever it is. */
  readonly expect: string | null
  /** Makes a repeated write one. */
  readonly idempotencyKey: string | null
}

export type GovernRequest = {
  [Kind in keyof GovernExchange]: { readonly kind: Kind; readonly input: GovernExchange[Kind]['input'] }
}[keyof GovernExchange]

const KINDS: readonly string[] = [
  'leader',
  'settings',
  'documents',
  'setting',
  'write-setting',
  'step-down',
  'remove-node',
  'drain-node',
  'recover',
  'leave',
] satisfies (keyof GovernExchange)[]
export const isGovernRequest = (request: { readonly kind: string }): request is GovernRequest =>
  KINDS.includes(request.kind)

const VALUES_MAX = 64

/** Puts questions about the swarm into the coordinator's words, and its answers into a person's. */
export class Governor {
  readonly #coordinator: Coordinator
  readonly #self: NodeId
  readonly #random: Random
  readonly #values = new Map<string, { readonly text: string; readonly value: unknown }>()

  constructor(parts: { readonly coordinator: Coordinator; readonly self: NodeId; readonly random: Random }) {
    this.#coordinator = parts.coordinator
    this.#self = parts.self
    this.#random = parts.random
  }

  start(request: GovernRequest, done: Done<unknown>): readonly CoordinationEffect[] {
    switch (request.kind) {
      case 'leader':
        done(ok(this.#leader()))
        return []
      case 'settings':
        done(ok({ settings: this.#keys().map((key) => this.#local(key)) }))
        return []
      case 'documents':
        done(ok({ settings: this.#keys(true).map((key) => this.#local(key)) }))
        return []
      case 'setting':
        return this.#read(request.input, done)
      case 'write-setting':
        return this.#write(request.input, done)
      case 'step-down':
        return this.#stepDown(request.input.to, done)
      case 'remove-node':
        return this.#remove(request.input.node, done)
      case 'drain-node': {
        const { node: name, on } = request.input
        const node = this.#find(name)
        if (!node.ok) return refuse(done, node)
        return this.#command({ do: 'drain', node: node.value.node, on }, done)
      }
      case 'recover': {
        const { effects, result } = this.#coordinator.recover(request.input.look)
        done(result)
        return effects
      }
      case 'leave':
        return this.#coordinator.leave(done)
    }
  }

  /** Counts one use of a join token. Fails when there is none left, or nobody leads. */
  redeem({ node, ticket, until, uses }: Redeem, done: Done<void>): readonly CoordinationEffect[] {
    const command = { do: 'redeem', ticket, node, uses, until, at: 0 } as const
    return this.#coordinator.ask(`redeem ${ticket} ${node.slice(-12)}`, { do: 'command', command }, (result) => {
      if (!result.ok) return done(result)
      const { outcome } = result.value
      if (outcome.ok) return done(ok(undefined))
      const why = outcome.why === 'lost' ? 'the token was used up' : 'too many tokens are in use'
      done(failed(new SwarmError('SWARM_FORBIDDEN', why, 'Make a new one with `mcp-swarm token new`.')))
    })
  }

  /** Every member held the same up to this stamp. A later one may have been agreed on meanwhile. */
  agree({ stamp, sum }: { readonly stamp: number; readonly sum: string }): readonly CoordinationEffect[] {
    return this.#coordinator.ask(
      `horizon ${stamp}`,
      { do: 'command', command: { do: 'horizon', stamp, sum } },
      () => {},
    )
  }

  /** A leader drops who was revoked, and enrols it in no lineage again. */
  ban(isRevoked: (node: NodeId) => boolean): readonly CoordinationEffect[] {
    const { seat, state } = this.#coordinator
    if (!state || !seat?.isLeading) return []
    const gone = Object.values(state.roster).find(({ node }) => isRevoked(node) && node !== this.#self)
    if (!gone) return []
    return this.#coordinator.ask(
      `ban ${gone.member}`,
      { do: 'command', command: { do: 'ban', node: gone.node } },
      () => {},
    )
  }

  #leader(): LeaderView {
    return leaderView(this.#coordinator, this.#self)
  }

  #keys(documents = false): readonly string[] {
    const settings = this.#coordinator.state?.settings ?? {}
    return Object.keys(settings)
      .filter((key) => settings[key]?.value !== null && isDocumentKey(key) === documents)
      .sort()
  }

  #local(key: string): SettingView {
    const { state } = this.#coordinator
    const held = state?.settings[key]
    const value = held?.value ?? null
    return {
      key,
      value: value === null ? null : this.#parsed(key, value),
      version: state ? versionOf(state, key) : '0',
      by: held?.by ?? null,
      at: held?.at ?? null,
      local: true,
    }
  }

  /** Documents are asked for with every answer, and change once in a while. */
  #parsed(key: string, text: string): unknown {
    const known = this.#values.get(key)
    if (known?.text === text) return known.value
    const value = JSON.parse(text) as unknown
    if (isDocumentKey(key)) {
      if (this.#values.size >= VALUES_MAX) this.#values.clear()
      this.#values.set(key, { text, value })
    }
    return value
  }

  #read({ key, local }: GovernExchange['setting']['input'], done: Done<unknown>): readonly CoordinationEffect[] {
    const known = checkSettingKey(key)
    if (!known.ok) return refuse(done, known)
    if (local) {
      done(ok(this.#local(key)))
      return []
    }
    return this.#coordinator.ask(this.#key('read'), { do: 'read', setting: key }, (result) =>
      done(result.ok ? ok(viewOf(key, result.value)) : result),
    )
  }

  #write({ expect, idempotencyKey, key, value }: WriteSetting, done: Done<unknown>): readonly CoordinationEffect[] {
    const named = checkSettingKey(key)
    const checked = !named.ok ? named : value === undefined ? ok(null) : checkSetting(key, value)
    if (!checked.ok) return refuse(done, checked)
    const command = { do: 'set', key, value: checked.value, expect, at: 0, by: this.#self } as const
    return this.#coordinator.ask(idempotencyKey ?? this.#key('set'), { do: 'command', command }, (result) => {
      if (!result.ok) return done(result)
      const { outcome } = result.value
      const view = viewOf(key, result.value)
      if (outcome.ok) return done(ok(view))
      if (outcome.why === 'unfit') return done(this.#contradiction(key, value))
      const now = view.version === '0' ? 'not set' : `${JSON.stringify(view.value)} (version ${view.version})`
      done(
        outcome.why === 'lost'
          ? failed(
              new SwarmError(
                'SWARM_CONFLICT',
                `${key} is ${now} by now, not version ${expect}`,
                'Read it, and decide again.',
              ),
            )
          : failed(new SwarmError('SWARM_TOO_LARGE', 'there are too many settings already', 'Take one back first.')),
      )
    })
  }

  #contradiction(key: string, value: unknown): Result<never> {
    const { state } = this.#coordinator
    const [other, words] =
      key === 'voters.min' ? (['voters.max', 'more than'] as const) : (['voters.min', 'less than'] as const)
    const held = state ? `${other} (${String(settingOf(state, other))})` : other
    const given = value === undefined ? 'its default' : JSON.stringify(value)
    return failed(
      new SwarmError('SWARM_BAD_INPUT', `${key} cannot be ${given}, ${words} ${held}`, `Change ${other} first.`),
    )
  }

  #stepDown(to: string | null, done: Done<unknown>): readonly CoordinationEffect[] {
    const target = to === null ? ok(null) : this.#find(to)
    if (!target.ok) return refuse(done, target)
    const node = target.value?.node ?? null
    return this.#coordinator.ask(this.#key('step-down'), { do: 'step-down', to: node }, (result) => {
      if (!result.ok) return done(result)
      if (result.value.outcome.ok) return done(ok(this.#leader()))
      const why = to === null ? 'no other voter can be reached' : `"${to}" is no voter that can be reached`
      done(failed(new SwarmError('SWARM_CONFLICT', why, 'See the voters in `mcp-swarm leader`.')))
    })
  }

  #remove(name: string, done: Done<unknown>): readonly CoordinationEffect[] {
    const node = this.#find(name)
    if (!node.ok) return refuse(done, node)
    const { member } = node.value
    if (nodeIsHere(this.#coordinator, member, this.#self))
      return refuse(
        done,
        failed(
          new SwarmError(
            'SWARM_CONFLICT',
            `"${name}" is running, and would come back at once`,
            'Stop it first, or take work from it with `mcp-swarm nodes drain`.',
          ),
        ),
      )
    return this.#command({ do: 'drop', member }, done)
  }

  #command(
    command: Extract<Parameters<Coordinator['ask']>[1], { do: 'command' }>['command'],
    done: Done<unknown>,
  ): readonly CoordinationEffect[] {
    return this.#coordinator.ask(this.#key(command.do), { do: 'command', command }, (result) =>
      done(result.ok ? ok(this.#leader()) : result),
    )
  }

  /** By name, id, or the start of an id. */
  #find(
    name: string,
  ): Result<{ readonly node: NodeId; readonly member: Parameters<Coordinator['peers']['hasMember']>[0] }> {
    const roster = Object.values(this.#coordinator.state?.roster ?? {})
    const exact = roster.filter((entry) => entry.name === name || entry.node === name || entry.member === name)
    const found = exact.length > 0 ? exact : roster.filter((entry) => name.length >= 6 && entry.node.startsWith(name))
    const [one, ...more] = found
    if (one && more.length === 0) return ok({ node: one.node, member: one.member })
    return failed(
      one
        ? new SwarmError(
            'SWARM_BAD_INPUT',
            `${found.length} members are called "${name}"`,
            'Give the id: `mcp-swarm nodes --json`.',
          )
        : new SwarmError('SWARM_NOT_FOUND', `no member is called "${name}"`, 'See `mcp-swarm nodes`.'),
    )
  }

  #key(what: string): string {
    const part = (): string => this.#random.below(0x1_0000_0000).toString(16)
    return `${what} ${this.#self.slice(-8)} ${part()}${part()}`
  }
}

const nodeIsHere = (
  { peers }: Coordinator,
  member: Parameters<Coordinator['peers']['hasMember']>[0],
  self: NodeId,
): boolean => peers.hasMember(member) || member.startsWith(`${self}.`)

function refuse(done: Done<unknown>, result: Result<unknown>): readonly CoordinationEffect[] {
  done(result)
  return []
}

const viewOf = (key: string, { setting }: Reply): SettingView => ({
  key,
  value: setting === null || setting.value === null ? null : (JSON.parse(setting.value) as unknown),
  version: setting?.version ?? '0',
  by: setting?.by ?? null,
  at: setting?.at ?? null,
  local: false,
})
