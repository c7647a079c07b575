import { callNode } from '../client.ts'
import { type Common, runningNode } from '../context.ts'
import { linesIn, SILENCE_MS, writeLines } from '../line-files.ts'
import { counted, out, outJson, plain, say } from '../print.ts'
import { projectHere } from '../project.ts'

const PATH = '/v1/knowledge'
/** Lines that could not be taken, told on the screen. */
const SHOWN = 20

export interface ExportFlags extends Common {
  readonly kind?: string
  readonly since?: string
  readonly private?: boolean
  readonly force?: boolean
}

/** All that the node holds, a line of JSON each: to a file that is whole when it has its name, or to standard output. */
export async function exportItems(file: string | undefined, flags: ExportFlags): Promise<number> {
  const query = new URLSearchParams({
    ...(flags.kind === undefined ? {} : { kind: flags.kind }),
    ...(flags.since === undefined ? {} : { since: flags.since }),
    ...(flags.private ? { private: '1' } : {}),
  })
  const { file: target, lines: items } = await writeLines(`${PATH}?${query.toString()}`, file, flags)
  if (target === undefined) return 0
  if (flags.json) outJson({ schema: 1, file: target, items })
  else out(`wrote ${counted(items, 'item')} to ${plain(target)}`)
  return 0
}

export interface Taken {
  readonly lines: number
  readonly added: number
  readonly known: number
  readonly failed: number
  readonly errors: readonly { readonly line: number; readonly detail: string }[]
}

/** Takes in what `export` wrote, here or elsewhere. Exit 2 when some lines could not be taken; the others were. */
export async function importItems(
  file: string | undefined,
  flags: Common & { readonly visibility?: string; readonly project?: boolean },
): Promise<number> {
  const project = flags.project ? await projectHere() : undefined
  const query = new URLSearchParams({
    ...(flags.visibility === undefined ? {} : { visibility: flags.visibility }),
    ...(project === undefined ? {} : { project }),
  })
  const taken = await callNode<Taken>(runningNode(flags), {
    method: 'POST',
    path: `${PATH}?${query.toString()}`,
    headers: { 'content-type': 'application/x-ndjson' },
    lines: linesIn(file, { from: 'export', to: 'import' }),
    timeoutMs: SILENCE_MS,
  })
  const { added, failed, known, lines } = taken
  if (flags.json) outJson(taken)
  else {
    out(
      `took in ${counted(added, 'new item')} of ${counted(lines, 'line')}; ${known} known already, ${failed} refused`,
    )
    sayRefused(taken)
  }
  return failed > 0 ? 2 : 0
}

export function sayRefused({ errors }: Taken): void {
  for (const { detail, line } of errors.slice(0, SHOWN)) say(`  line ${line}: ${plain(detail)}`)
}
