import { sha256 } from '../base/index.ts'
import type { ReadGoal } from '../guide/index.ts'
import type { Problem, SearchQuery } from '../resolve/index.ts'
import { type ErrorQuestion, type GuideQuestion, TEXT_CHARS_MAX } from '../router/index.ts'
import type { ResolveInput } from './exchange.ts'
import type { GuideInput } from './inquiry-exchange.ts'
import type { LookUp } from './item-effects.ts'

const TOPIC = /^[a-z0-9][a-z0-9.+#-]{0,39}$/

/** The tool an error is of is the topic it is about; text without one says nothing of anybody. */
export function topicOf({ primary }: Problem): string | undefined {
  const tool = primary?.tool
  return tool && TOPIC.test(tool) ? tool : undefined
}

/** The same problem asked about twice at once is looked up once: what is searched for is what is shared. */
export function errorLookUp(
  request: number,
  { command, exitCode, project, report, text }: ResolveInput,
  problem: Problem,
  query: SearchQuery,
  told: string,
): LookUp {
  const isSmall = (text?.length ?? 0) + (report ? JSON.stringify(report).length : 0) <= TEXT_CHARS_MAX
  const question: ErrorQuestion = { text, report, command, exitCode, project }
  return {
    do: 'look-up',
    request,
    about: 'error',
    input: isSmall ? question : null,
    topic: topicOf(problem),
    key: sha256(JSON.stringify(['error', query, problem.detail.context, command, project])),
    query,
    text: told,
  }
}

export function guideLookUp(request: number, goal: ReadGoal, input: GuideInput, query: SearchQuery): LookUp {
  const question: GuideQuestion = {
    goal: input.goal ?? '',
    stack: input.stack ? [...input.stack] : undefined,
    project: input.project,
  }
  return {
    do: 'look-up',
    request,
    about: 'guide',
    input: question,
    topic: input.stack?.map((one) => one.toLowerCase()).find((one) => TOPIC.test(one)),
    key: sha256(JSON.stringify(['guide', goal, input.project])),
    query,
  }
}
