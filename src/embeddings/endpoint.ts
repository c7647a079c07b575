import { readFileSync } from 'node:fs'
import { SwarmError } from '../base/index.ts'
import type { EndpointOptions } from './client.ts'

/** The settings of the same names. */
export interface EmbeddingSettings {
  readonly url: string
  readonly model?: string | undefined
  readonly key?: string | undefined
  readonly keyFile?: string | undefined
  readonly timeoutMs: number
}

/** What the settings say, with the key read; undefined when they name no endpoint. Throws SWARM_BAD_CONFIG. */
export function endpointOf({ key, keyFile, model, timeoutMs, url }: EmbeddingSettings): EndpointOptions | undefined {
  if (url === '' || model === undefined) return undefined
  return { url, model, timeoutMs, key: (key ?? (keyFile === undefined ? undefined : keyIn(keyFile)))?.trim() }
}

function keyIn(file: string): string {
  let key: string
  try {
    key = readFileSync(file, 'utf8').trim()
  } catch (thrown) {
    throw new SwarmError(
      'SWARM_BAD_CONFIG',
      `embeddings.keyFile ${file} cannot be read (${(thrown as NodeJS.ErrnoException).code})`,
      'Check the path, and that the user of this node may read it.',
    )
  }
  if (!/^[\x21-\x7e]{1,4096}$/.test(key))
    throw new SwarmError(
      'SWARM_BAD_CONFIG',
      `embeddings.keyFile ${file} does not hold a key: one line of printable characters`,
      'Put the key into it, and nothing else.',
    )
  return key
}
