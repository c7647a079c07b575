const encoder = new TextEncoder()

/** How many bytes the text takes on disk and on the wire. */
export const utf8Length = (text: string): number => encoder.encode(text).length
