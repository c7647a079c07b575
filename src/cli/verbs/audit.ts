import { existsSync } from 'node:fs'
import { readAudit } from '../../audit/index.ts'
import {
  auditActions,
  type AuditFilter,
  type AuditPage,
  isAuditAction,
  nearest,
  SwarmError,
} from '../../base/index.ts'
import { callNode } from '../client.ts'
import { type Common, pickNode } from '../context.ts'
import { out, outJson, paint, plain, say, table } from '../print.ts'

export interface AuditFlags extends Common {
  readonly limit?: number
  readonly action?: string
  readonly since?: string
  readonly verify?: boolean
}

/** Shown unless told. */
const LIMIT = 50

/** Who did what. Asks the node; reads the file when none runs. */
export async function audit(flags: AuditFlags): Promise<number> {
  const filter = filterOf(flags)
  const node = pickNode(flags)
  if (!node.holder && !existsSync(node.paths.audit))
    throw new SwarmError(
      'SWARM_NOT_FOUND',
      `"${node.name}" has no audit log (${node.paths.audit})`,
      'Start it with `mcp-swarm start`, or name another with --name.',
    )
  const page = node.holder
    ? await callNode<AuditPage>(node, { method: 'GET', path: `/v1/audit?${queryOf(filter)}` })
    : await readAudit(node.paths.audit, filter)
  if (flags.json) outJson({ schema: 1, ...page })
  else if (!flags.verify) show(page)
  tell(page, flags)
  return page.chain.ok ? 0 : 1
}

function filterOf({ action, limit = LIMIT, since }: AuditFlags): AuditFilter {
  if (action !== undefined && !isAuditAction(action)) {
    const words = Object.keys(auditActions)
    const close = nearest(action, words)
    throw new SwarmError(
      'SWARM_USAGE',
      `there is no action ${action}${close ? `; did you mean ${close}?` : ''}`,
      `The actions are ${words.join(', ')}.`,
    )
  }
  if (since !== undefined && Number.isNaN(Date.parse(since)))
    throw new SwarmError('SWARM_USAGE', `"${since}" is no time`, 'Write 2026-11-22 or 2026-11-22T16:00:00Z.')
  return { limit, action, since: since === undefined ? undefined : new Date(since).toISOString() }
}

const queryOf = ({ action, limit, since }: AuditFilter): string =>
  new URLSearchParams({ limit: String(limit), ...(action ? { action } : {}), ...(since ? { since } : {}) }).toString()

function show({ entries }: AuditPage): void {
  if (entries.length === 0) return out('nothing of that kind was done')
  const head = ['TIME (UTC)', 'ACTION', 'BY', 'WHAT', 'DETAIL'].map((word) => paint('dim', word))
  const rows = entries.map(({ action, actor, at, detail, subject }) => [
    at.slice(0, 19).replace('T', ' '),
    plain(action),
    plain(actor),
    plain(subject),
    plain(detail ?? ''),
  ])
  out(table([head, ...rows]))
}

function tell({ chain }: AuditPage, { json, verify }: AuditFlags): void {
  if (!chain.ok) {
    say(`${paint('red', '!', process.stderr)} the audit log is not as it was written: ${plain(chain.why)}`)
    say('  Somebody or something changed the file: compare it with a backup and with `audit log:` in node.log.')
  } else if (verify && !json)
    out(
      `${paint('green', '●')} ${chain.entries} ${chain.entries === 1 ? 'entry' : 'entries'} as they were written${chain.head ? `, the last is ${chain.head}` : ''}`,
    )
}
