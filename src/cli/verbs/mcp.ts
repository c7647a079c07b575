import type { IncomingMessage } from 'node:http'
import { createInterface } from 'node:readline'
import { asSwarmError, SwarmError } from '../../base/index.ts'
import { type Common, type Found, pickNode } from '../context.ts'
import { httpCall, keepAlive, textOf } from '../http.ts'
import { printError } from '../print.ts'
import { projectHere } from '../project.ts'

/*
 * A bridge, not a server: each line of standard input is posted to the node's /mcp over its unix socket, and what
 * comes back is printed, one message per line. It holds no state and no SDK, so that ten agents cost ten small
 * processes and one node. Its log is standard error.
 */

/** A tool call is answered within seconds; an agent gives up long before this. Milliseconds. */
const CALL_MS_MAX = 120_000

interface RpcMessage {
  readonly id?: string | number
  readonly method?: string
  readonly params?: {
    readonly name?: string
    readonly uri?: string
    readonly _meta?: Readonly<Record<string, unknown>>
  }
}

export async function mcp(flags: Common): Promise<number> {
  const picked = pickNode(flags)
  // Agents start their servers and expect an answer at once: the node is started beside the first message.
  const ready = picked.holder
    ? Promise.resolve(picked)
    : import('./start.ts').then(({ startDetached }) => startDetached(flags))
  let exit = 0
  // Said at once, for whoever reads the log; each message is answered with it as well.
  ready.catch((error: unknown) => (exit = printError(error, flags.verbose ?? false)))
  const agent = keepAlive()
  // Agents start their servers in the folder they work in.
  const project = projectHere()
  const post: Post = async (body, headers) => {
    const { paths } = await ready
    const name = await project
    return httpCall({
      socketPath: paths.socket,
      method: 'POST',
      path: '/mcp',
      headers: name === undefined ? headers : { ...headers, 'mcp-swarm-project': name },
      body,
      silenceMsMax: CALL_MS_MAX,
      agent,
    })
  }
  const open = new Set<Promise<void>>()
  for await (const line of createInterface({ input: process.stdin })) {
    if (line.trim() === '') continue
    const call = forward(line, post, picked).finally(() => open.delete(call))
    open.add(call)
  }
  await Promise.all(open)
  await ready.catch(() => {})
  agent.destroy()
  return exit
}

type Post = (body: string, headers: Record<string, string>) => Promise<IncomingMessage>

async function forward(line: string, post: Post, node: Found): Promise<void> {
  let message: RpcMessage = {}
  try {
    message = JSON.parse(line) as RpcMessage
    const response = await post(line, headersOf(message))
    if (String(response.headers['content-type']).startsWith('text/event-stream')) await printEvents(response)
    else {
      const text = await textOf(response)
      if (text.trim() !== '') print(text)
    }
  } catch (error) {
    if (message.id === undefined) return void process.stderr.write(`mcp-swarm mcp: ${asSwarmError(error).message}\n`)
    const coded =
      error instanceof SyntaxError
        ? { code: -32700, message: 'not JSON' }
        : { code: -32603, message: reasonOf(error, node) }
    print(JSON.stringify({ jsonrpc: '2.0', id: message.id, error: coded }))
  }
}

/** What Streamable HTTP wants said in headers of what the message holds (2026-07-28, transports). */
function headersOf({ method, params }: RpcMessage): Record<string, string> {
  const version = params?._meta?.['io.modelcontextprotocol/protocolVersion']
  const name = params?.name ?? params?.uri
  return {
    'content-type': 'application/json',
    accept: 'application/json, text/event-stream',
    ...(typeof version === 'string'
      ? {
          'mcp-protocol-version': version,
          ...(method ? { 'mcp-method': method } : {}),
          ...(name ? { 'mcp-name': headerValue(name) } : {}),
        }
      : {}),
  }
}

const headerValue = (text: string): string =>
  /^[\u0020-\u007e]*$/.test(text) ? text : `=?base64?${Buffer.from(text).toString('base64')}?=`

async function printEvents(response: IncomingMessage): Promise<void> {
  for await (const line of createInterface({ input: response }))
    if (line.startsWith('data:') && line.length > 6) print(line.slice(5).trim())
}

const print = (json: string): void => void process.stdout.write(`${json.replaceAll('\n', ' ')}\n`)

function reasonOf(error: unknown, node: Found): string {
  if (error instanceof SwarmError) return [error.message, error.next].filter(Boolean).join(' ')
  const { code } = error as { code?: string }
  return code === 'ENOENT' || code === 'ECONNREFUSED'
    ? `node "${node.name}" is not running: start it with mcp-swarm start --detach`
    : asSwarmError(error).message
}
