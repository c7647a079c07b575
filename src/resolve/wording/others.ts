import type { Wording } from './wording.ts'

/** Sigils are part of the name. */
export const perl: readonly Wording[] = [
  [/(?<!['"\w$@%&])([$@%&][\w:]{1,100}(?:[[{][^\]}\n]{0,100}[\]}])?)/g, "'$1'"],
  [/^(Can't locate )(\S{1,200}\.pm)( in @INC)/, "$1'$2'$3"],
]

export const elixir: readonly Wording[] = [
  [
    /(no match of right hand side value: |no case clause matching: |no cond clause |no function clause matching in |no with clause matching: )(.{1,300}?)\s*$/,
    "$1'$2'",
  ],
  [/^(key )(.{1,100}) (not found in): .*$/, "$1'$2' $3"],
  [/(undefined (?:function|variable) )"?([\w?!]{1,80}(?:\/\d{1,3})?)"?/, "$1'$2'"],
  [/^(function )(\S{1,160}\/\d{1,3})( is undefined)/, "$1'$2'$3"],
  [/(could not compile dependency |Could not (?:start|find) (?:application )?)(:\w{1,80})/, "$1'$2'"],
]

export const dotnet: readonly Wording[] = [
  [/^(Could not (?:load|find) (?:file or assembly|type) )'([^',\n]{1,200})[^'\n]{0,200}'/, "$1'$2'"],
  [/ \(Parameter '[^'\n]{1,80}'\)$/, ''],
]
