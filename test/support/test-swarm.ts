import { createHash, randomBytes } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Admission, CERTIFICATE_MS, issue, issuerOf, Authority, type Kept } from '../../src/admission/index.ts'
import type { Clock } from '../../src/base/index.ts'
import { createIdentity, encodeNodeKey, type GroupKey, keyOfSeed, type NodeKey } from '../../src/swarm/index.ts'
import type { Libp2pTransportOptions } from '../../src/swarm/libp2p/index.ts'

/** A swarm with its own key, for tests: whoever it admits is a member by real certificates. */
export class TestSwarm {
  readonly root: NodeKey
  readonly group: GroupKey
  readonly clock: Clock

  /** Of one seed it is the same swarm, in another process too. */
  constructor(seed = randomBytes(32).toString('hex'), clock: Clock = { now: () => Date.now() }) {
    this.root = keyOfSeed(createHash('sha256').update(seed).digest())
    this.group = Uint8Array.from(createHash('sha256').update(`${seed} group`).digest()) as GroupKey
    this.clock = clock
  }

  /** A certificate for the key, as the swarm's own key gives it. */
  kept(
    key: NodeKey,
    {
      roles = ['auto', 'worker'],
      lifeMs = CERTIFICATE_MS,
      name = 'test',
      owner = key.self,
      admitted = this.clock.now(),
    }: Partial<Parameters<typeof issue>[2]> & { lifeMs?: number } = {},
  ): Kept {
    const identity = createIdentity(key)
    const swarm = this.root.self
    const authority = new Authority({
      swarm,
      clock: this.clock,
      verify: (node, text, sig) => identity.verify(node, text, sig),
      rolls: { revocations: [], successions: [] },
    })
    const issuer = issuerOf(authority, createIdentity(this.root), { identity, mandates: null })
    if (issuer === null) throw new Error('the key of the swarm may admit')
    const made = issue(swarm, issuer, { node: key.self, name, roles, owner, admitted }, this.clock, lifeMs)
    return { ...made, revocations: [], successions: [], blocked: [], known: [] }
  }

  /** Puts the swarm's own key into a state directory, as an operator does who installs several machines. */
  provision(dir: string): void {
    const group = Buffer.from(this.group).toString('base64url')
    writeFileSync(join(dir, 'swarm.key'), encodeNodeKey(this.root), { mode: 0o600 })
    writeFileSync(join(dir, 'swarm.json'), JSON.stringify({ v: 1, swarm: this.root.self, group, founded: 1 }), {
      mode: 0o600,
    })
  }

  admission(key: NodeKey, over: Partial<ConstructorParameters<typeof Admission>[0]> = {}): Admission {
    return new Admission({
      identity: createIdentity(key),
      clock: this.clock,
      swarm: this.root.self,
      group: Buffer.from(this.group).toString('base64url'),
      founded: 1,
      kept: this.kept(key),
      root: null,
      policy: 'approve',
      ...over,
    })
  }

  /** What a transport of `key` needs to be a member. */
  of(
    key: NodeKey,
    admission = this.admission(key),
  ): Pick<Libp2pTransportOptions, 'swarm' | 'group' | 'gate' | 'looks'> {
    return {
      swarm: this.root.self,
      group: this.group,
      looks: () => ({ founded: 1, alone: true }),
      gate: {
        shown: () => admission.shown,
        judge(peer, shown) {
          const judged = admission.judge(peer, shown)
          return judged.ok ? null : judged.error.why
        },
        knock: (peer, from, request) =>
          new Promise((resolve) => {
            admission.knock(peer, from, JSON.parse(request), (reply) => resolve(JSON.stringify(reply)))
          }),
      },
    }
  }
}
