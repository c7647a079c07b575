import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { itemId, originId, PAGE_REVISIONS_MAX, sha256 } from '../../src/base/index.ts'
import type { UnsignedRevision } from '../../src/knowledge/index.ts'
import { signAll } from '../../src/knowledge/signatures.ts'
import { openKnowledgeStore } from '../../src/storage/index.ts'
import { createIdentity, generateNodeKey } from '../../src/swarm/index.ts'
import type { Home } from './cli.ts'
import { commit } from './storage.ts'

/** About 1.2 KB of JSON. */
function bodyAt(n: number): string {
  const body = {
    v: 1,
    kind: 'fix',
    title: `fix ${n}`,
    error: { sample: `Error: part${n} of machine${n} broke` },
    solution: { action: `replace part${n}` },
    provenance: { node: 'alpha', source: 'api', at: 1_795_341_600_000 + n },
  }
  const text = JSON.stringify(body)
  return JSON.stringify({
    ...body,
    text: `${sha256(String(n))} `.repeat(20).slice(0, Math.max(1, 1_170 - text.length)),
  })
}

/** The knowledge of a node that has not been started yet, written by somebody else. Bytes of all bodies. */
export async function writeKnowledge(home: Home, name: string, items: number): Promise<number> {
  const identity = createIdentity(generateNodeKey())
  const dir = join(home.dir, 'nodes', name)
  mkdirSync(dir, { recursive: true, mode: 0o700 })
  const store = openKnowledgeStore({ file: join(dir, 'knowledge.db'), clock: { now: () => Date.now() } })
  await store.open()
  const origin = originId(identity.self, '00000001')
  let bytes = 0
  for (let from = 0; from < items; from += PAGE_REVISIONS_MAX) {
    const batch = Array.from({ length: Math.min(PAGE_REVISIONS_MAX, items - from) }, (_, at): UnsignedRevision => {
      const n = from + at
      const body = bodyAt(n)
      bytes += body.length
      const item = itemId(
        `k_${sha256(`item ${n}`)
          .replaceAll(/[0189]/g, 'x')
          .slice(0, 16)}`,
      )
      return {
        v: 1,
        item,
        origin,
        seq: n + 1,
        hlc: (1_760_000_000_000 + n) * 1024,
        priority: 50,
        deleted: false,
        body,
      }
    })
    await commit(store, signAll(batch, identity))
  }
  await store.close()
  return bytes
}
