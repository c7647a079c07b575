import type { Random } from '../../src/base/index.ts'

/** Words in quotes that are the tool's or the language's own. */
const OWN =
  /^(?:None|NoneType|null|NULL|undefined|nil|self|exports|Err|Ok|require|main|str|int|utf|true|false|import|export|class|return|await|async|module|type|test|build|start|install|error|Error|string|number|boolean|object|function|from|app|name|file|line|code|open|read|path|node|npm|bin|src|lib|master|HEAD|localhost|default|latest|index|python|java|go|git|Makefile|array|list|dict|float|bool|map|interface|enum|let|var|const)$/
const QUOTED = /(?:(?<![\w)])'|"|`|\u2018)([A-Za-z_][A-Za-z0-9_]{3,30})['"`\u2019]/g

/** What a runtime says about its own error. */
const FIELD = /\b(?:code|syscall|operator|severity|routine): .{0,5}'(\w{1,60})'/g

const letters = 'abcdefghijklmnopqrstuvwxyz'
const word = (random: Random, length: number): string =>
  Array.from({ length }, () => letters[random.below(letters.length)]).join('')

/** The same style of writing: capitals, all capitals, underscores where they were. */
function like(name: string, random: Random): string {
  return name.replaceAll(/[A-Za-z]+/g, (part) => {
    const fresh = word(random, part.length)
    if (/^[A-Z]+$/.test(part) && part.length > 1) return fresh.toUpperCase()
    return /^[A-Z]/.test(part) ? (fresh[0] ?? '').toUpperCase() + fresh.slice(1) : fresh
  })
}

/**
 * The same error of somebody else: what stands in quotes has other names wherever it stands, folders, positions,
 * versions and large numbers differ. What the tool itself says is left as it is.
 */
export function renamed(text: string, random: Random): string {
  const fields = new Set([...text.matchAll(FIELD)].map(([, value]) => value ?? ''))
  const names = [...new Set([...text.matchAll(QUOTED)].map(([, name]) => name ?? ''))].filter(
    (name) =>
      !OWN.test(name) &&
      !fields.has(name) &&
      !/(?:Error|Exception|Warning)$/.test(name) &&
      !new RegExp(`node_modules/${name}`).test(text),
  )
  let out = text
  for (const name of names) out = out.replaceAll(new RegExp(`(?<![\\w.-])${name}(?![\\w-])`, 'g'), like(name, random))
  const folder = `/srv/${word(random, 5)}/${word(random, 7)}`
  const digits = (hit: string): string =>
    hit.replaceAll(/\d/g, (_, at: number) => String(at === 0 ? 1 + random.below(9) : random.below(10)))
  return out
    .replaceAll(/\/home\/dev\/projects(?:\/[\w.-]+){0,2}(?=\/)/g, folder)
    .replaceAll(/(?<=[\w)]\.\w{1,4}:)\d{1,4}(?::\d{1,3})?/g, digits)
    .replaceAll(/(?<=\.py", line )\d+/g, digits)
    .replaceAll(/(?<![\w.])\d{1,2}\.\d{1,2}\.\d{1,2}(?![\w.])/g, digits)
}
