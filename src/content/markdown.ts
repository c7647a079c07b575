/*
 * Markdown of others for people's eyes, as text: what would fetch, run or hide something when it is rendered goes. Code
 * stays as it is; so do tags, since `Vec<String>` looks like one: whoever renders this must not render raw HTML.
 */

const CODE =
  /(^[ \t]{0,3}(`{3,}|~{3,})[^\n]{0,200}\n[\s\S]{0,40000}?(?:^[ \t]{0,3}\2|(?![\s\S]))|`{1,3}[^`\n]{1,4000}`{1,3})/m
const IMAGE = /!\[([^\]\n]{0,400})\][ \t]{0,4}(?:\([^)\n]{0,4000}\)|\[[^\]\n]{0,200}\])/g
const HTML_IMAGE = /<(?:img|iframe|object|embed|video|audio|source|picture|link|base)\b[^>]{0,4000}>/gi
const COMMENT = /<!--[\s\S]{0,20000}?(?:-->|(?![\s\S]))|^\[\/\/\]:[ \t]{0,4}#[^\n]{0,4000}$/gm
const SCHEME = String.raw`[\s\u0000-\u0020]{0,10}(?:j[\s]{0,4}a[\s]{0,4}v[\s]{0,4}a[\s]{0,4}s[\s]{0,4}c[\s]{0,4}r[\s]{0,4}i[\s]{0,4}p[\s]{0,4}t|vbscript|data|file|blob|about)[\s]{0,4}(?::|&colon;|&#x?0*(?:3a|58);?|%3a)`
const LINK = new RegExp(String.raw`\[([^\]\n]{0,400})\]\(<?${SCHEME}[^)\n]{0,4000}\)?`, 'gi')
const DEFINITION = new RegExp(String.raw`^([ \t]{0,3}\[[^\]\n]{1,200}\]:)[ \t]{0,4}<?${SCHEME}[^\n]{0,4000}$`, 'gim')
const AUTOLINK = new RegExp(String.raw`<${SCHEME}[^>\n]{0,4000}>`, 'gi')

export function safeMarkdown(text: string): string {
  return text
    .split(CODE)
    .map((part, at) => (at % 3 === 0 ? safeProse(part) : at % 3 === 1 ? part : ''))
    .join('')
}

/** Until nothing changes: what stands around something that went may have become something itself. */
function safeProse(prose: string): string {
  let text = prose
  for (let round = 0; round < ROUNDS_MAX; round++) {
    const before = text
    text = text
      .replaceAll(COMMENT, '')
      .replaceAll(IMAGE, (_, alt: string) => `[image not shown${alt === '' ? '' : `: ${alt}`}]`)
      .replaceAll(HTML_IMAGE, '[not shown]')
      .replaceAll(LINK, '$1 [link removed]')
      .replaceAll(DEFINITION, '$1 #')
      .replaceAll(AUTOLINK, '[link removed]')
    if (text === before) break
  }
  return text
}
const ROUNDS_MAX = 5
