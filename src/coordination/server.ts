import type { Command } from './commands.ts'
import { transferTo } from './handover.ts'
import type { AskBody, CoordinationMessage, Reply } from './messages.ts'
import type { Peers } from './peers.ts'
import type { Seat } from './seat.ts'
import { type Outcome, versionOf } from './state.ts'

type Answer = (reply: Reply | null) => void

/** The leader's side of questions: each is answered when it is applied or read, or by null when this leader cannot. */
export class Server {
  readonly #seat: Seat
  readonly #now: () => number
  readonly #waiting = new Map<string, { readonly setting: string | null; readonly answers: Answer[] }>()
  readonly #reads = new Map<number, { readonly setting: string; readonly answer: Answer }>()
  #read = 0

  constructor(seat: Seat, now: () => number) {
    this.#seat = seat
    this.#now = now
  }

  serve(key: string, body: AskBody, peers: Peers, answer: Answer): void {
    if (body.do === 'command') return this.command(key, body.command, answer)
    if (body.do === 'read') return this.ask(body.setting, answer)
    const { index } = this.#seat.applied
    const done = transferTo(this.#seat, peers, body.to)
    answer({ outcome: done ? { ok: true, index } : { ok: false, why: 'unfit' }, setting: null })
  }

  command(key: string, command: Command, answer: Answer): void {
    const setting = command.do === 'set' ? command.key : null
    const known = this.#seat.state.answered.find(([answered]) => answered === key)
    if (known) return answer(this.#reply(known[1], setting))
    // It would only fill the log of a lineage that decides nothing any more (M2).
    if (this.#seat.state.frozen) return answer(this.#reply({ ok: false, why: 'frozen' }, setting))
    const waiting = this.#waiting.get(key)
    if (waiting) return void waiting.answers.push(answer)
    // The time is the leader's: members' clocks differ.
    const stamped = command.do === 'set' || command.do === 'redeem' ? { ...command, at: this.#now() } : command
    if (!this.#seat.propose(key, stamped)) return answer(null)
    this.#waiting.set(key, { setting, answers: [answer] })
  }

  /**
   * Lets a newcomer in (J2). What it brings of a lineage without a leader is kept first: it drops its own copy then,
   * and each newcomer may know something else. `later` runs when the entry is applied and this call has returned.
   */
  enrol(
    { enrol, floor, legacy }: Extract<CoordinationMessage, { kind: 'join' }>,
    later: (run: () => void) => void,
    send: (message: CoordinationMessage) => void,
  ): void {
    const { member } = enrol
    const welcome = (): void => {
      const { config, index, term } = this.#seat.applied
      const state = JSON.stringify(this.#seat.state)
      send({ kind: 'joined', member, index, term, config, state } as CoordinationMessage)
    }
    const enter = (): void => {
      const { gen, roster } = this.#seat.state
      // Asked again from above this generation: it obeyed another lineage since.
      if (member in roster && gen > floor) return welcome()
      this.command(`enrol ${member} ${floor}`, { do: 'enrol', ...enrol, floor }, (reply) => {
        if (reply?.outcome.ok) later(welcome)
      })
    }
    if (!legacy) return enter()
    this.command(`absorb ${member} ${legacy.index}`, { do: 'absorb', legacy, final: false }, (reply) => {
      if (reply?.outcome.ok) later(enter)
    })
  }

  /** A linearizable read (R10). */
  ask(setting: string, answer: Answer): void {
    const id = ++this.#read
    this.#reads.set(id, { setting, answer })
    if (this.#seat.read(id)) return
    this.#reads.delete(id)
    answer(null)
  }

  applied(key: string, outcome: Outcome): void {
    const waiting = this.#waiting.get(key)
    this.#waiting.delete(key)
    for (const answer of waiting?.answers ?? []) answer(this.#reply(outcome, waiting?.setting ?? null))
  }

  read(id: number): void {
    const read = this.#reads.get(id)
    this.#reads.delete(id)
    read?.answer(this.#reply({ ok: true, index: this.#seat.applied.index }, read.setting))
  }

  readLost(id: number): void {
    const read = this.#reads.get(id)
    this.#reads.delete(id)
    read?.answer(null)
  }

  /** It leads no more: what was asked may still be committed by the next leader, who is asked again. */
  close(): void {
    const open = [
      ...[...this.#waiting.values()].flatMap(({ answers }) => answers),
      ...[...this.#reads.values()].map(({ answer }) => answer),
    ]
    this.#waiting.clear()
    this.#reads.clear()
    for (const answer of open) answer(null)
  }

  #reply(outcome: Outcome, setting: string | null): Reply {
    const { state } = this.#seat
    const held = setting === null ? undefined : state.settings[setting]
    return {
      outcome,
      setting:
        held && setting !== null
          ? { value: held.value, version: versionOf(state, setting), at: held.at, by: held.by }
          : null,
    }
  }
}
