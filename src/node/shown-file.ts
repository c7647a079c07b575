import { isItemId } from '../base/index.ts'
import { isReceipt, readMet, type Shown, SHOWN_MAX } from '../driver/index.ts'
import { type Journal, openJournal } from '../files/index.ts'

export interface ShownFile {
  readonly shown: readonly Shown[]
  keep(shown: Shown): void
  close(): Promise<void>
}

/** To whom this node showed what, over its restarts: a purge lists them. */
export async function openShown(file: string, onTrouble: (why: string) => void): Promise<ShownFile> {
  const journal: Journal = await openJournal({ file, linesMax: SHOWN_MAX, onTrouble })
  return {
    shown: journal.lines.flatMap((line) => read(line) ?? []),
    keep: (shown) => journal.append(JSON.stringify(shown)),
    close: () => journal.close(),
  }
}

/** A torn line, or one of another version, is left out. */
function read(line: string): Shown | undefined {
  try {
    const { agent, at, items, met, receipt, via } = JSON.parse(line) as Partial<Record<keyof Shown, unknown>>
    if (typeof receipt !== 'string' || !isReceipt(receipt) || typeof at !== 'number' || typeof via !== 'string')
      return undefined
    if (!Array.isArray(items) || !items.every((one) => typeof one === 'string' && isItemId(one))) return undefined
    const told = readMet(met)
    return {
      receipt,
      at,
      via,
      items,
      ...(typeof agent === 'string' ? { agent } : {}),
      ...(told ? { met: told } : {}),
    }
  } catch {
    return undefined
  }
}
