import { openBackup, BackupReader, seal } from './backup-file.ts'
import type { BackupOptions, BackupRequest } from './backup-protocol.ts'
import { explain } from './explain.ts'
import { hostWorker } from './worker-host.ts'
import { wireError, type WireResult } from './worker-protocol.ts'

hostWorker<BackupOptions, BackupRequest>({
  open: ({ file, seal: about }) => {
    if (about) return { service: { answer: () => [], close: () => {} }, state: seal(file, about) }
    const { db, manifest } = openBackup(file)
    const reader = new BackupReader(db)
    const answer = ({ after, limit }: BackupRequest): WireResult => {
      try {
        return { ok: true, value: reader.page(after, limit) }
      } catch (thrown) {
        return { ok: false, error: wireError(explain(thrown, file)) }
      }
    }
    return { service: { answer: (requests) => requests.map(answer), close: () => reader.close() }, state: manifest }
  },
  explain: (thrown, { file }) => explain(thrown, file),
})
