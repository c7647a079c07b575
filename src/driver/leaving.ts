import { holdsSecret, redact, redactDeep } from '../content/index.ts'
import { type Draft, following, Item, type KnowledgeStore, type Revision } from '../knowledge/index.ts'
import { isItemId, ITEM_BYTES_MAX, utf8Length } from '../base/index.ts'

/** Whether a body of this node's own may go to others as it is: by today's rules, which it may be older than. */
export function mayLeave(body: string): boolean {
  if (body === '') return true
  const parsed = readJson(body)
  return !holdsSecret((parsed === undefined ? redact(body) : redactDeep(parsed)).found)
}

/** The same item without what holds it back; undefined when that is no item any more. */
export function withoutSecrets(old: Revision): Draft | undefined {
  const { body, item } = old
  const parsed = readJson(body)
  if (parsed === undefined || !isItemId(item)) return undefined
  const clean = Item.safeParse(redactDeep(parsed).value)
  if (!clean.success) return undefined
  const text = JSON.stringify(clean.data)
  return utf8Length(text) <= ITEM_BYTES_MAX
    ? { item, body: text, deleted: false, follows: following([old]) }
    : undefined
}

/** Only the newest version of an item is written anew: of an older one nothing is left to say. */
export function rewrite(store: KnowledgeStore, old: Revision, done: (draft: Draft) => void): void {
  const draft = withoutSecrets(old)
  if (draft === undefined || !isItemId(old.item)) return
  store.heads([old.item], (result) => {
    const head = result.ok ? result.value[0]?.revision : undefined
    if (head?.origin === old.origin && head.seq === old.seq) done(draft)
  })
}

function readJson(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}
