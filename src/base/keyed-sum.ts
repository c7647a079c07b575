import { sha256 } from './hash.ts'

/** Of a keyed sum. The key is not known before, so 64 bits leave a liar one chance in 2^64. */
export const SUM_BYTES = 8
const HASH_BYTES = 32
const KEY_BYTES = 16

/**
 * Adds up the first 8 bytes of SHA-256(key ‖ hash) over content addresses (32 bytes), modulo 2^64, in any order and any
 * number of slices: the audit of `reconcile/`. Here, and not there, because the thread of the store computes it.
 */
export class KeyedSum {
  readonly #block = new Uint8Array(KEY_BYTES + HASH_BYTES)
  /** Two halves, so that the sum stays exact. */
  #low = 0
  #high = 0

  /** `key` is 32 hex digits. */
  constructor(key: string) {
    this.#block.set(Buffer.from(key, 'hex'))
  }

  /** `bytes` holds the hash at `from`. */
  add(bytes: Uint8Array, from = 0): void {
    this.#block.set(bytes.subarray(from, from + HASH_BYTES), KEY_BYTES)
    const hash = sha256(this.#block)
    const low = this.#low + Number.parseInt(hash.slice(8, 16), 16)
    this.#low = low % 0x1_0000_0000
    const carry = low >= 0x1_0000_0000 ? 1 : 0
    this.#high = (this.#high + Number.parseInt(hash.slice(0, 8), 16) + carry) % 0x1_0000_0000
  }

  /** 8 bytes. */
  get bytes(): Uint8Array {
    const bytes = new Uint8Array(SUM_BYTES)
    const view = new DataView(bytes.buffer)
    view.setUint32(0, this.#high)
    view.setUint32(4, this.#low)
    return bytes
  }
}
