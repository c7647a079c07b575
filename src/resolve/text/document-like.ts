/** Fewer lines are no document: a tool may say so much. */
const LINES_MIN = 12
/** Lines looked at, evenly over the text. */
const PROBE_LINES = 400
const CODE_SHARE = 0.35
const PROSE_SHARE = 0.4
const LINE_CHARS = 400

/** What stands at the beginning or end of a line of a program, in most languages. */
const CODE =
  /^\s*(?:(?:export |default |public |private |protected |static |final |abstract |async |readonly |pub(?:\(\w+\))? )*(?:function|class|interface|enum|struct|impl|trait|type|const|let|var|val|def|func|fn|module|namespace|package|import|from|use|using|require|include|#\s*(?:include|define|ifn?def|endif|if|else|elif|undef|pragma)|return|throw|raise|yield|await|if|elif|elsif|else|unless|for|while|switch|case|match|try|catch|except|rescue|finally|ensure|with|do|begin|end|break|continue|defer|go|extern|typedef|template|void|int|char|bool|assert\w*|expect|describe|it|test|self|this|super)\b|\/\/|\/\*|\*(?:\s|\/|$)|"""|'''|[})\]]|@\w|<\/?\w|[\w.$[\]]{1,60}\s(?:=|:=|\+=|<-|=>)\s)|[;{,([]\s*$|=>\s*\{?$|\)\s*(?:->|:)/
const WORDS = /^[\s>#*.)(\d-]{0,12}(?:[A-Za-z][A-Za-z'’-]*[,.:;!?)]?[`"*_]{0,3}\s{1,3}[`"*_(]{0,3}){6,}/
const HEADING = /^\s*(?:#{1,6} \S|[-=~*]{4,}\s*$|[-*] \S|\d{1,2}\. \S|\|.*\|\s*$|`{3})/

/**
 * Mostly source code or prose: telling words stand in it without anything having gone wrong. Of an error's own text
 * that cannot be said, since tools put the lines of code they speak of among their own.
 */
export function documentKind(lines: readonly string[]): 'code' | 'prose' | undefined {
  const full = lines.filter((line) => line.trim() !== '')
  if (full.length < LINES_MIN) return undefined
  const step = Math.max(1, full.length / PROBE_LINES)
  let seen = 0
  let code = 0
  let prose = 0
  for (let at = 0; at < full.length; at += step) {
    const line = (full[Math.floor(at)] ?? '').slice(0, LINE_CHARS)
    seen += 1
    if (CODE.test(line)) code += 1
    else if (WORDS.test(line) || HEADING.test(line)) prose += 1
  }
  if (code >= seen * CODE_SHARE) return 'code'
  return prose + code >= seen * PROSE_SHARE ? 'prose' : undefined
}

/** The last word of a run in which nothing failed. */
const PASSED =
  /^\s*(?:\d+ (?:examples?|tests?|doctests?)(?:, \d+ \w+)?, 0 failures|OK \(\d+ tests?|\d+ runs?, \d+ assertions?, 0 failures, 0 errors|ok\s{1,4}\S+\s+(?:[\d.]+s|\(cached\))|PASS$|test result: ok|Tests:\s+\d+ passed, \d+ total|={3,60} \d+ passed(?:, \d{1,6} (?:skipped|warnings?|deselected|xfailed)){0,4} in [\d.]{1,12}s|[#ℹ] fail 0$|\[?(?:INFO\]? )?BUILD SUCCESS(?:FUL)?\b|Build succeeded\.|All tests (?:passed|successful)|Tests? Files?\s+\d+ passed|\d+ passing \(|Ran \d+ tests? in|nothing added to commit|.* working tree clean)/
const ENDING_LINES = 200

/** A run that says of itself that all went well: the names of its tests speak of errors. */
export const isPassed = (lines: readonly string[]): boolean =>
  lines.slice(-ENDING_LINES).some((line) => PASSED.test(line))
