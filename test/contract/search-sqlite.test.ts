import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after } from 'node:test'
import { openSearchIndex } from '../../src/storage/index.ts'
import { searchContract } from './search-contract.ts'

const dirs: string[] = []
after(() => dirs.forEach((dir) => rmSync(dir, { recursive: true, force: true })))

searchContract('sqlite', () => {
  const dir = mkdtempSync(join(tmpdir(), 'mcp-swarm-search-'))
  dirs.push(dir)
  return Promise.resolve(openSearchIndex({ file: join(dir, 'search.db') }))
})
