import { plain } from './plain.ts'

/*
 * Signs that a text wants to be obeyed by the agent that reads it. A net, not a wall: who knows the rules can write
 * around them, which is why texts of others are framed as data whether they look suspicious or not.
 */

/** Read of one text; items have at most 64 KiB. */
const CHARS_MAX = 70_000

interface Sign {
  readonly reason: string
  readonly pattern: RegExp
}

const OBEY = 'asks its reader to drop other instructions'
const ROLE = 'speaks with the voice of another role'
const TOOL = 'holds the syntax of a tool call'
const PROMPT = 'asks for the system prompt'
const HIDE = 'asks its reader to hide something'
const AGENT = 'gives orders to agents'
const SEND = 'sends secrets away'
const IMAGE = 'holds an image or a link that can carry data away'
const UNSEEN = 'holds invisible text'
const CODED = 'holds instructions in another encoding'

const DROP =
  '(?:ignor(?:e|ing)|disregard(?:ing)?|forget|overrid(?:e|ing)|bypass(?:ing)?|skip|drop|neglect|discard|dismiss|abandon|(?:do not|don.?t|stop|cease|never) (?:follow|obey|listen to|comply with|adher\\w+ to)(?:ing)?)'
const EARLIER =
  '(?:previous|prior|above|earlier|preceding|foregoing|former|past|initial|original|your|system|existing|old|developer.?s?|safety)'

