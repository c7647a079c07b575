import type { FastifyInstance } from 'fastify'
import { audited } from './audit.ts'
import type { GatewayParts } from './parts.ts'
import { readBody } from './read.ts'
import { BackupBody, RestoreBody } from './schema.ts'
import { SCHEMA } from './views.ts'

/** Files named here are on the machine of the node, and belong to its user. */
export function mountBackups(app: FastifyInstance, parts: GatewayParts): void {
  const { backups } = parts
  app.post('/v1/backups', async (request, reply) => {
    const { file, force } = readBody(BackupBody, request.body ?? {})
    const deed = { action: 'backup-made', subject: file ?? 'in the folder of the node' } as const
    return reply.code(201).send({
      schema: SCHEMA,
      ...(await audited(
        parts,
        request,
        deed,
        () => backups.make({ file, force }),
        ({ revisions }) => `${revisions} revisions`,
      )),
    })
  })
  app.post('/v1/restore', async (request) => {
    const { file, from_another_swarm: anySwarm } = readBody(RestoreBody, request.body)
    const deed = { action: 'backup-restored', subject: file } as const
    return {
      schema: SCHEMA,
      ...(await audited(
        parts,
        request,
        deed,
        () => backups.restore({ file, anySwarm }),
        ({ added }) => `${added} new revisions`,
      )),
    }
  })
}
