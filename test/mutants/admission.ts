import type { Mutant } from './mutant.ts'

const room = 'admission'

/** What keeps out who is out, everywhere: rule numbers as in src/admission/DESIGN.md. */
export const admission: readonly Mutant[] = [
  {
    name: 'what is known is told once per connection',
    why: 'R2: a frame that is lost keeps a revoked node in for as long as the connection stands',
    room,
    file: 'admission.ts',
    find: "for (const peer of this.#up) this.#send(peer, { kind: 'roll', digest: this.authority.digest })",
    replace: '',
    seedsMax: 60,
  },
  {
    name: 'who learns of a revocation does not cut',
    why: 'R3: the connection that stands goes on',
    room,
    file: 'admission.ts',
    find: '    this.#cutExpired()\n    this.#keep()',
    replace: '    this.#keep()',
    seedsMax: 10,
  },
  {
    name: 'a revocation is not kept',
    why: 'R2: a crash lets the revoked node in again, at who had heard of it',
    room,
    file: 'admission.ts',
    find: '    this.#cutExpired()\n    this.#keep()',
    replace: '    this.#cutExpired()',
    seedsMax: 60,
  },
  {
    name: 'of two revocations of one node the first heard stays',
    why: 'R2: two halves spare different nodes for ever',
    room,
    file: 'authority.ts',
    find: 'if (earlier || (!known',
    replace: 'if (known || (!known',
    seedsMax: 150,
  },
  {
    name: 'a revocation by who was revoked since is refused',
    why: 'R2: which ones count depends on the order in which they were heard',
    room,
    file: 'authority.ts',
    find: 'if (this.#brokenChain(revocation.by, revocation.mandates, 0) !== null) return false',
    replace:
      'if (this.#revocations.has(revocation.by) || this.#brokenChain(revocation.by, revocation.mandates, 0) !== null) return false',
    seedsMax: 60,
  },
  {
    name: 'a new key brings no new certificates',
    why: 'K1: after the grace nobody is a member',
    room,
    file: 'admission.ts',
    find: 'if (now < issued + (expires - issued) / 2 && !old) return',
    replace: 'if (now < issued + (expires - issued) / 2) return',
    seedsMax: 60,
  },
  {
    name: 'an answer to a digest is not given',
    why: 'R2: both know that they differ, and nobody says how',
    room,
    file: 'admission.ts',
    find: 'if (message.digest !== this.authority.digest) this.#tellRolls(from)',
    replace: '',
    seedsMax: 20,
  },
]