/** Of text in lower case, without invisible characters, with single spaces. */
const WORDS: readonly Sign[] = [
  {
    reason: OBEY,
    pattern: new RegExp(
      `\\b${DROP}\\b.{0,30}?\\b(?:${EARLIER}|all|any|every|these|those|other)\\b.{0,30}?\\b(?:instructions?|prompts?|directives?|guidelines?|orders)\\b|\\b${DROP}\\b.{0,20}?\\b${EARLIER}\\b.{0,24}?\\b(?:rules?|commands?|messages?|context|constraints?|polic(?:y|ies)|guardrails?|restrictions?|training|programming|conversation|text)\\b|\\b(?:ignore|disregard|forget)\\b (?:everything|anything|all(?: of)?(?: that)?) (?:above|before|you|that came|i said|prior|previous|said)`,
    ),
  },
  {
    reason: OBEY,
    pattern:
      /\b(?:ignore[zr]?|oubliez?|ne (?:suis|suivez) pas|ignora[rd]?|olvida[rd]?|ignorier(?:e|en|t)|vergiss|missachte|ignoriere?n?|negeer|ignorera|zignoruj|ignoruj|esqueça|dimentica)\b.{0,30}?\b(?:instructions?|instrucciones|anweisungen|instruções|istruzioni|instructies|instruktioner|instrukcje|consignes|vorgaben|befehle)\b|игнориру\S*.{0,30}?(?:инструкц|указани|команд)|забудь.{0,20}?(?:инструкц|указани)|(?:忽略|无视|忘记|不要遵循|無視|忽視).{0,12}?(?:指令|指示|说明|提示|規則|规则|命令)|(?:指示|命令|プロンプト).{0,8}?(?:無視|忘れ)|(?:지시|명령|지침).{0,8}?무시|تجاهل.{0,20}?(?:التعليمات|الأوامر)|(?:निर्देश).{0,20}?(?:अनदेखा|नजरअंदाज)/,
  },
  {
    reason: OBEY,
    pattern:
      /\b(?:here (?:are|is)|these are|follow(?:ing)?|obey|begin|start of|actual|real|updated|revised) (?:your |the |my )?new (?:system )?(?:instructions?|prompt|rules|task|objective|role|directives?)\b|\b(?:your )?new (?:system )?(?:instructions?|prompt|directives?|objective|orders)(?: (?:is|are|for you|follow))?:|\byour (?:new|real|actual|true|only) (?:task|role|goal|purpose|job|mission|objective|instructions?)\b|\bend of (?:the )?(?:data|context|document|user (?:input|message)|system prompt|instructions)\b.{0,40}\b(?:now|new|you)\b/,
  },
  {
    reason: ROLE,
    pattern:
      /\byou(?: a|')re (?:now|from now on|henceforth) (?:an? |the |my |in |acting |playing |called |free |dan\b|no longer |unrestricted|jailbroken).{0,40}?(?:assistant|agent|\bai\b|bot|model|hacker|terminal|shell|mode|admin\w*|root|dan\b|restrict\w*|rules|bound|free|persona|character)|\bfrom now on,? (?:you|your|respond|answer|act|always|never|only)\b|\b(?:pretend|imagine|suppose) (?:that )?(?:you|to be) (?:are |re )?(?:an? |the |my )?.{0,30}?(?:assistant|ai\b|admin\w*|root|unrestricted|without|developer|system|hacker|no )|\bact as (?:if you|though you|an? (?:unrestricted|uncensored|jailbroken|evil|root|admin|system|developer|different)|dan\b|my )|\b(?:developer|god|admin|debug|dan|sudo|jailbreak|maintenance|unrestricted) mode (?:is )?(?:now )?(?:enabled|activated|on\b|active|engaged|unlocked)|\benter(?:ing)? (?:developer|god|dan|jailbreak|unrestricted) mode\b|\bjailbreak(?:ed|ing)?\b|\bdo anything now\b|\bno (?:ethical|moral|safety) (?:restrictions|guidelines|limits)\b/,
  },
  {
    reason: OBEY,
    pattern:
      /\b(?:instructions?|rules|guidelines|orders|prompts?)\b.{0,20}\byou (?:were|have been|had been) (?:given|told)\b|\bwhatever you (?:were|have been|had been) (?:told|given)\b|\b(?:this|these|the following) (?:message |text |line |note )?(?:overrides?|supersedes?|takes? precedence over) (?:your|all|any|every|previous|other)\b|\bignore the (?:user|human|developer|operator)\b|\bnothing (?:above|before) (?:this|here)\b.{0,20}\b(?:matters|counts|applies)\b|\byour (?:previous |prior |earlier )?(?:context|memory|conversation) (?:has been|is|was) (?:reset|cleared|wiped|erased)\b|\bsystem override\b/,
  },
  {
    reason: ROLE,
    pattern:
      /\bas (?:the|an|your) (?:administrator|admin|operator|developer|owner|system|root|user)\b.{0,24}?\bi (?:authori[sz]e|order|command|instruct|permit|allow|grant)\b|\b(?:treat|regard|consider)\b.{0,40}?\bas (?:the |a )?(?:operator|system|developer|user|admin)(?:'s)? (?:speaking|message|prompt|instructions?|command)\b|\byou have no (?:rules|limits|restrictions|guidelines)\b|\bto=functions\.|\b(?:respond|reply|answer) (?:only|just|exclusively) (?:with|in)\b|\bwhen (?:summari[sz]ing|answering|responding|replying|processing|reading|quoting) (?:to )?this\b/,
  },
  {
    reason: PROMPT,
    pattern:
      /\bsystem ?prompts?\b|\b(?:reveal|print|show|repeat|output|display|leak|dump|recite|disclose|tell me|give me|write out|quote|summari[sz]e) .{0,30}?\b(?:your|the|initial|hidden|original|secret|full|entire|all) (?:system |initial |hidden |original |secret |exact |full |own )*(?:prompts?|instructions|guidelines|conversation|context window|configuration prompt)\b/,
  },
  {
    reason: HIDE,
    pattern:
      /\b(?:do not|don.?t|never|must not|should not|without|avoid) (?:ever )?(?:tell|telling|inform|informing|mention|mentioning|notify|notifying|alert|alerting|reveal|revealing|disclos\w+|explain(?:ing)? (?:this )?to|report(?:ing)? (?:this )?to|ask(?:ing)? (?:for )?(?:permission|confirmation|approval)(?: from)?) ?.{0,30}?\b(?:users?|humans?|person|people|developers?|operators?|owner|anyone|anybody|them|first)\b|\bkeep (?:this|it) (?:secret|hidden|confidential) from (?:the )?(?:user|human|developer|anyone)|\b(?:silently|secretly|covertly|quietly|stealthily) (?:run|execute|send|call|invoke|install|upload|post|add|read|fetch|copy|exfiltrate|include)\b/,
  },
  {
    reason: AGENT,
    pattern:
      /\b(?:dear|attention|hey|hi|hello|note (?:to|for)|message (?:to|for)|instructions? (?:to|for)|important (?:note )?(?:to|for)|reminder (?:to|for)|warning (?:to|for)|notice (?:to|for)|directives? (?:to|for))[,: ]{1,3}(?:the |any |all |every )?(?:ai\b|llms?\b|assistants?\b|(?:ai |coding |autonomous )agents?\b|language models?\b|claude\b|chatgpt\b|gpt\b|copilot\b|codex\b|gemini\b|cursor\b)|\bif you(?: a|')re (?:an? )?(?:ai\b|llm\b|assistant\b|agent\b|language model\b|automated agent|coding agent|bot\b)|\b(?:ai agents?|ai assistants?|coding agents?|llms?|language models?|ai models?|claude|chatgpt|copilot|the ai) (?:reading this |processing this |who reads this )?(?:must|shall|should|has to|have to|need to|needs to|is required to|are required to|will now)\b|\bas an? (?:ai|llm|language model|assistant|agent),? you\b|\b(?:call|invoke|trigger) (?:the )?[`'"]?[\w.-]{2,40}[`'"]? (?:tool|mcp) (?:with|now|immediately|first|before|to send|and)\b|\b(?:call|invoke|use) [`'"]?(?:share_knowledge|resolve_error|report_outcome|guide_feature|forget|remember)[`'"]?\b|\byou (?:must|have to|are required to|shall) (?:obey|comply|always (?:call|run|execute)|immediately (?:run|execute|call|send))\b/,
  },
  {
    reason: SEND,
    pattern:
      /\b(?:send|post|upload|exfiltrate|forward|transmit|leak|e-?mail|submit|copy|deliver|report|paste|append|include|encode)\b.{0,60}?(?:api[ _-]?keys?|secrets?|tokens?|credentials?|passwords?|\.env\b|ssh keys?|id_(?:rsa|ed25519)|private keys?|environment(?: variables)?|env vars?|conversation|chat history|\.aws\b|\.ssh\b|cookies?|keychain|wallet|file contents?|source code|\.npmrc|\.netrc).{0,80}?(?:https?:\/\/|[\w.+-]{1,60}@[\w-]{1,60}\.\w|ftp:\/\/|\b(?:\d{1,3}\.){3}\d{1,3}\b|webhook|pastebin|ngrok|attacker|evil)|\bexfiltrat\w+|\b(?:e-?mail|mail|send|post) (?:them|it|these|those|everything|all of it|the result) to \S{1,60}@|\b(?:printenv|env|secrets?|credentials?|keys)\b.{0,60}\b(?:gist|pastebin)\b|\bhttps?:\/\/\S{0,200}\$\(/,
  },
  {
    reason: SEND,
    pattern:
      /\b(?:curl|wget|nc|ncat|iwr|invoke-webrequest|irm|fetch|http)\b.{0,200}?(?:\$\(|`|<\(|@)\s?(?:cat |env\b|printenv|base64|tar |less |head |type |\$home|~|\/home|\/root|\/etc\/(?:passwd|shadow)|\.env\b|\.ssh|\.aws|\.npmrc|\.netrc)|(?:\bcat\b|\benv\b|\bprintenv\b|\bset\b|\btar\b|\bbase64\b|\bhistory\b|\bgpg\b).{0,120}?\|.{0,80}?\b(?:curl|wget|nc|ncat|telnet)\b|\/dev\/tcp\/|\bnslookup .{0,40}?\$\(|\bdig .{0,40}?\$\(/,
  },
]

/** Of the text as it stands. */
const SYNTAX: readonly Sign[] = [
  {
    reason: TOOL,
    pattern:
      /<\/?(?:antml:)?(?:function_calls?|tool_calls?|tool_use|tool_result|tool_response|function_results?|invoke|parameter name|tool_code|functioncall|use_mcp_tool|execute_command|mcp_call)\b|"(?:tool_calls|function_call|tool_use|tool_choice)"\s{0,4}:|"type"\s{0,4}:\s{0,4}"(?:tool_use|tool_result|function_call)"|"method"\s{0,4}:\s{0,4}"(?:tools\/call|sampling\/createMessage|prompts\/get)"|<function=|\[TOOL_CALLS?\]/i,
  },
  {
    reason: ROLE,
    pattern:
      /<\|[\w-]{2,40}\|>|\[\/?INST\]|<<\/?SYS>>|<\/?(?:system|system-reminder|system_prompt|assistant|developer|instructions?|admin|important|hidden|user_query|human)\s{0,4}>|^#{2,4} ?(?:Instruction|System|Response|Human|Assistant|User Input)s?:\s{0,4}(?!\s)|^\s{0,8}(?:\*\*)?(?:system|assistant|human|developer|ai)(?:\*\*)? ?(?:message|prompt|note|override|instruction)?(?:\*\*)? ?[:>](?:\*\*)?\s{1,4}(?:you\b|ignore|please|do not|don't|from now|always|never|i am|i'm|i will|sure|ok\b|okay|the user|new |override|disregard|now |run |execute |call )|^\s{0,4}-{2,}\s{0,4}(?:begin|end|start)\b.{0,20}\b(?:system|prompt|instructions?|data|context|document|untrusted|user)\b.{0,20}-{2,}/im,
  },
  { reason: ROLE, pattern: /^[ \t]{0,3}`{3,}(?:system|assistant|instructions?)\b/im },
  { reason: ROLE, pattern: /[\u27e6\u301a].{0,80}(?:data|end)|\[\[? ?end of data/i },
  {
    reason: IMAGE,
    pattern:
      /!\[[^\]\n]{0,400}\]\(\s{0,4}<?https?:\/\/[^)\s!]{0,500}(?:[?#&][^)\s]{0,500}|[{$<%])|<img\b[^>]{0,400}src\s{0,4}=\s{0,4}["']?https?:\/\/[^>\s]{0,2000}[?&]|\]\(\s{0,4}<?(?:javascript|vbscript|data:text\/html)|https?:\/\/[^\s)"']{0,300}(?:\{\{?[^}\s]{1,60}\}\}?|\$\([^)]{1,80}\))[^\s)"']{0,100}.{0,60}(?:secret|token|key|password|env|conversation|data|prompt)/i,
  },
  // oxlint-disable-next-line no-control-regex -- the code that hides text
  { reason: UNSEEN, pattern: /\u001b\[(?:\d{1,3};){0,6}8m/ },
  {
    reason: UNSEEN,
    pattern:
      /[\u{e0020}-\u{e007f}]|[\u202d\u202e]|[A-Za-z][\u200b\u2060\ufeff\u00ad\u200e\u200f]{1,20}[A-Za-z]|[\u{e0100}-\u{e01ef}]{2}|(?:\u200b|\u200c|\u200d|[\u2060-\u2064]){3}|style\s{0,4}=\s{0,4}["'][^"'>]{0,200}(?:display\s{0,4}:\s{0,4}none|visibility\s{0,4}:\s{0,4}hidden|font-size\s{0,4}:\s{0,4}0|opacity\s{0,4}:\s{0,4}0(?![.\d])|color\s{0,4}:\s{0,4}(?:white|#fff\b|transparent))/iu,
  },
]

/** Why a text is suspicious: reasons as words for people, each once. Empty for most. */
export function suspicionsIn(texts: readonly string[]): readonly string[] {
  const reasons = new Set<string>()
  for (const text of texts) for (const reason of reasonsOf(text.slice(0, CHARS_MAX), 0)) reasons.add(reason)
  return [...reasons]
}

function reasonsOf(text: string, depth: number): readonly string[] {
  if (text.length < SHORTEST) return []
  const low = normal(text)
  const latin = low.replaceAll(LOOK_ALIKES, (letter) => LOOK_ALIKE.get(letter) ?? letter)
  const found = [
    ...SYNTAX.filter(({ pattern }) => pattern.test(text)),
    ...WORDS.filter(({ pattern }) => pattern.test(low) || pattern.test(latin)),
  ].map(({ reason }) => reason)
  if (isHiddenOrder(text)) found.push(UNSEEN)
  if (isDisguised(latin) || (depth === 0 && decoded(text).some((inner) => reasonsOf(inner, 1).length > 0)))
    found.push(CODED)
  return found
}
/** Shorter than any order. */
const SHORTEST = 8

/** As a reader would take it: one space, lower case, no tricks with look-alikes. */
const normal = (text: string): string =>
  plain(text)
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/[\u0300-\u036f]/g, '')
    .replaceAll(/[\s*_~]+/g, (gap) => (/\s/.test(gap) ? ' ' : gap === '_' ? '_' : ''))

/** Letters of other alphabets that are drawn like ours. */
const LOOK_ALIKES = /[аеорсухіѕјԁӏαορν]/g
const LOOK_ALIKE = new Map(Array.from('аеорсухіѕјԁӏαορν', (letter, at) => [letter, 'aeopcyxisjdlaopv'[at] ?? '']))

const OVERRIDE =
  /(?:ignore|disregard|forget)(?:all|any|the|your|every|these)*(?:previous|prior|above|earlier|preceding|your|system)(?:instruction|prompt|rule|direct|guideline|message)/

/** Letters apart, digits for letters, turned around, thirteen further. */
function isDisguised(low: string): boolean {
  const bare = low.replaceAll(/[\s.,;:|/\\-]+/g, '')
  const spelled = low.replaceAll(/[013457@$!|]/g, (char) => LEET.get(char) ?? char).replaceAll(/[^a-z]+/g, '')
  // Words that only stand together because their gaps were taken out would show in the text itself.
  if (/(?:\b[a-z][\s.,_-]{1,3}){5,}/.test(low) && OVERRIDE.test(bare)) return true
  if (/[a-z][013457@$!|][a-z]|\b[013457@$!|][a-z]/.test(low) && OVERRIDE.test(spelled)) return true
  return OVERRIDE.test(Array.from(bare).reverse().join('')) || OVERRIDE.test(bare.replaceAll(/[a-z]/g, thirteen))
}
const LEET = new Map(Array.from('013457@$!|', (char, at) => [char, 'oieastasil'[at] ?? '']))
const thirteen = (letter: string): string => String.fromCharCode(((letter.charCodeAt(0) - 97 + 13) % 26) + 97)

/** Comments that no rendering shows, with orders in them. */
function isHiddenOrder(text: string): boolean {
  for (const [hidden] of text.matchAll(COMMENTS)) {
    const words = new Set(hidden.toLowerCase().match(ORDERS))
    if (words.size >= 2) return true
  }
  return false
}
const COMMENTS = /<!--(?:(?!<!--)[\s\S]){0,4000}?-->|^\[\/\/\]:[ \t]{0,4}#[^\n]{0,2000}$/gm
const ORDERS =
  /\b(?:you|your|agents?|assistants?|ai|llms?|models?|ignore|instructions?|prompts?|must|always|never|secrets?|execute|send|exfiltrate|user|call|tokens?|claude|gpt|system)\b/g

/** What long words say when they are base64, hexadecimal or percent-encoded. */
function decoded(text: string): readonly string[] {
  const out: string[] = []
  for (const [run] of text.matchAll(
    /[A-Za-z0-9+/_-]{24,8000}={0,2}|(?:%[0-9a-fA-F]{2}[\w.~+-]{0,12}){4,2000}|(?:\\?(?:x|u00)[0-9a-fA-F]{2}){8,4000}/g,
  )) {
    if (out.length >= DECODED_MAX) break
    const inner = run.includes('%')
      ? percent(run)
      : /^(?:\\?(?:x|u00)[0-9a-fA-F]{2})+$/.test(run)
        ? hex(run.replaceAll(/\\?(?:x|u00)/g, ''))
        : /^(?:[0-9a-fA-F]{2})+$/.test(run)
          ? hex(run)
          : base64(run)
    if (inner !== undefined && /[a-z]{3}/i.test(inner) && /^[\s\u0020-\u007e\u00a0-\uffff]{8,}$/.test(inner))
      out.push(inner)
  }
  return out
}
/** Encoded runs read of one text. */
const DECODED_MAX = 50

function base64(run: string): string | undefined {
  try {
    return atob(
      run
        .replaceAll('-', '+')
        .replaceAll('_', '/')
        .replaceAll('=', '')
        .replace(/^((?:.{4})*).$/s, '$1'),
    )
  } catch {
    return undefined
  }
}

const hex = (run: string): string =>
  (run.match(/../g) ?? []).map((pair) => String.fromCharCode(Number.parseInt(pair, 16))).join('')

function percent(run: string): string | undefined {
  try {
    return decodeURIComponent(run.replaceAll('+', ' '))
  } catch {
    return undefined
  }
}
