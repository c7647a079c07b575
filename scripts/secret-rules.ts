/**
 * Writes src/content/gitleaks.ts from gitleaks' rule file (config/gitleaks.toml of its repository):
 * `node scripts/secret-rules.ts <gitleaks.toml> <tag or commit>`.
 */
import { readFileSync, writeFileSync } from 'node:fs'

/** Left out: the own table says the same better, or the pattern needs more than one window of text. */
const LEFT_OUT: Readonly<Record<string, string>> = {
  'generic-api-key': 'own rule `secret`; this one needs a list of 1,400 stop words',
  'private-key': 'own rule',
  jwt: 'own rule',
  'jwt-base64': 'a start alone tells it, and text in base64 often has it',
  'curl-auth-header': 'own rule `authorization`',
  'curl-auth-user': 'own rule `curl-user`; this one spans lines, in more than linear time',
  'kubernetes-secret-yaml': 'spans lines, in more than linear time',
  'hashicorp-tf-password': 'own rule `secret`',
  'nuget-config-password': 'own rule `secret`',
  'freemius-secret-key': 'own rule `secret`',
}

interface Rule {
  id: string
  regex: string
  entropy: number
  keywords: string[]
}

const [file, version] = process.argv.slice(2)
if (file === undefined || version === undefined)
  throw new Error('usage: node scripts/secret-rules.ts <gitleaks.toml> <tag or commit>')

const lines = readRules(readFileSync(file, 'utf8'))
  .filter(({ id, regex }) => regex !== '' && !(id in LEFT_OUT))
  .map(({ entropy, id, keywords, regex }) => {
    const source = toJavaScript(regex)
    void new RegExp(source, 'g')
    if (source.includes('`') || source.includes('${')) throw new Error(`${id}: not for a template string`)
    return [id, entropy, keywords.map((word) => word.toLowerCase()).join(','), source].join('\t')
  })
writeFileSync(
  new URL('../src/content/gitleaks.ts', import.meta.url),
  `/*!
 * The forms of the tokens of well-known services, from gitleaks ${version}, written by \`node scripts/secret-rules.ts\`:
 * change that instead. One rule per line: name, least entropy in bits per character, keywords, pattern.
 *
 * gitleaks: MIT License, Copyright (c) 2019 Zachary Rice. Permission is hereby granted, free of charge, to any person
 * obtaining a copy of this software and associated documentation files (the "Software"), to deal in the Software
 * without restriction, including without limitation the rights to use, copy, modify, merge, publish, distribute,
 * sublicense, and/or sell copies of the Software, and to permit persons to whom the Software is furnished to do so,
 * subject to the following conditions: The above copyright notice and this permission notice shall be included in all
 * copies or substantial portions of the Software. THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND,
 * EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE
 * AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER
 * LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE
 * SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.
 */
export const GITLEAKS = String.raw\`
${lines.join('\n')}
\`
`,
)
process.stdout.write(`${lines.length} rules written, ${Object.keys(LEFT_OUT).length} left out\n`)

/** As much of TOML as the file uses. */
function readRules(toml: string): readonly Rule[] {
  const rules: Rule[] = []
  let rule: Rule | undefined
  for (const [, line = ''] of toml.matchAll(/^(keywords = \[\n[^\]]*\]|.*)$/gm)) {
    if (line === '[[rules]]') rules.push((rule = { id: '', regex: '', entropy: 0, keywords: [] }))
    else if (line.startsWith('[')) rule = undefined
    if (rule === undefined) continue
    rule.id = /^id = "(.+)"$/.exec(line)?.[1] ?? rule.id
    rule.regex = /^regex = '''(.+)'''$/.exec(line)?.[1] ?? rule.regex
    rule.entropy = Number(/^entropy = ([\d.]+)$/.exec(line)?.[1] ?? rule.entropy)
    const words = /^keywords = (\[[\s\S]*\])$/.exec(line)?.[1]
    if (words !== undefined) rule.keywords = JSON.parse(words.replace(/,\s*\]$/, ']')) as string[]
  }
  return rules
}

/** From Go's dialect: flags that hold to the end of their group become groups of their own. */
function toJavaScript(regex: string): string {
  const plain = regex
    // What stands before a keyword is never taken out, and trying it at every place is most of the cost.
    .replaceAll('[\\w.-]{0,50}?', '')
    // A token may also end at a bracket, a comma or a colon: in a trace, a list, a path.
    .replaceAll('(?:[\\x60\'"\\s;]|\\\\[nr]|$)', '(?![A-Za-z0-9_-])')
    .replaceAll('(?P<', '(?<')
    .replaceAll('\\z', '$')
    .replaceAll('[[:alnum:]]', '[a-zA-Z0-9]')
    .replaceAll('[:alnum:]', 'a-zA-Z0-9')
  const out: string[] = []
  /** Groups opened for a flag, per group around them. */
  const opened = [0]
  for (let at = 0, inClass = false; at < plain.length; at++) {
    const flag = inClass ? undefined : /^\(\?(-?[is]+)\)/.exec(plain.slice(at, at + 8))
    const char = plain[at] ?? ''
    if (flag) {
      out.push(`(?${flag[1]}:`)
      opened[opened.length - 1] = (opened.at(-1) ?? 0) + 1
      at += flag[0].length - 1
    } else if (char === '\\') {
      out.push(char, plain[++at] ?? '')
    } else {
      if (inClass) inClass = char !== ']'
      else if (char === '[') inClass = true
      else if (char === '(') opened.push(0)
      else if (char === ')') out.push(')'.repeat(opened.pop() ?? 0))
      out.push(char)
    }
  }
  return out.join('') + ')'.repeat(opened[0] ?? 0)
}
