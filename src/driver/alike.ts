import type { ItemId } from '../base/index.ts'
import { clusters, understand } from '../resolve/index.ts'

/** An item with the error it was written for. */
export interface WithError {
  readonly id: ItemId
  readonly title: string
  readonly error?: { readonly sample?: string | undefined; readonly tool?: string | undefined } | undefined
}

/** Items whose errors of one tool read alike: they may be one problem. */
export interface Alike {
  readonly tool: string
  /** What their messages share. */
  readonly template: string
  readonly items: readonly { readonly id: ItemId; readonly title: string; readonly template: string }[]
}

/** An item as far as it is compared. */
export interface ReadItem {
  readonly id: ItemId
  readonly title: string
  readonly tool: string
  readonly template: string
}

/** Suggestions only: whether one fix helps against both is for those to say who try it. */
export const alikeAmong = (items: readonly WithError[]): readonly Alike[] => alikeOf(items.flatMap(readError))

/** Nothing of an item whose error has no message. */
export function readError({ error, id, title }: WithError): readonly ReadItem[] {
  const { primary } = understand({ text: error?.sample ?? '' })
  return primary && primary.template !== '' ? [{ id, title, tool: primary.tool, template: primary.template }] : []
}

export function alikeOf(read: readonly ReadItem[]): readonly Alike[] {
  return [...Map.groupBy(read, ({ tool }) => tool)].flatMap(([tool, all]) =>
    clusters(all, ({ template }) => template)
      .filter(({ members }) => members.length > 1)
      .map(({ members, words }) => ({
        tool,
        template: words.join(' '),
        items: members.map(({ id, template, title }) => ({ id, title, template })),
      })),
  )
}
