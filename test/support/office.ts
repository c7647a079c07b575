import assert from 'node:assert/strict'
import type { Result } from '../../src/base/index.ts'
import type { LeaderView, SettingView } from '../../src/driver/index.ts'
import { isOne, simulate, type World, type WorldOptions } from '../../src/sim/index.ts'

type Request = Parameters<World['ask']>[1]

/** What is about the coordination; members that see and suspect each other have their own tests. */
const NOISE = / (?:sees|lost|learned) | notes: (?:\S+ is (?:suspect|healthy)|this machine's clock|the clocks)/

/** A few machines on virtual time, and what their swarm decides: stories of `swarm-stories.ts` are told with it. */
export class Office {
  readonly world: World
  /** Lineages by the order in which they were seen. */
  readonly #lineages: string[] = []

  constructor(options: WorldOptions) {
    this.world = simulate(options)
  }

  /** Two swarms on networks of their own, as many nodes in each, with one setting each. */
  static halves(seed: number, first: number, second: number): Office {
    const lans = [...Array.from({ length: first }, () => 'x'), ...Array.from({ length: second }, () => 'y')]
    const office = new Office({ seed, nodes: first + second, lans })
    const { names } = office.world
    office.agree(names.slice(0, first)).agree(names.slice(first))
    office.world.run(100)
    office.write(names[0] ?? '', 'x.first', 1).write(names[first] ?? '', 'x.second', 2)
    return office
  }

  view(name: string): LeaderView {
    return this.world.status(name).coordination
  }
  get leader(): string {
    const leader = this.world.alive.find((name) => this.view(name).state === 'leader')
    assert.ok(leader, 'nobody leads')
    return leader
  }

  /** An event at a time. */
  until(what: string, holds: () => boolean, secondsMax = 120): this {
    const { timeline } = this.world
    const end = timeline.now + secondsMax * 1000
    while (!holds()) assert.ok(timeline.step(end), `${what}: not within ${secondsMax} s\n${this.text}`)
    return this
  }

  settle(secondsMax = 90): this {
    return this.#within('one swarm', () => isOne(this.world), secondsMax)
  }

  /** These, whatever the others do, are in one lineage, and one of them leads it. */
  agree(names: readonly string[], secondsMax = 90): this {
    return this.#within(
      `${names.join(' ')} agree`,
      () => {
        const views = names.map((name) => this.view(name))
        const [first] = views
        return (
          first?.leader != null &&
          names.includes(first.leader.id) &&
          views.every(
            ({ applied, frozen, leader, lineage, members }) =>
              lineage === first.lineage &&
              leader?.id === first.leader?.id &&
              applied === first.applied &&
              members >= names.length &&
              !frozen,
          )
        )
      },
      secondsMax,
    )
  }

  /** It leads, whoever follows. */
  leads(name: string, secondsMax = 60): this {
    return this.until(
      `${name} leads`,
      () => this.view(name).state === 'leader' && !this.view(name).frozen,
      secondsMax,
    )
  }

  /** Nobody of these leads, or hears a leader, for so long. */
  without(names: readonly string[], seconds: number): this {
    for (let second = 0; second < seconds; second++) {
      this.world.run(10)
      for (const name of names) assert.equal(this.view(name).leader, null, `${name} has a leader\n${this.text}`)
    }
    return this
  }

  ask<Value>(name: string, request: Request): Result<Value> {
    let answer: Result<Value> | undefined
    this.world.ask(name, request, (result) => {
      answer = result as Result<Value>
    })
    this.until(`${name} answers`, () => answer !== undefined, 10)
    assert.ok(answer)
    return answer
  }

  write(name: string, key: string, value: unknown): this {
    const input = { key, value, expect: null, idempotencyKey: null }
    const result = this.ask<SettingView>(name, { kind: 'write-setting', input })
    assert.ok(result.ok, `${name} could not write: ${result.ok ? '' : result.error.message}\n${this.text}`)
    this.world.judge.acknowledged(key, JSON.stringify(value), result.value.at ?? 0)
    this.world.say(`${name} writes ${key} = ${JSON.stringify(value)}`)
    return this
  }

  /** Many at once, of a few settings. */
  writeMany(name: string, count: number): this {
    let done = 0
    for (let number = 0; number < count; number++) {
      const input = { key: `x.many-${number % 8}`, value: number, expect: null, idempotencyKey: null }
      this.world.ask(name, { kind: 'write-setting', input }, (result) => (done += result.ok ? 1 : 0))
      if (number % 20 === 0) this.world.run(1)
    }
    this.world.run(20).say(`${name} writes ${done} times`)
    assert.equal(done, count)
    return this
  }

  /** With a key, by which a repeated one is the same. */
  writeOnce(name: string, key: string, value: unknown, idempotencyKey: string): this {
    const input = { key, value, expect: null, idempotencyKey }
    const result = this.ask<SettingView>(name, { kind: 'write-setting', input })
    assert.ok(result.ok, this.text)
    this.world.say(`${name} writes ${key} = ${JSON.stringify(value)}, key ${idempotencyKey}`)
    return this
  }

  read(name: string, key: string): unknown {
    const result = this.ask<SettingView>(name, { kind: 'setting', input: { key, local: false } })
    assert.ok(result.ok, `${name} could not read: ${result.ok ? '' : result.error.message}\n${this.text}`)
    this.world.say(`${name} reads ${key} = ${JSON.stringify(result.value.value)}`)
    return result.value.value
  }

  tell(): this {
    for (const name of this.world.alive) this.world.say(this.#place(name))
    return this
  }

  get text(): string {
    return this.world.transcript.filter((line) => !NOISE.test(line)).join('\n')
  }

  #place(name: string): string {
    const { frozen, leader, lineage, members, reason, seat, standbys, voters } = this.view(name)
    const ids = (of: readonly { readonly id: string }[]): string => of.map(({ id }) => id).join(' ') || 'none'
    if (lineage === null) return `${name}: no place; ${reason}`
    if (!this.#lineages.includes(lineage)) this.#lineages.push(lineage)
    const number = this.#lineages.indexOf(lineage) + 1
    return [
      `${name}: ${seat} of lineage ${number}${frozen ? ' (frozen)' : ''}, led by ${leader?.id ?? 'nobody'}`,
      `voters ${ids(voters)}, standbys ${ids(standbys)}, ${members} members${reason === null ? '' : `; ${reason}`}`,
    ].join('; ')
  }

  #within(what: string, holds: () => boolean, secondsMax: number): this {
    for (let tick = 0; tick < secondsMax * 10 && !holds(); tick++) this.world.run(1)
    return holds() ? this : assert.fail(`${what}: not within ${secondsMax} s\n${this.tell().text}`)
  }
}
