import { assert, sha256 } from '../base/index.ts'
import { HASH_BYTES } from './element.ts'

const WORDS = HASH_BYTES / 4

/**
 * The digest of a set of 32-byte hashes: how many, and their sum modulo 2^256. Adding and taking away cost the same,
 * in any order. Who can choose some ten thousand hashes can make two sets of one sum (Wagner); see `audit.ts`.
 */
export class SetDigest {
  #count = 0
  readonly #sum = new Uint32Array(WORDS)

  get count(): number {
    return this.#count
  }

  /** `bytes` holds the hash at `from`. */
  add(bytes: Uint8Array, from = 0): void {
    this.#count += 1
    let carry = 0
    for (let word = 0; word < WORDS; word++) {
      const sum = (this.#sum[word] as number) + wordAt(bytes, from + 4 * word) + carry
      this.#sum[word] = sum
      carry = sum > 0xffff_ffff ? 1 : 0
    }
  }

  remove(bytes: Uint8Array, from = 0): void {
    assert(this.#count > 0, 'taken out of an empty set')
    this.#count -= 1
    let borrow = 0
    for (let word = 0; word < WORDS; word++) {
      const rest = (this.#sum[word] as number) - wordAt(bytes, from + 4 * word) - borrow
      this.#sum[word] = rest
      borrow = rest < 0 ? 1 : 0
    }
  }

  /** Adds another set, of which this one holds nothing. */
  join(other: SetDigest): void {
    const bytes = new Uint8Array(HASH_BYTES)
    new Uint32Array(bytes.buffer).set(other.#sum)
    this.add(bytes)
    this.#count += other.#count - 1
  }

  /** 40 characters of base64url: 6 bytes of the count, 24 of a hash of the sum. For a heartbeat. */
  get text(): string {
    const bytes = new Uint8Array(30)
    let rest = this.#count
    for (let byte = 5; byte >= 0; byte--, rest = Math.floor(rest / 256)) bytes[byte] = rest % 256
    const hash = sha256(new Uint8Array(this.#sum.buffer))
    for (let byte = 0; byte < 24; byte++) bytes[6 + byte] = Number.parseInt(hash.slice(2 * byte, 2 * byte + 2), 16)
    return Buffer.from(bytes).toString('base64url')
  }
}

const wordAt = (bytes: Uint8Array, at: number): number =>
  ((bytes[at] as number) |
    ((bytes[at + 1] as number) << 8) |
    ((bytes[at + 2] as number) << 16) |
    ((bytes[at + 3] as number) << 24)) >>>
  0

/** Characters of a digest's text. */
export const DIGEST_TEXT = /^[A-Za-z0-9_-]{40}$/
