import type { Wording } from './wording.ts'

/** Node prints the program without quotes. */
export const node: readonly Wording[] = [
  [/^spawn (?!')(\S{1,300}) (?=E[A-Z])/, "spawn '$1' "],
  [/ in test <([^>\n]{1,200})>/, " in test '$1'"],
]

export const shells: readonly Wording[] = [
  [/^([\w-]{1,80}): (?=readonly variable|is read only|must be set|unbound variable|parameter )/, "'$1': "],
  [/^(?!')(\S{1,300}): no matches found$/, "'$1': no matches found"],
  [/^(?:cannot open|can't open input file:) (?!')(\S{1,300})(?=: |$)/, "cannot open '$1'"],
]

export const git: readonly Wording[] = [
  [/^(CONFLICT \([\w/]{1,30}\): Merge conflict in )(?!')(.{1,300})$/, "$1'$2'"],
  [
    /^(CONFLICT \(modify\/delete\): )(.{1,300}?) deleted in (.{1,200}?) and modified in (.{1,200}?)\. .*$/,
    "$1'$2' deleted in '$3' and modified in '$4'",
  ],
  [/^(src refspec )(?!')(\S{1,300})( (?:does not match|matches))/, "$1'$2'$3"],
  [/^(?!')(\S{1,200})( - not something we can merge)/, "'$1'$2"],
  [
    /^(Not a valid object name:? |invalid reference: |bad revision |not a valid object name: )(?!')(\S{1,200})/,
    "$1'$2'",
  ],
  [/^(could not apply )[0-9a-f]{4,40}.*$/, '$1a commit'],
]

export const python: readonly Wording[] = [
  [/(\S{1,300}\.py)::([\w[\]:.-]{1,200})/g, "'$1::$2'"],
  [/(the requirement |No matching distribution found for )(?!')(\S{1,200}?)(?= \(from|$)/g, "$1'$2'"],
]

export const packages: readonly Wording[] = [
  [/^(Unable to locate package |Invalid operation )(\S{1,200})$/, "$1'$2'"],
]

export const postgres: readonly Wording[] = [
  [
    /^((?:function|procedure|aggregate) )(?!")([\w.]{1,120}\([^)]{0,300}\))( does not exist| already exists)/,
    "$1'$2'$3",
  ],
  [/^(column )(?!")([\w.]{1,120})( does not exist| must appear)/, "$1'$2'$3"],
]

/** Options as they were given. */
export const options: readonly Wording[] = [
  [/^(option )(--?[\w-]{1,80})(: is unknown)/, "$1'$2'$3"],
  [/^(Bad configuration option: |unknown option |unrecognized option |invalid option:? )(?!')(\S{1,80})/i, "$1'$2'"],
]
