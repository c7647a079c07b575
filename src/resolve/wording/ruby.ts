import type { Wording } from './wording.ts'

/** The receiver is written in a new way since 3.4, and holds an address before. */
export const ruby: readonly Wording[] = [
  [/ for (?:nil:NilClass|nil)$/, " for 'nil'"],
  [/ for (?:main:Object|main)$/, ' for main'],
  [
    / for (?:an instance of ([\w:]{1,120})|#<([\w:]{1,120}?)(?::0x[^>\n]{0,300}| [^>\n]{0,300})?>|.{1,200}:([A-Z][\w:]{0,120}))$/,
    " for an instance of '$1$2$3'",
  ],
  [/ for (?:class |module )?([A-Z][\w:]{0,120})(?::(?:Class|Module))?$/, " for class '$1'"],
  [/^(uninitialized constant )([\w:]{1,200})$/, "$1'$2'"],
  [/^(key not found: )(.{1,200})$/, "$1'$2'"],
  [/^(undefined (?:local variable or )?method )[`'](.{1,120}?)'/, "$1'$2'"],
]
