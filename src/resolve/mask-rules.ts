/** Endings by which a lone word is a file. */
export const EXTENSIONS =
  '(?:[cm]?[jt]sx?|json5?|ya?ml|toml|xml|html?|css|s[ac]ss|less|vue|svelte|py[cio]?|ipynb|rs|go|java|kts?|scala|groovy|gradle|class|jar|rb|erb|gemspec|php|cs|fs|csproj|sln|c|cc|cpp|cxx|h|hh|hpp|o|a|so|dll|dylib|exe|sh|bash|zsh|ps1|sql|db|sqlite3?|lock|log|txt|md|csv|tsv|env|ini|cfg|conf|pem|crt|cer|key|png|jpe?g|svg|wasm|proto|tf|map|tar|gz|zip|tgz|node|exs?|erl|p[lm]|swift|dart|lua|sock|pid|mk|cmake|bzl|yml)'

const MONTH = '(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]{0,6}'
const WEEKDAY = '(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]{0,6}'
const CLOCK = String.raw`\d{1,2}:\d\d(?::\d\d(?:[.,]\d{1,9})?)?(?: ?[AaPp][Mm]\b)?`
const ZONE = String.raw`(?: ?(?:Z|UTC|GMT|[+-]\d\d:?\d\d)(?!\w))?`

/**
 * One alternation, read once from left to right; the order decides. Every repetition is bounded, so that the cost of
 * one message stays below MESSAGE_CHARS_MAX times a constant: naive masks were quadratic on `1.1.1...a-a-a`.
 */
