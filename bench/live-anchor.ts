/** What bench/live.ts compares with: a WebSocket server of `ws` alone, that sends to all what its parent says. */
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { WebSocketServer } from 'ws'

const server = new WebSocketServer({ host: '127.0.0.1', port: 0 })
await once(server, 'listening')
process.on('message', (text: string) => {
  const bytes = Buffer.from(JSON.stringify({ at: Date.now(), text }))
  for (const client of server.clients) client.send(bytes, { binary: false })
})
process.send?.((server.address() as AddressInfo).port)
