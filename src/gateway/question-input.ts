import type { z } from 'zod'
import { isItemId } from '../base/index.ts'
import type { GuideInput, ResolveInput } from '../driver/index.ts'
import type { GuideBody, ResolveBody } from './schema.ts'

/** From the words of the wire to those of the house. `via`: by which door. */
export const resolveInput = (body: z.output<typeof ResolveBody>, via: 'api' | 'mcp'): ResolveInput => ({
  text: body.error,
  report: body.report,
  command: body.command,
  exitCode: body.exit_code,
  limit: body.max_fixes,
  project: body.project,
  via,
  agent: body.agent,
})

export const guideInput = (body: z.output<typeof GuideBody>, via: 'api' | 'mcp'): GuideInput => ({
  goal: body.goal,
  id: body.guide !== undefined && isItemId(body.guide) ? body.guide : undefined,
  stack: body.stack,
  step: body.step,
  project: body.project,
  via,
  agent: body.agent,
})
