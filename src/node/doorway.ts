import { rolesFor, ticketId } from '../admission/index.ts'
import type { NodeId } from '../base/index.ts'
import type { Driver } from '../driver/index.ts'
import type { StatePaths } from '../files/index.ts'
import type { Doorway } from '../gateway/index.ts'
import { createIdentity, encodeToken, generateNodeKey } from '../swarm/index.ts'
import { dropPrepared, prepareRoot, replaceRoot } from './membership.ts'

/** Addresses in a token: a way in, not a map. */
const ADDRESSES_MAX = 3

export function createDoorway(parts: {
  readonly driver: Driver
  readonly state: StatePaths
  readonly swarm: NodeId
  readonly addresses: () => Promise<readonly string[]>
}): Doorway {
  const { driver, state } = parts
  return {
    async token({ actor, role, ttlMs, uses }) {
      const key = generateNodeKey()
      const roles = rolesFor(role)
      const ticket = await driver.ask('ticket', { key: key.self, roles, ttlMs, uses, actor })
      const addresses = (await parts.addresses()).filter((address) => !isLocal(address)).slice(0, ADDRESSES_MAX)
      const { expires } = ticket
      return { token: encodeToken({ ticket, key, addresses }), id: ticketId(ticket), roles, uses, expires }
    },
    async rekey({ actor, graceMs }) {
      const key = generateNodeKey()
      prepareRoot(state, key)
      try {
        const { until } = await driver.ask('rekey', { next: createIdentity(key), graceMs, actor })
        replaceRoot(state)
        return { until }
      } catch (error) {
        dropPrepared(state)
        throw error
      }
    },
  }
}

/** Of no use on another machine. */
const isLocal = (address: string): boolean => /^\/ip4\/127\.|^\/ip6\/(?:::1|fe80)/.test(address)
