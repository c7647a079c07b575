import { wordlist } from '@scure/bip39/wordlists/english.js'
import { type NodeId, sha256 } from '../base/index.ts'

/**
 * Four words (44 bits) that both sides show: they are of this newcomer and this swarm and no other. Who stands
 * between the two has another key, and other words.
 */
export function words(swarm: NodeId, newcomer: NodeId): string {
  const bits = BigInt(`0x${sha256(`mcp-swarm words ${swarm} ${newcomer}`)}`)
  return [0n, 11n, 22n, 33n].map((at) => wordlist[Number((bits >> at) & 2047n)]).join(' ')
}
