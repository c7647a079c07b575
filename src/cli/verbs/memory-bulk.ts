import { callNode } from '../client.ts'
import { type Common, runningNode } from '../context.ts'
import { linesIn, SILENCE_MS, writeLines } from '../line-files.ts'
import { counted, out, outJson, plain } from '../print.ts'
import { projectHere } from '../project.ts'
import { sayRefused, type Taken } from './bulk.ts'

async function pathOf(action: 'export' | 'import'): Promise<string> {
  const project = await projectHere()
  const query = new URLSearchParams(project === undefined ? {} : { project })
  return `/v1/memory/${action}?${query.toString()}`
}

/** What this node may tell its owner in this folder: the newest version of each memory. */
export async function memoryExport(
  file: string | undefined,
  flags: Common & { readonly force?: boolean },
): Promise<number> {
  const written = await writeLines(await pathOf('export'), file, flags)
  if (written.file === undefined) return 0
  if (flags.json) outJson({ schema: 1, file: written.file, memories: written.lines })
  else out(`wrote ${memories(written.lines)} to ${plain(written.file)}`)
  return 0
}

/** Exit 2 when some lines could not be taken; the others were. */
export async function memoryImport(file: string | undefined, flags: Common): Promise<number> {
  const path = await pathOf('import')
  const taken = await callNode<Taken>(runningNode(flags), {
    method: 'POST',
    path,
    headers: { 'content-type': 'application/x-ndjson' },
    lines: linesIn(file, { from: 'memory export', to: 'memory import' }),
    timeoutMs: SILENCE_MS,
  })
  const { added, failed, known, lines } = taken
  if (flags.json) outJson(taken)
  else {
    out(`took in ${memories(added)} of ${counted(lines, 'line')}; ${known} known already, ${failed} refused`)
    sayRefused(taken)
  }
  return failed > 0 ? 2 : 0
}

const memories = (count: number): string => (count === 1 ? '1 memory' : `${count} memories`)
