import type { Elements } from './decoder.ts'
import { BUCKETS, ELEMENT_BYTES } from './element.ts'

/** Why a page of elements is not what was asked for; undefined when it is. */
export function pageFault(page: Elements, bucket: number, after: Elements | undefined): string | undefined {
  if (page.length % ELEMENT_BYTES !== 0) return 'a page that ends within an element'
  let last = after
  for (let at = 0; at < page.length; at += ELEMENT_BYTES) {
    const element = page.subarray(at, at + ELEMENT_BYTES)
    if (element[0] !== bucket % BUCKETS) return `an element of bucket ${element[0]} in bucket ${bucket}`
    if (last && compare(last, element) >= 0) return 'elements that do not ascend'
    last = element
  }
  return undefined
}

/** The last element, where the next page begins. */
export const lastElement = (page: Elements): Elements | undefined =>
  page.length === 0 ? undefined : page.slice(-ELEMENT_BYTES)

/** Of two ascending lists: what is in the first and not in the second, and the other way round. */
export function difference(a: Elements, b: Elements): { readonly onlyA: Elements; readonly onlyB: Elements } {
  const onlyA: number[] = []
  const onlyB: number[] = []
  let x = 0
  let y = 0
  while (x < a.length || y < b.length) {
    const order = x >= a.length ? 1 : y >= b.length ? -1 : compareAt(a, x, b, y)
    if (order < 0) onlyA.push(x)
    else if (order > 0) onlyB.push(y)
    if (order <= 0) x += ELEMENT_BYTES
    if (order >= 0) y += ELEMENT_BYTES
  }
  return { onlyA: picked(a, onlyA), onlyB: picked(b, onlyB) }
}

/** Several lists as one. */
export function joined(lists: readonly Elements[]): Elements {
  const all = new Uint8Array(lists.reduce((sum, list) => sum + list.length, 0))
  let at = 0
  for (const list of lists) {
    all.set(list, at)
    at += list.length
  }
  return all
}

function picked(list: Elements, places: readonly number[]): Elements {
  const out = new Uint8Array(places.length * ELEMENT_BYTES)
  for (const [index, place] of places.entries())
    out.set(list.subarray(place, place + ELEMENT_BYTES), index * ELEMENT_BYTES)
  return out
}

/** As bytes: below zero when `a` comes first. */
export const compare = (a: Elements, b: Elements): number => compareAt(a, 0, b, 0)

function compareAt(a: Elements, x: number, b: Elements, y: number): number {
  for (let byte = 0; byte < ELEMENT_BYTES; byte++) {
    const order = (a[x + byte] as number) - (b[y + byte] as number)
    if (order !== 0) return order
  }
  return 0
}
