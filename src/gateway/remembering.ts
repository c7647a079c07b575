import type { Answer, Exchange, GuideAnswer } from '../driver/index.ts'
import type { GivenMemory, Recalled } from '../memory/index.ts'
import type { GatewayParts } from './parts.ts'

/** What the questions of this node are remembered by. */
export interface Remembering {
  /** Past questions like this one. */
  recall(question: string, projects: readonly string[]): Promise<readonly Recalled[]>
  /** Stored when there is time; never rejects. */
  keep(memory: GivenMemory): Promise<void>
  projects(url: string | undefined): string[]
  /** Whether what is asked from there is remembered, and who may be told; null when it is not. */
  visibilityFor(project: string | undefined): GivenMemory['visibility'] | null
  /** Resolves after so many milliseconds. */
  after(ms: number): Promise<void>
}

/** Somebody waits for an answer: what is not recalled by then is not named. */
const RECALL_MS = 50
const QUESTION_CHARS = 2_000
const RESPONSE_CHARS = 8_000

type Ask = GatewayParts['ask']

/**
 * The mission's steps around an answer: what was asked before is looked up while the question is processed, and named
 * in the answer; afterwards question and answer are kept, which nobody waits for. What nothing is known about is not.
 */
export function remembering(ask: Ask, memory: Remembering): Ask {
  const around = async (kind: 'resolve' | 'guide', asked: Asked): Promise<Answer | GuideAnswer> => {
    const visibility = memory.visibilityFor(asked.project)
    if (visibility === null) return ask(kind, asked)
    const projects = memory.projects(asked.project)
    const question = questionIn(asked)
    const recalling = question === '' ? Promise.resolve([]) : recalled(memory, question, projects)
    const [answer, past] = await Promise.all([ask(kind, asked), recalling])
    const pair = pairOf(asked, answer)
    // A log is not like the line that is kept of it: once that line is known, it is looked for.
    const tidy = 'fixes' in answer && answer.problem ? lineOf(answer.problem) : ''
    const known = past.length > 0 || tidy === '' ? past : await recalled(memory, tidy, projects)
    if (pair) {
      const isNowhere = visibility === 'project' && projects.length === 0
      const kept = { ...pair, projects, visibility: isNowhere ? 'private' : visibility } as const
      void memory.keep({ ...kept, source: 'request', ...(asked.agent ? { agent: asked.agent } : {}) })
    }
    return known.length === 0 ? answer : { ...answer, recalled: known }
  }
  function told(kind: keyof Exchange, input: unknown): Promise<unknown> {
    return kind === 'resolve' || kind === 'guide' ? around(kind, input as Asked) : ask(kind, input as never)
  }
  return told as Ask
}

interface Asked {
  readonly text?: string
  readonly goal?: string
  readonly command?: string
  readonly project?: string
  readonly agent?: string
  readonly report?: { readonly message: string }
}

async function recalled(
  memory: Remembering,
  question: string,
  projects: readonly string[],
): Promise<readonly Recalled[]> {
  const late = memory.after(RECALL_MS).then((): readonly Recalled[] => [])
  return Promise.race([memory.recall(question, projects).catch(() => []), late])
}

/** Of a log its end: that is where a command says why it failed. */
const questionIn = ({ goal, report, text }: Asked): string =>
  (goal ?? report?.message ?? text?.trim().slice(-QUESTION_CHARS) ?? '').trim()

/** What is kept of an answer: the problem in one line, and what helped. */
function pairOf(asked: Asked, answer: Answer | GuideAnswer): Pick<GivenMemory, 'question' | 'response'> | null {
  if ('guide' in answer) {
    const { guide } = answer
    if (!guide || !asked.goal) return null
    const steps = guide.steps.map((step, at) => `${at + 1}. ${step.do}`)
    return {
      question: asked.goal.slice(0, QUESTION_CHARS),
      response: cut(`${guide.title} (${guide.id})\n${steps.join('\n')}`),
    }
  }
  const { fixes, problem } = answer
  const [fix] = fixes
  if (!fix || !problem) return null
  const commands = (fix.solution?.commands ?? []).map(({ run }) => `$ ${run}`)
  const said = [fix.solution?.action ?? fix.text ?? fix.title, ...commands, `(${fix.id})`]
  return { question: lineOf(problem), response: cut(said.join('\n')) }
}

/** A problem in one line. */
const lineOf = ({ code, message, tool }: NonNullable<Answer['problem']>): string =>
  [tool, code, message].filter(Boolean).join(': ').slice(0, QUESTION_CHARS)

const cut = (text: string): string => text.slice(0, RESPONSE_CHARS)
