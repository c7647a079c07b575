import type { McpServer } from '@modelcontextprotocol/server'
import { z } from 'zod'
import { framed } from '../content/index.ts'
import { body, givenOf } from './memories.ts'
import type { MemoryPort } from './memory-port.ts'
import { ForgetInput, RecallInput, StoreBody } from './memory-schema.ts'
import { type Answering, toolAnswer } from './tool-answer.ts'

const RECALLED = 3
/** Of a response that is one of several. */
const SHORT_CHARS = 600

const RecallAnswer = z.looseObject({
  memories: z.array(z.looseObject({ question_id: z.string(), question: z.string() })),
})
const RememberAnswer = z.looseObject({ question_id: z.string(), is: z.string() })
const ForgetAnswer = z.looseObject({ question_id: z.string(), forgotten: z.boolean() })

/** The tools of the memory: where no node with the module can be reached they are not there. */
export function offerMemory(
  server: McpServer,
  memory: MemoryPort,
  { may, meter, project }: Answering & { readonly may: (tool: 'recall' | 'remember' | 'forget') => boolean },
): void {
  if (!memory.isThere()) return
  if (may('recall'))
    server.registerTool(
      'recall',
      {
        title: 'What was asked and answered before',
        description: 'Searches past questions and responses kept by remember, here and on the nodes with a memory.',
        inputSchema: RecallInput,
        outputSchema: RecallAnswer,
        annotations: { readOnlyHint: true, idempotentHint: true, openWorldHint: false },
      },
      async (input) =>
        toolAnswer(async () => {
          meter.take('read')
          const projects = memory.projects(input.project ?? project)
          const { question_id: questionId } = input
          if (questionId !== undefined) {
            const { memory: known } = await memory.ask({ op: 'get', questionId, projects })
            const memories = known && !known.forgotten ? [known] : []
            return { structuredContent: { memories: memories.map(body) }, text: textOf(memories, Infinity) }
          }
          const { hits } = await memory.ask({
            op: 'search',
            text: input.query,
            mode: 'hybrid',
            projects,
            limit: input.limit ?? RECALLED,
            ...(input.tag === undefined ? {} : { tag: input.tag }),
          })
          const told = hits.map(({ response, score, ...one }) => ({
            ...body({ ...one, response: response.slice(0, SHORT_CHARS) }),
            score,
          }))
          return { structuredContent: { memories: told }, text: textOf(hits, SHORT_CHARS) }
        }),
    )
  if (may('remember'))
    server.registerTool(
      'remember',
      {
        title: 'Keep a question with its response',
        description: 'Keeps a question and what was answered, so that recall finds it later. Secrets are taken out.',
        inputSchema: StoreBody,
        outputSchema: RememberAnswer,
        annotations: { readOnlyHint: false, destructiveHint: false, idempotentHint: true, openWorldHint: false },
      },
      async (input) =>
        toolAnswer(async () => {
          meter.take('write')
          const given = await givenOf(memory, { ...input, project: input.project ?? project }, 'mcp')
          const stored = await memory.ask({ op: 'store', memory: given })
          const how =
            stored.is === 'same' ? 'Known already as' : stored.is === 'queued' ? 'Waits to be kept as' : 'Kept as'
          return { structuredContent: { ...stored }, text: `${how} ${stored.question_id}.` }
        }),
    )
  if (may('forget'))
    server.registerTool(
      'forget',
      {
        title: 'Forget a question with its responses',
        description: 'Takes the texts of a memory away, all versions of it, by its question_id.',
        inputSchema: ForgetInput,
        outputSchema: ForgetAnswer,
        annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: true, openWorldHint: false },
      },
      async (input) =>
        toolAnswer(async () => {
          meter.take('write')
          const projects = memory.projects(input.project ?? project)
          const { done } = await memory.ask({ op: 'forget', questionId: input.question_id, projects })
          const text = done ? `Forgotten: ${input.question_id}.` : `There is no ${input.question_id}.`
          return { structuredContent: { question_id: input.question_id, forgotten: done }, text }
        }),
    )
}

/** Our own words stand outside the frame, what somebody wrote inside. */
function textOf(
  memories: readonly { readonly question_id: string; readonly question: string; readonly response: string }[],
  charsMax: number,
): string {
  if (memories.length === 0) return 'Nothing is remembered about that.'
  return memories
    .map(({ question, question_id: id, response }) => {
      const isCut = response.length > charsMax
      return `${id}${isCut ? ' (more of it: recall with this question_id)' : ''}\n${framed('a memory', `${question}\n\n${response.slice(0, charsMax)}`)}`
    })
    .join('\n\n')
}
