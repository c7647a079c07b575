import { projectName, shortHash, SwarmError } from '../base/index.ts'
import type { SettingView } from '../driver/index.ts'
import {
  type Asker,
  candidates,
  type Choices,
  type ChosenFor,
  messageFor,
  type Occasion,
  type PersonalityRecord,
  promptOf,
  readChoices,
  readRecord,
  shippedRecord,
  type Spoken,
  spoken,
} from '../personality/index.ts'
import type { GatewayParts } from './parts.ts'

export const CHOICES_KEY = 'voices'
const PREFIX = 'personality.'
export const keyOf = (name: string): string => `${PREFIX}${name}`
export const nameOf = (key: string): string => key.slice(PREFIX.length)

const PROJECT_CHARS = 16

/** The same for all clones of a project; undefined for what no clone shares. */
export function projectTag(project: string | undefined): string | undefined {
  const name = project === undefined ? undefined : projectName(project)
  return name === undefined ? undefined : shortHash(name, PROJECT_CHARS)
}

/** Who asks, in the words of the wire. */
export interface From {
  readonly agent?: string | undefined
  /** URL of a git remote. */
  readonly project?: string | undefined
}

const askerOf = ({ agent, project }: From): Asker => ({ client: agent, project: projectTag(project) })

export interface Held {
  /** Undefined: there is none of that name. */
  readonly record: PersonalityRecord | undefined
  /** Of the swarm's own; `0` for one that is shipped and not written over. */
  readonly version: string
}

/** The voices of the swarm as this node has them. Read with each answer, so what was read once is not read again. */
export class Voices {
  readonly #ask: GatewayParts['ask']
  readonly #node: string
  readonly #records = new Map<string, Held>()
  #choices: { readonly version: string; readonly choices: Choices } | undefined

  constructor({ ask, personality }: Pick<GatewayParts, 'ask' | 'personality'>) {
    this.#ask = ask
    this.#node = personality?.voice ?? ''
  }

  /** Of this node's copy. */
  async choices(): Promise<Choices> {
    const { value, version } = await this.#ask('setting', { key: CHOICES_KEY, local: true })
    if (this.#choices?.version !== version) this.#choices = { version, choices: readChoices(value) }
    return this.#choices.choices
  }

  /** Of this node's copy. */
  async held(name: string): Promise<Held> {
    const setting = await this.#ask('setting', { key: keyOf(name), local: true })
    const known = this.#records.get(name)
    if (known?.version === setting.version && setting.version !== '0') return known
    const held = heldIn(name, setting)
    if (setting.version === '0') this.#records.delete(name)
    else this.#records.set(name, held)
    return held
  }

  /** The one that counts for whoever asks, and why. A name that leads nowhere is passed over. */
  async of(from: From): Promise<Held & { readonly record: PersonalityRecord; readonly by: ChosenFor }> {
    for (const { by, name } of candidates(await this.choices(), askerOf(from), this.#node)) {
      const { record, version } = await this.held(name)
      if (record) return { record, version, by }
    }
    throw new SwarmError('SWARM_INTERNAL', 'there is no voice at all')
  }

  async speaker(from: From): Promise<Spoken> {
    return spoken((await this.of(from)).record.now.personality)
  }

  /** As `speak_as`. Throws SWARM_NOT_FOUND for a name that nobody has. */
  async prompt(from: From, name?: string): Promise<string> {
    if (name === undefined) return promptOf(await this.speaker(from))
    const { record } = await this.held(name)
    if (!record) throw noVoice(name)
    return promptOf(spoken(record.now.personality))
  }

  /** What is said with an answer of this kind. */
  async say(from: From, occasion: Occasion): Promise<string> {
    return messageFor(await this.speaker(from), occasion)
  }
}

export const noVoice = (name: string): SwarmError =>
  new SwarmError('SWARM_NOT_FOUND', `there is no personality ${name}`, 'See GET /v1/personalities.')

/** What cannot be read is as if it were not there: a later version wrote it. */
export function heldIn(name: string, { value, version }: Pick<SettingView, 'value' | 'version'>): Held {
  const own = value === null ? undefined : readRecord(name, value)
  return { record: own ?? shippedRecord(name), version }
}
