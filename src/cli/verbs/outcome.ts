import { SwarmError } from '../../base/index.ts'
import type { Reported } from '../../driver/index.ts'
import { callNode } from '../client.ts'
import { type Common, runningNode } from '../context.ts'
import { readInput } from '../input.ts'
import { out, outJson, plain } from '../print.ts'

export interface OutcomeFlags extends Common {
  readonly verified?: boolean
  readonly note?: string
  readonly item?: string
  readonly errorFile?: string
}

const fileOf = (named: string): string | undefined => (named === '-' ? undefined : named)

/** Says how it went: by the receipt of an answer, or by the id of an item. */
export async function outcome(of: string, result: string, flags: OutcomeFlags): Promise<number> {
  const tried = of.startsWith('r_') ? { receipt: of, ...(flags.item ? { item: flags.item } : {}) } : { item: of }
  if (!of.startsWith('r_') && flags.item !== undefined)
    throw new SwarmError(
      'SWARM_USAGE',
      '--item says which one of an answer, and goes with a receipt',
      'Leave it out.',
    )
  const error = flags.errorFile === undefined ? undefined : (await readInput(fileOf(flags.errorFile))).text
  const reported = await callNode<Reported>(runningNode(flags), {
    method: 'POST',
    path: '/v1/outcomes',
    body: {
      ...tried,
      result,
      verified: flags.verified ?? false,
      ...(flags.note === undefined ? {} : { note: flags.note }),
      ...(error === undefined ? {} : { error }),
      env: { os: process.platform, arch: process.arch },
    },
  })
  if (flags.json) {
    outJson(reported)
    return 0
  }
  const { evidence } = reported.trust
  out(`noted: ${reported.item} ${reported.result}`)
  if (evidence.text !== null) out(`  now: ${plain(evidence.text)}`)
  return 0
}
