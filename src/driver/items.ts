import type { ItemId, Result } from '../base/index.ts'
import type { StoredRevision } from '../knowledge/index.ts'
import type { Candidate } from '../resolve/index.ts'
import { type EditRequest, isEditRequest } from './edit-exchange.ts'
import { Editor } from './editor.ts'
import { Inquiries } from './inquiries.ts'
import { type InquiryRequest, isInquiry } from './inquiry-exchange.ts'
import type { ItemEffect } from './item-effects.ts'
import type { Looked } from './provenance.ts'
import { type Request, Requests, type RequestsParts } from './requests.ts'
import { Turns } from './turns.ts'

/** Items are asked for, changed and asked about here: three cores, of which two take turns where they write. */
export class Items {
  readonly #requests: Requests
  readonly #editor: Editor
  readonly #inquiries: Inquiries

  constructor(parts: Omit<RequestsParts, 'turns'>) {
    const turns = new Turns<ItemEffect>()
    this.#requests = new Requests({ ...parts, turns })
    this.#editor = new Editor({ ...parts, turns })
    this.#inquiries = new Inquiries(parts)
  }

  start(id: number, request: Request | EditRequest | InquiryRequest): readonly ItemEffect[] {
    if (isInquiry(request)) return this.#inquiries.start(id, request)
    return isEditRequest(request) ? this.#editor.start(id, request) : this.#requests.start(id, request)
  }

  tick(): readonly ItemEffect[] {
    return [...this.#requests.tick(), ...this.#editor.tick(), ...this.#inquiries.tick()]
  }

  /** Under way here. */
  get open(): number {
    return this.#requests.open + this.#inquiries.open
  }

  looked(id: number, result: Result<Looked>): readonly ItemEffect[] {
    return [...this.#requests.looked(id, result), ...this.#inquiries.looked(id, result)]
  }

  found(id: number, result: Result<readonly Candidate[]>): readonly ItemEffect[] {
    return [...this.#requests.found(id, result), ...this.#inquiries.found(id, result)]
  }

  loaded(id: number, result: Result<readonly StoredRevision[]>): readonly ItemEffect[] {
    return [...this.#requests.loaded(id, result), ...this.#inquiries.loaded(id, result)]
  }

  versions(id: number, result: Result<readonly StoredRevision[]>): readonly ItemEffect[] {
    return [...this.#editor.versions(id, result), ...this.#requests.versions(id, result)]
  }

  conflicts(id: number, result: Result<readonly ItemId[]>): readonly ItemEffect[] {
    return this.#editor.conflicts(id, result)
  }

  settled(id: number, result: Result<StoredRevision>): readonly ItemEffect[] {
    return [...this.#requests.settled(id, result), ...this.#editor.settled(id, result)]
  }
}
