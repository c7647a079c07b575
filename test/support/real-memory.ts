import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { OutboxFile } from '../../src/files/index.ts'
import type { MemoryPort } from '../../src/gateway/index.ts'
import { type Draft, MemoryDesk } from '../../src/memory/index.ts'
import { openMemoryStore } from '../../src/storage/memory/index.ts'
import type { Scope } from './scope.ts'

/** The module memory over a file of its own. */
export async function realMemory(scope: Scope): Promise<MemoryPort> {
  const folder = mkdtempSync(join(tmpdir(), 'mcp-swarm-memory-'))
  const outbox = await OutboxFile.open<Draft>({
    file: join(folder, 'waits.jsonl'),
    entriesMax: 100,
    bytesMax: 1_000_000,
    read: () => undefined,
  })
  const desk = new MemoryDesk({
    open: () => openMemoryStore({ url: '', file: join(folder, 'memory.db') }),
    outbox,
    clock: { now: () => Date.UTC(2026, 10, 22) },
    node: 'a',
    retention: { ageMsMax: null, countMax: 1_000_000 },
    note: () => {},
  })
  scope.after(async () => {
    await desk.close()
    rmSync(folder, { recursive: true })
  })
  await desk.start()
  return {
    visibility: 'swarm',
    projects: (url) => (url === undefined ? [] : ['p_1']),
    isThere: () => true,
    status: () => desk.refreshed(),
    ask: (op) => desk.answer(op, { node: 'a', isOwn: true }),
  }
}
