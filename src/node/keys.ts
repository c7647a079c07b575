import { randomBytes } from 'node:crypto'
import { idOf, Keyring, mintId, mintKey } from '../access/index.ts'
import { type Clock, SwarmError } from '../base/index.ts'
import { createSecret, type NodePaths, readSecret, replaceSecret, restore } from '../files/index.ts'

/** 200 keys are some 80 KiB. */
const KEYS_BYTES_MAX = 1024 * 1024
const WHAT = 'the keys'
const WHAT_LOCAL = 'the API key'

/** The keys of the node in this folder; the local one is made at the first start. Throws SWARM_STATE_DIR. */
export function openKeyring({ apiKey, keys }: NodePaths, clock: Clock): Keyring {
  return new Keyring({
    clock,
    bytes: randomBytes,
    file: keys,
    load: () => textOf(readSecret(keys, WHAT, KEYS_BYTES_MAX)),
    save: (text) => replaceSecret(keys, Buffer.from(text), WHAT),
    local: loadLocal(apiKey),
    saveLocal: (key) => replaceSecret(apiKey, Buffer.from(`${key}\n`), WHAT_LOCAL),
  })
}

const textOf = (bytes: Uint8Array | undefined): string | undefined => bytes && Buffer.from(bytes).toString('utf8')

/** Made at the first start, readable by this user only. */
function loadLocal(file: string): string {
  const read = (): string | undefined => textOf(readSecret(file, WHAT_LOCAL))?.trim()
  let key = read()
  if (key === undefined) {
    createSecret(file, Buffer.from(`${mintKey(mintId(randomBytes), randomBytes)}\n`), WHAT_LOCAL)
    key = read() ?? ''
  }
  // An empty key would let in whoever sends an empty one.
  if (idOf(key) === undefined)
    throw new SwarmError('SWARM_STATE_DIR', `${WHAT_LOCAL} ${file} is damaged`, restore(file))
  return key
}
