import type { Wording } from './wording.ts'

const NAME = String.raw`[A-Za-z_$][\w$-]{0,80}`
/** Words that follow "class" or "file" in a sentence without being the name of one. */
const PLAIN =
  '(?!(?:of|or|is|in|not|has|was|call|name|named|type|with|for|and|to|from|does|did|as|that|be|than|on|at|path|file|must|should|can|cannot|the|a|an|this|definition|declaration|body|block|level|scope|version|system|resolution|loader|object|expression|argument|arguments|signature|parameter|pointer|already)\\b)'
const KIND =
  '(?:[Rr]emote|[Cc]lass constructor|[Cc]lass|[Vv]ariable|[Ff]unction|[Mm]ethod|[Ss]ymbol|[Ff]ield|[Mm]odule|[Pp]ackage|[Ii]nterface|[Tt]rait|[Pp]roperty|[Aa]ttribute|[Cc]olumn|[Tt]able|[Rr]elation|[Ii]ndex|[Tt]arget|[Bb]ranch|[Cc]onstant|[Pp]roject|[Ss]ervice|[Cc]ontainer|[Nn]etwork|[Vv]olume|[Ii]mage|[Cc]ommand|[Oo]ption|[Tt]ask|[Pp]lugin|[Uu]ser|[Rr]ole|[Dd]atabase|[Pp]rovider|[Rr]esource|[Nn]amespace|[Tt]ype|[Ff]eature|[Cc]onstructor|[Rr]ecord|[Ss]truct|[Ee]num)'

/** Names without quotes: only the words around them tell that they are names. Whatever tool said it. */
export const bare: readonly Wording[] = [
  // The word in parentheses decides; the branches do not.
  [/^(\[(?:remote )?rejected\])\s+(\S{1,200}) -> (\S{1,200})/, "$1 '$2' -> '$3'"],
  // `rm: foo: Is a directory`: what stands before the words of the operating system is a name.
  [
    /(^|: )([^\s:'"]{1,200}): (?=(?:No such file|[Pp]ermission denied|[Ii]s a directory|Not a directory|File exists|Directory not empty|Operation not|Argument list|Text file busy|Exec format|cannot execute|unbound variable|(?:command )?not found|cannot open|Too many|Read-only|Device not|Unknown command))/,
    "$1'$2': ",
  ],
  [
    /^([\w$.[\]()<>?]{1,200}) is not (a function|iterable|a constructor|defined|an object|a promise)\b/,
    "'$1' is not $2",
  ],
  [/^([\w$.[\]()<>?]{1,200}) (is|are) (undefined|null)\b/, "'$1' $2 $3"],
  [
    new RegExp(
      `\\b(${KIND}) ${PLAIN}(${NAME}) (?=is\\b|has\\b|was\\b|cannot\\b|does\\b|not\\b|already\\b|could\\b|needs\\b|in (?:class|interface|module|package)\\b)`,
      'g',
    ),
    "$1 '$2' ",
  ],
  [
    new RegExp(
      `\\b(in|of|for|from) (class|method|function|module|interface|trait|enum|record|struct) ${PLAIN}(${NAME})(?=[\\s,;:.)]|$)`,
      'g',
    ),
    "$1 $2 '$3'",
  ],
  [
    /\b((?:[Cc]ould not|[Cc]ouldn't|[Cc]annot|[Cc]an't|[Ff]ailed to|[Uu]nable to) resolve (?:host(?:name)?\b|address|name):? ?'?)([\w.-]{1,253})/,
    '$1\u0001$2\u0001',
  ],
  [
    /\b(ENOTFOUND |EAI_AGAIN |connect to host |connect to server at |(?<!symbol |module )lookup (?=[\w.-]{1,253}(?::| on ))|no such host: )([\w.-]{1,253})/,
    '$1\u0001$2\u0001',
  ],
  // What is unknown or missing is named at the end.
  [
    /\b((?:unknown|unrecognized|unsupported|unexpected|invalid|undefined|no such|duplicate|missing|cannot find|could not find|not found)(?: [a-z-]{2,20}){0,3}: )(?!['"<`\u2018])([\w$@./+-]{1,120})(?=$|[ ;,.]*$)/i,
    "$1'$2'",
  ],
  [/\b((?:was |is )?not found(?: [a-z]{2,12}){0,4}: )(?!['"<`\u2018])([\w$@./+-]{1,120})$/, "$1'$2'"],
  [/\b(cannot load such file -- )(\S{1,200})/, "$1'$2'"],
]
