import {
  type Admission,
  type AdmissionEffect,
  type KnockReply,
  type Pending,
  type Signer,
  type Ticket,
} from '../admission/index.ts'
import { type Done, failed, type NodeId, ok, type Result, SwarmError, unreachable } from '../base/index.ts'
import { type CoordinationEffect, type Coordinator, nodeOfMember } from '../coordination/index.ts'
import type { Role } from '../membership/index.ts'
import type { Governor } from './governor.ts'

/** Questions about who is let in. They are answered here, without a leader; a token's uses the leader counts. */
export interface AdmissionExchange {
  /** A stranger's, from the gate. */
  readonly knock: {
    readonly input: { readonly peer: NodeId; readonly from: string; readonly request: unknown }
    readonly reply: KnockReply
  }
  readonly newcomers: {
    readonly input: null
    readonly reply: { readonly pending: readonly Pending[]; readonly mayAdmit: boolean }
  }
  readonly approve: {
    readonly input: { readonly name: string; readonly role: Role | null; readonly actor: string }
    readonly reply: Pending
  }
  readonly ignore: { readonly input: { readonly name: string }; readonly reply: Pending }
  readonly 'refuse-newcomer': {
    readonly input: { readonly name: string; readonly actor: string }
    readonly reply: { readonly node: NodeId }
  }
  readonly ticket: {
    readonly input: {
      readonly key: NodeId
      readonly roles: readonly Role[]
      readonly ttlMs: number
      readonly uses: number
      readonly actor: string
    }
    readonly reply: Ticket
  }
  readonly revoke: {
    readonly input: { readonly node: string; readonly withAdmitted: boolean; readonly actor: string }
    readonly reply: Revoked
  }
  readonly rekey: {
    readonly input: { readonly next: Signer; readonly graceMs: number; readonly actor: string }
    readonly reply: { readonly until: number }
  }
}

export interface Revoked {
  readonly node: NodeId
  readonly name: string
  /** Names of those it had let in: they stay, unless they were to go too. */
  readonly admitted: readonly string[]
}

export type AdmissionRequest = {
  [Kind in keyof AdmissionExchange]: { readonly kind: Kind; readonly input: AdmissionExchange[Kind]['input'] }
}[keyof AdmissionExchange]

const KINDS: readonly string[] = [
  'knock',
  'newcomers',
  'approve',
  'ignore',
  'refuse-newcomer',
  'ticket',
  'revoke',
  'rekey',
] satisfies (keyof AdmissionExchange)[]
export const isAdmissionRequest = (request: { readonly kind: string }): request is AdmissionRequest =>
  KINDS.includes(request.kind)

/** How often a leader looks whether a member of its roster was revoked. */
const BAN_TICKS = 10

/** What admission does with each tick. */
export function admit(
  admission: Admission | undefined,
  coordinator: Coordinator,
  governor: Governor,
  ticks: number,
): readonly (AdmissionEffect | CoordinationEffect)[] {
  if (!admission) return []
  const ban = ticks % BAN_TICKS === 0 ? governor.ban((node) => admission.isRevoked(node)) : []
  return [...admission.tick(coordinator.leader && nodeOfMember(coordinator.leader)), ...ban]
}

/** Puts a person's or a stranger's question to the admission core. */
export function askAdmission(
  admission: Admission | undefined,
  request: AdmissionRequest,
  done: Done<unknown>,
): readonly AdmissionEffect[] {
  if (!admission) {
    done(failed(new SwarmError('SWARM_NOT_FOUND', 'this node admits nobody')))
    return []
  }
  const told = <T>({
    effects,
    result,
  }: {
    readonly result: Result<T>
    readonly effects: readonly AdmissionEffect[]
  }): readonly AdmissionEffect[] => {
    done(result)
    return effects
  }
  switch (request.kind) {
    case 'knock': {
      const { from, peer, request: knock } = request.input
      return admission.knock(peer, from, knock, (reply) => done(ok(reply)))
    }
    case 'newcomers':
      done(ok({ pending: admission.pending(), mayAdmit: admission.mayAdmit }))
      return []
    case 'approve':
      return told(admission.approve(request.input.name, request.input.role, request.input.actor))
    case 'ignore':
      return told(admission.ignore(request.input.name))
    case 'refuse-newcomer': {
      const { effects, result } = admission.block(request.input.name, request.input.actor)
      return told({ effects, result: result.ok ? ok({ node: result.value }) : result })
    }
    case 'ticket':
      return told(admission.ticket(request.input.key, request.input))
    case 'revoke':
      return revoke(admission, request.input, told)
    case 'rekey': {
      const { effects, result } = admission.rekey(request.input.next, request.input.graceMs, request.input.actor)
      return told({ effects, result: result.ok ? ok({ until: result.value.until }) : result })
    }
    default:
      return unreachable(request)
  }
}

function revoke(
  admission: Admission,
  { actor, node: name, withAdmitted }: AdmissionExchange['revoke']['input'],
  told: (done: {
    readonly result: Result<Revoked>
    readonly effects: readonly AdmissionEffect[]
  }) => readonly AdmissionEffect[],
): readonly AdmissionEffect[] {
  const all = [...admission.known, admission.certificate]
  const exact = all.filter((one) => one.name === name || one.node === name)
  const found = exact.length > 0 ? exact : all.filter((one) => name.length >= 6 && one.node.startsWith(name))
  const [one, ...more] = found
  const no = (error: SwarmError): readonly AdmissionEffect[] => told({ result: failed(error), effects: [] })
  if (!one)
    return no(
      new SwarmError(
        'SWARM_NOT_FOUND',
        `this node has met no member called "${name.slice(0, 80)}"`,
        'See `mcp-swarm nodes`, or give the whole id; run it at a node that has met it.',
      ),
    )
  if (more.length > 0)
    return no(
      new SwarmError(
        'SWARM_BAD_INPUT',
        `${found.length} members are called "${name.slice(0, 80)}"`,
        'Give the id: `mcp-swarm nodes --json`.',
      ),
    )
  const { effects, result } = admission.revoke(one.node, withAdmitted, actor)
  return told({
    effects,
    result: result.ok ? ok({ node: one.node, name: one.name, admitted: result.value.spared }) : result,
  })
}
