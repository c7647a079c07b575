import { isNodeId, type NodeId } from '../base/index.ts'
import { isRecord, parseAddresses } from './hello.ts'

/** What a node writes about itself for the other nodes of this user on this machine. */
export interface RegistryEntry {
  readonly v: 1
  readonly id: NodeId
  readonly name: string
  readonly pid: number
  /** Where `pid` means something: containers share a directory but not their processes. */
  readonly space: string
  readonly addresses: readonly string[]
  readonly tag: string
}

/** An entry is a few lines; anything longer was written by something else. Bytes. */
export const ENTRY_BYTES_MAX = 8 * 1024

/** Undefined for anything that is not an entry of this version. */
export function parseEntry(text: string): RegistryEntry | undefined {
  let told: unknown
  try {
    told = JSON.parse(text)
  } catch {
    return undefined
  }
  if (!isRecord(told)) return undefined
  const { v, id, name, pid, space, tag } = told
  if (v !== 1 || typeof id !== 'string' || !isNodeId(id) || typeof name !== 'string') return undefined
  if (typeof pid !== 'number' || !Number.isSafeInteger(pid) || pid < 1) return undefined
  if (typeof space !== 'string' || typeof tag !== 'string') return undefined
  return { v: 1, id, name: name.slice(0, 80), pid, space, addresses: parseAddresses(told['addresses']), tag }
}
