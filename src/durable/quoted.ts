import { utf8Length } from '../base/index.ts'

/** What a text costs on the wire, where it stands in quotes. Bytes. */
export const quotedBytes = (text: string): number => utf8Length(JSON.stringify(text))
