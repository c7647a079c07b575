/** The anchor of `npm run eval`: SQLite's FTS5 with BM25 over the raw texts, and nothing else. Speaks the same lines. */
import { createInterface } from 'node:readline'
import Database from 'better-sqlite3'

interface Asked {
  readonly op: 'import' | 'query'
  readonly id?: string
  readonly text?: string
  readonly k?: number
  readonly items?: readonly {
    readonly id: string
    readonly title?: string
    readonly text?: string
    readonly errors?: readonly string[]
  }[]
}

const WORDS_MAX = 400
const db = new Database(':memory:')
db.exec("CREATE VIRTUAL TABLE items USING fts5(id UNINDEXED, text, tokenize = 'porter unicode61')")
const insert = db.prepare('INSERT INTO items VALUES (?, ?)')
const find = db.prepare<[string, number], { id: string; score: number }>(
  'SELECT id, -bm25(items) AS score FROM items WHERE items MATCH ? ORDER BY score DESC LIMIT ?',
)

for await (const line of createInterface({ input: process.stdin })) {
  const { id, items = [], k = 10, op, text = '' } = JSON.parse(line) as Asked
  if (op === 'import') {
    db.transaction(() => {
      for (const item of items) insert.run(item.id, [item.title, item.text, ...(item.errors ?? [])].join('\n'))
    })()
    process.stdout.write('{"ok":true}\n')
    continue
  }
  const words = [...new Set(text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [])].slice(0, WORDS_MAX)
  const found = words.length === 0 ? [] : find.all(words.map((word) => `"${word}"`).join(' OR '), k)
  const results = found.map(({ id, score }) => ({ id, confidence: Math.min(1, score / 50) }))
  process.stdout.write(`${JSON.stringify({ id, results, abstain: results.length === 0 })}\n`)
}
