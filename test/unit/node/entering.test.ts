import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Admission, KNOCK_VERSION, type Knock, words } from '../../../src/admission/index.ts'
import { Config } from '../../../src/config/index.ts'
import { makeDirectory, nodePaths, statePaths } from '../../../src/files/index.ts'
import { Entering, type KnockAt } from '../../../src/node/entering.ts'
import { currentSwarm, openMembership } from '../../../src/node/membership.ts'
import { generateNodeKey, type NodeKey } from '../../../src/swarm/index.ts'
import { scratch } from '../../support/swarm.ts'
import { TestSwarm } from '../../support/test-swarm.ts'

/* Who answers a newcomer may be anybody: what it takes for an answer, with real certificates and real files. */

const clock = { now: () => Date.now() }

/** A swarm that somebody runs, and the one of its nodes that is asked. */
class Door {
  readonly home = new TestSwarm()
  readonly admission: Admission = this.home.admission(generateNodeKey())
  asked = 0

  answer(who: NodeKey, request: string): string {
    this.asked += 1
    let answer = ''
    this.admission.knock(
      who.self,
      '/ip4/10.0.0.2/tcp/1',
      JSON.parse(request),
      (reply) => (answer = JSON.stringify(reply)),
    )
    return answer
  }
  approve(): void {
    assert.ok(this.admission.approve('bert', null, 'owner').result.ok)
  }
}

function newcomer(doors: Readonly<Record<string, Door>>, join: readonly string[] = []) {
  const state = statePaths({}, scratch())
  const paths = nodePaths(state, 'bert')
  makeDirectory(paths.dir)
  const key = generateNodeKey()
  const config = Config.parse({ discovery: { bootstrap: join } })
  const knock: KnockAt = async (who, address, request) => {
    const door = doors[address]
    if (!door) return { ok: false, why: 'nobody listens there' }
    return { ok: true, peer: door.admission.certificate.node, answer: door.answer(who, request) }
  }
  const remarks: string[] = []
  const begin = (): Entering =>
    new Entering({
      state,
      paths,
      key,
      name: 'bert',
      version: '1',
      config,
      clock,
      token: null,
      knock,
      remark: (_level, text) => remarks.push(text),
    })
  const entering = begin()
  const founded = openMembership({ state, paths }, { key, name: 'bert', role: 'auto', clock })
  return { begin, entering, key, remarks, founded: founded.swarm, swarm: () => currentSwarm(state) }
}

/** Asks those addresses as if the swarms there were near. Rounds are what a timer does. */
const ask = (entering: Entering, targets: readonly string[]): Promise<boolean> => entering.ask(targets, null, false)

test('it enters the swarm whose words it showed, once a person there has approved it', async () => {
  const a = new Door()
  const { entering, key, swarm, founded } = newcomer({ a })
  assert.equal(await ask(entering, ['a']), false)
  assert.equal(entering.waiting?.words, words(a.home.root.self, key.self))
  assert.equal(swarm(), founded)
  a.approve()
  assert.equal(await ask(entering, ['a']), true)
  assert.equal(swarm(), a.home.root.self)
})

test('a swarm that lets it in unasked does not get it: nobody has compared any words', async () => {
  const eager = new Door()
  const open = eager.home.admission(generateNodeKey(), { policy: 'open' })
  Object.defineProperty(eager, 'admission', { value: open })
  const { entering, remarks, swarm, founded } = newcomer({ eager })
  assert.equal(await ask(entering, ['eager']), false)
  assert.equal(swarm(), founded)
  assert.ok(remarks.some((text) => /nobody was shown the words of that swarm/.test(text)))
})

test('of two that answer as one it enters neither, whoever is faster', async () => {
  const [right, wrong] = [new Door(), new Door()]
  const { entering, key, remarks, swarm, founded } = newcomer({ right, wrong })
  await ask(entering, ['right', 'wrong'])
  assert.equal(entering.waiting?.words, words(right.home.root.self, key.self), 'the first words stay')
  right.approve()
  wrong.approve()
  assert.equal(await ask(entering, ['wrong', 'right']), false)
  assert.equal(swarm(), founded)
  assert.ok(remarks.some((text) => /two swarms answer here/.test(text)))
})

test('who showed the words of one swarm cannot let it into another', async () => {
  const [right, thief] = [new Door(), new Door()]
  const { entering, key, swarm, founded } = newcomer({ right, thief })
  await ask(entering, ['right'])
  // It answers with the right swarm's words, and then with a certificate of its own.
  const request: Knock = {
    v: KNOCK_VERSION,
    swarm: null,
    of: null,
    name: 'bert',
    role: 'auto',
    version: '1',
    ticket: null,
  }
  thief.answer(key, JSON.stringify(request))
  thief.approve()
  assert.equal(await ask(entering, ['thief']), false)
  assert.equal(swarm(), founded)
})

test('an address its user named is asked before the node starts, and may let it in at once', async () => {
  const a = new Door()
  Object.defineProperty(a, 'admission', { value: a.home.admission(generateNodeKey(), { policy: 'open' }) })
  const { entering, swarm } = newcomer({ '10.0.0.1:7801': a }, ['10.0.0.1:7801'])
  await entering.first()
  assert.equal(swarm(), a.home.root.self)
})

test('approved while it was down, it enters at its next start: its user has seen the words', async () => {
  const [a, other] = [new Door(), new Door()]
  const { begin, entering, swarm } = newcomer({ a, other })
  await ask(entering, ['a'])
  a.approve()
  const again = begin()
  assert.equal(await ask(again, ['other']), false)
  const third = begin()
  assert.equal(await ask(third, ['a']), true)
  assert.equal(swarm(), a.home.root.self)
})
