import { type ItemId, itemId, shortHash } from '../base/index.ts'
import type { Item } from './item.ts'

/**
 * The id of a new item, from what it is about: two nodes that write about the same thing write the same item.
 *
 * `problem` is the exact fingerprint of the error, where one was recognised: the room that reads errors knows it.
 */
export function newItemId(item: Item, problem?: string): ItemId {
  const key = [...keyOf(item, problem), ...scopeOf(item)]
  return itemId(`k_${shortHash(JSON.stringify(key), 16)}`)
}

/**
 * The error and what helps against it, so that two different fixes of one error are two items and outcomes can tell
 * the better one; a guide by its name, a question by its words, a note by all it says.
 */
function keyOf(item: Item, problem: string | undefined): readonly string[] {
  const { error, kind, solution, text = '', title } = item
  const said = error?.sample ?? error?.message ?? title
  switch (kind) {
    case 'fix':
    case 'pitfall':
      return [kind, problem ?? folded(said), folded(solution?.action ?? text)]
    case 'guide':
      return [kind, item.slug ?? slugOf(title)]
    case 'qa':
      return [kind, questionKey(item.qa?.question ?? title)]
    case 'note':
      return [kind, folded(said), folded(solution?.action ?? ''), folded(text)]
  }
}

/** What two projects say, each for itself, are two items; and so is what a node keeps for itself under a known name. */
function scopeOf({ kind, scope }: Item): readonly string[] {
  if (scope?.project !== undefined) return [scope.project]
  return scope?.visibility === 'private' && (kind === 'guide' || kind === 'qa') ? ['private'] : []
}

/** Case stays: `-d` and `-D` are two flags. */
export const folded = (text: string): string => text.normalize('NFC').replaceAll(/\s+/g, ' ').trim()

/**
 * `Add dark mode!` → `add-dark-mode`, in any script; C, C++ and C# stay three. A title without letters and digits is
 * its own name.
 */
export function slugOf(title: string): string {
  const words = title
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll('+', ' plus ')
    .replaceAll('#', ' sharp ')
    .match(/[\p{L}\p{N}\p{M}]+/gu)
  return words?.join('-') ?? folded(title)
}

/** However it is spelt, with or without a question mark. */
function questionKey(question: string): string {
  const flat = folded(question).normalize('NFKC').toLowerCase()
  return flat.replace(/[\s?!.:;,？！。]+$/u, '') || flat
}