export const RULES: readonly (readonly [name: string, source: string])[] = [
  // What a rewording marked as a host.
  ['host', String.raw`\u0001[^\u0001]{1,255}\u0001(?::\d{1,5})?`],
  // Numbers that name the problem stay in the template.
  [
    'keep',
    String.raw`\[(?:Errno|WinError) -?\d{1,6}\]|\(os error \d{1,6}\)|\butf-?(?:8|16|32)\b|\bbase \d{1,2}\b|\bx86_64\b|\b(?:HTTP(?:\/\d(?:\.\d)?)?|[Ss]tatus(?: ?[Cc]ode)?|[Rr]esponse(?: [Cc]ode)?|returned(?: error)?)(?: of| was| is)?[:=]? ?[1-5]\d\d\b(?![.:\w])|\b[45]\d\d(?= (?:Bad Request|Unauthorized|Forbidden|Not Found|Method Not|Conflict|Gone|Payload|Too Many|Unprocessable|Internal Server|Not Implemented|Bad Gateway|Service Unavailable|Gateway Time))|\bHTTP\/\d(?:\.\d)?|\b(?:[Ee]xit(?:ed)?(?: with)?(?: (?:code|status|value))?|signal|errno|SQLSTATE)[:=]? ?\[?-?\d{1,5}\b(?![.:\w])`,
  ],
  ['url', String.raw`\b(?:[a-z][a-z0-9+.-]{1,20}):\/\/[^\s'"<>()\u2018\u2019\u201c\u201d]{1,800}`],
  ['json', String.raw`\{ ?"(?:[^{}\n]|\{[^{}\n]{0,300}\}){0,600}\}`],
  [
    'package',
    String.raw`(?<![\w@/])@?[a-z][\w./-]{0,100}@[\^~=v]{0,2}\d[\w.*+-]{0,60}|\b[A-Za-z][\w.-]{0,80}(?:[=<>~!]=)\d[\w.*+-]{0,60}`,
  ],
  ['email', String.raw`\b[\w.+-]{1,80}@[A-Za-z0-9-]{1,80}(?:\.[A-Za-z0-9-]{1,60}){0,5}\.[A-Za-z]{2,24}\b`],
  ['uuid', String.raw`\b[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}\b`],
  ['time', String.raw`\b\d{4}[-/.]\d\d[-/.]\d\d(?:[T _]\d\d[:_]\d\d(?:[:_]\d\d(?:[.,_]\d{1,9})?)?)?${ZONE}(?![\w])`],
  [
    'time',
    String.raw`\b(?:${WEEKDAY},? )?(?:\d{1,2}[ -]${MONTH}[ -]\d{4}|${MONTH} {1,2}\d{1,2}(?:, ?\d{4})?)(?:,?[ T:]${CLOCK}${ZONE}(?: \d{4})?)?(?!\w)`,
  ],
  [
    'time',
    String.raw`\b\d{1,2}\/(?:\d{1,2}|${MONTH})\/\d{2,4}(?:[ ,:T]{1,2}${CLOCK}${ZONE})?(?!\w)|\b\d{8}T\d{6}(?:\.\d{1,9})?Z?\b`,
  ],
  ['time', String.raw`\b\d{1,2}:\d\d:\d\d(?:[.,]\d{1,9})?(?: ?[AaPp][Mm])?\b|\b\d{1,2}:\d\d ?[AaPp][Mm]\b`],
  ['host', String.raw`(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?::\d{1,5}|\/\d{1,2})?(?![\w.]*\w)`],
  // An address has a figure in it, or nothing but colons: `Fee::add()` is a name.
  [
    'host',
    String.raw`(?<![\w:])(?=\[?(?:[a-fA-F:]{0,30}\d|:{2,3}(?![a-zA-Z])))(?:\[?(?:[0-9a-fA-F]{0,4}:){2,7}[0-9a-fA-F]{0,4}(?:%\w{1,16})?\]?)(?::\d{1,5})?(?![\w(]|:\w)`,
  ],
  // A host whose name was taken out is a host still.
  [
    'host',
    String.raw`<host>(?::\d{1,5})?|\blocalhost(?::\d{1,5})?\b|\b[a-zA-Z][\w-]{0,60}(?:\.[\w-]{1,60}){0,6}:\d{2,5}\b(?!:\d)`,
  ],
  [
    'quoted',
    String.raw`(?<![\w)\]])'(?:[^'\n]{0,400})'(?![A-Za-z0-9])|"(?:[^"\n]{0,400})"|\u2018[^\u2019\n]{0,400}\u2019|\u201c[^\u201d\n]{0,400}\u201d|` +
      "`[^`'\\n]{0,400}[`']",
  ],
  // The number at the end of a library's name is its version.
  ['path', String.raw`(?<![\w/.\\-])(?:[\w.@+%=~/-]{0,200}\/)?[\w+-]{1,80}\.so(?:\.\d{1,6}){1,4}`],
  ['path', String.raw`(?<![\w/.\\-])(?:[A-Za-z]:[\\/]|~(?:\\|(?![\w~/])))[^\s:*?"'<>|()]{0,300}(?::\d{1,7}){0,2}`],
  [
    'path',
    String.raw`(?<![\w/.-])(?:~|\.{1,2})?\/[\w.@+%=~-]{1,120}(?:\/[\w.@+%=~-]{1,120}){0,40}\/?(?::\d{1,7}){0,2}`,
  ],
  ['path', String.raw`(?<![\w/.-])[\w.@+-]{1,80}(?:\/[\w.@+-]{1,120}){2,40}\/?(?::\d{1,7}){0,2}`],
  [
    'path',
    String.raw`(?<![\w/.-])[\w@+-][\w.@+-]{0,80}(?:\/[\w.@+-]{1,120}){0,40}\.${EXTENSIONS}\b(?!\.\w|\()(?::\d{1,7}){0,2}`,
  ],
  [
    'id',
    String.raw`\b0x[0-9a-fA-F]{1,32}\b|\b[a-z]{1,8}-[0-9a-f]{8,17}\b|\bsha(?:1|256|512)[:-][\w+/=]{8,128}|(?<![\w-])(?=[0-9a-fA-F]{0,64}\d)[0-9a-fA-F]{7,64}(?![\w-])|\b[0-9A-F]{8,64}\b`,
  ],
  // Names that a cluster or cloud made up.
  [
    'made',
    String.raw`\b[a-z][a-z0-9-]{0,60}-[0-9a-f]{6,10}-[a-z0-9]{5}\b|\b(?=\w{8})[A-Za-z]{0,8}_?(?:\d{1,8}[A-Za-z]{1,8}){2,16}\d{0,8}\b`,
  ],
  [
    'version',
    String.raw`(?<=\b(?:python|ruby|php|node|go|java|gcc|clang|llvm|pip|perl|lua))\d{1,3}(?:\.\d{1,4}){0,3}\b|\bv\d{1,6}(?:\.\d{1,8}){0,4}(?:-[\w.]{1,40})?\b|(?<![\w.-])[\^~]?\d{1,6}(?:\.\d{1,8}){2,4}(?:[-+][\w.]{1,40})?\b`,
  ],
  [
    'number',
    String.raw`\b\d{1,5}h(?:\d{1,3}m)?(?:[\d.]{1,12}s)?\b|\b\d{1,5}m[\d.]{1,12}s\b|(?<![\w.])-?\d[\d,]{0,20}(?:\.\d{1,12})?(?:e[+-]?\d{1,3})?(?: ?(?:[munk]?s|min|[KMGT]i?B|bytes|%))?(?![\w])`,
  ],
  ['flag', String.raw`(?<=[\w-]=)(?:true|false|null|none|nil|undefined|yes|no|on|off)\b`],
  ['function', String.raw`(?<![\w$.])[A-Za-z_$][\w$]{0,80}(?:(?:\.|::|->)[A-Za-z_$<][\w$<>]{0,80}){0,10}\(\)`],
  ['dotted', String.raw`(?<![\w$./-])[A-Za-z_$][\w$]{0,80}(?:(?:\.|::)[A-Za-z_$][\w$]{0,80}){1,12}(?![\w(])`],
]
