/** What a tool says, and the same with its names in quotes. `\u0001name\u0001` marks a host. */
export type Wording = readonly [pattern: RegExp, replacement: string]
