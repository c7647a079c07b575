import { callNode } from '../client.ts'
import { type Common, runningNode } from '../context.ts'
import { out, outJson, paint, plain, table } from '../print.ts'

interface JobsReply {
  readonly jobs: readonly {
    readonly job: string
    readonly of: 'swarm' | 'node'
    readonly node: { readonly name: string } | null
    readonly state: string
    readonly done: number | null
    readonly left: number | null
    readonly text: string | null
  }[]
}

const COLOURS: Readonly<Record<string, 'green' | 'yellow' | 'dim'>> = {
  working: 'green',
  waiting: 'dim',
  elsewhere: 'dim',
  unassigned: 'yellow',
}

/** Background work: who does it, and how it goes. */
export async function jobs(flags: Common): Promise<number> {
  const reply = await callNode<JobsReply>(runningNode(flags), { method: 'GET', path: '/v1/jobs' })
  if (flags.json) {
    outJson(reply)
    return 0
  }
  const head = ['JOB', 'OF', 'NODE', 'STATE', 'DONE', ''].map((word) => paint('dim', word))
  const rows = reply.jobs.map(({ done, job, left, node, of, state, text }) => [
    job,
    of,
    plain(node?.name ?? '-'),
    paint(COLOURS[state] ?? 'yellow', state),
    done === null ? '-' : left ? `${done} of ${done + left}` : String(done),
    plain(text ?? ''),
  ])
  out(table([head, ...rows]))
  return 0
}
