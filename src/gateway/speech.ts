import { budgetBeside, type Occasion } from '../personality/index.ts'
import type { GatewayParts } from './parts.ts'
import { type From, Voices } from './voices.ts'

/**
 * A sentence beside an answer, for people, in the voice that counts for whoever asks. Nothing of an answer is looked
 * into or changed, so facts are the same under every voice; with the module off it is the very same object.
 */
export class Speech {
  readonly voices: Voices
  readonly isOn: boolean

  constructor(parts: Pick<GatewayParts, 'ask' | 'personality'>) {
    this.voices = new Voices(parts)
    this.isOn = parts.personality?.speaks ?? false
  }

  /** What a budget leaves for the facts: the same under every voice. */
  budget<Tokens extends number | undefined>(tokensMax: Tokens): Tokens | number {
    return this.isOn && tokensMax !== undefined ? (budgetBeside(tokensMax) ?? tokensMax) : tokensMax
  }

  /** The answer with its `message`. */
  async beside<Body extends object>(
    body: Body,
    from: From,
    occasion: Occasion,
    tokensMax?: number,
  ): Promise<Body & { readonly message?: string }> {
    const message = await this.#message(from, occasion, tokensMax)
    return message === undefined ? body : { ...body, message }
  }

  /** The text with a line before it. */
  async before(text: string, from: From, occasion: Occasion, tokensMax?: number): Promise<string> {
    const message = await this.#message(from, occasion, tokensMax)
    return message === undefined ? text : `${message}\n${text}`
  }

  async #message(from: From, occasion: Occasion, tokensMax?: number): Promise<string | undefined> {
    if (!this.isOn || (tokensMax !== undefined && budgetBeside(tokensMax) === undefined)) return undefined
    try {
      return await this.voices.say(from, occasion)
    } catch {
      // An answer is worth more than how it is said.
      return undefined
    }
  }
}
