import { callNode } from '../client.ts'
import { type Common, runningNode } from '../context.ts'
import { ago, out, outJson, paint, plain, say, table } from '../print.ts'

interface PendingReply {
  readonly may_admit: boolean
  readonly pending: readonly {
    readonly node: string
    readonly name: string
    readonly role: string
    readonly version: string
    readonly from: string
    readonly words: string
    readonly since: string
  }[]
}

export async function pending(flags: Common): Promise<number> {
  const reply = await callNode<PendingReply>(runningNode(flags), { method: 'GET', path: '/v1/newcomers' })
  if (flags.json) {
    outJson(reply)
    return 0
  }
  if (reply.pending.length === 0) {
    out('nobody waits at this node to be let in')
    return 0
  }
  const head = ['NAME', 'WORDS', 'ROLE', 'FROM', 'WAITS', 'VERSION', 'ID'].map((word) => paint('dim', word))
  const rows = reply.pending.map((one) => [
    plain(one.name),
    paint('bold', one.words),
    one.role,
    plain(one.from),
    ago(Date.now() - Date.parse(one.since)),
    plain(one.version),
    `${one.node.slice(0, 6)}…${one.node.slice(-6)}`,
  ])
  out(table([head, ...rows]))
  say('Compare the words with those on the other machine (mcp-swarm status), then: mcp-swarm nodes approve NAME')
  if (!reply.may_admit)
    say('This node itself may not let anyone in; ask at one whose role is auto, leader or backup.')
  return 0
}

export async function approve(name: string, flags: Common & { readonly role?: string }): Promise<number> {
  const reply = await callNode<{ readonly name: string; readonly words: string }>(runningNode(flags), {
    method: 'POST',
    path: `/v1/newcomers/${encodeURIComponent(name)}/approve`,
    body: flags.role === undefined ? {} : { role: flags.role },
  })
  if (flags.json) outJson(reply)
  else out(`${plain(reply.name)} (${reply.words}) is approved, and enters by itself within seconds`)
  return 0
}

export async function ignore(name: string, flags: Common): Promise<number> {
  const reply = await decide(name, 'ignore', flags)
  if (!flags.json) out(`${plain(name)} is not shown any more while it waits`)
  else outJson(reply)
  return 0
}

export async function block(name: string, flags: Common): Promise<number> {
  const reply = await decide(name, 'block', flags)
  if (!flags.json) out(`${plain(name)} is turned away at this node from now on`)
  else outJson(reply)
  return 0
}

export async function rekey(flags: Common & { readonly grace?: number }): Promise<number> {
  const reply = await callNode<{ readonly old_key_counts_until: string }>(runningNode(flags), {
    method: 'POST',
    path: '/v1/rekey',
    body: flags.grace === undefined ? {} : { grace_ms: flags.grace },
  })
  if (flags.json) outJson(reply)
  else {
    out(`the swarm has a new key; what the old one signed counts until ${reply.old_key_counts_until}`)
    say('Members that are connected until then get new certificates by themselves. Others have to be let in again.')
  }
  return 0
}

const decide = (name: string, what: 'ignore' | 'block', flags: Common): Promise<object> =>
  callNode<object>(runningNode(flags), {
    method: 'POST',
    path: `/v1/newcomers/${encodeURIComponent(name)}/${what}`,
    body: {},
  })
