import { once } from 'node:events'
import { PGlite } from '@electric-sql/pglite'
import { vector } from '@electric-sql/pglite-pgvector'
import { PGLiteSocketServer } from '@electric-sql/pglite-socket'

/*
 * PostgreSQL with pgvector, in a process: says its port on a line, and ends with its standard input. One session for
 * all connections, so a pool of it has one; nothing of it is synced. For tests of what needs the extension.
 */
const db = await PGlite.create({ extensions: { vector } })
const server = new PGLiteSocketServer({ db, host: '127.0.0.1', port: Number(process.argv[2]), maxConnections: 10 })
await server.start()
process.stdout.write('ready\n')
process.stdin.resume()
await once(process.stdin, 'end')
await server.stop()
process.exit(0)
