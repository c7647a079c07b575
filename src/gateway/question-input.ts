import type { z } from 'zod'
import { isItemId, SwarmError } from '../base/index.ts'
import type { GuideInput, ResolveInput } from '../driver/index.ts'
import type { GuideBody, ResolveBody } from './schema.ts'

/** Text has hardly any characters that no terminal shows; a picture or an archive that was taken for text is full of them. */
const STRANGE_SHARE_MAX = 0.1
const LOOK_CHARS = 64 * 1024
// oxlint-disable-next-line no-control-regex -- what no text has, and what stands for bytes that are none
const STRANGE = /[\u0000-\u0006\u000e-\u001a\u001c-\u001f\ufffd]/g

/**
 * From the words of the wire to those of the house. `via`: by which door. Throws SWARM_EMPTY_INPUT for text that is
 * blank, SWARM_BAD_INPUT for what is no text.
 */
export const resolveInput = (body: z.output<typeof ResolveBody>, via: 'api' | 'mcp'): ResolveInput => ({
  text: body.error === undefined ? undefined : textIn(body.error, body.report !== undefined),
  report: body.report,
  command: body.command,
  exitCode: body.exit_code,
  env: body.env,
  limit: body.max_fixes,
  project: body.project,
  via,
  agent: body.agent,
})

function textIn(text: string, hasReport: boolean): string {
  if (text.trim() === '' && !hasReport)
    throw new SwarmError(
      'SWARM_EMPTY_INPUT',
      text === '' ? 'the text is empty' : 'there is only white space',
      'Send the output of the command that failed, its standard error too.',
    )
  const look = text.slice(0, LOOK_CHARS)
  if ((look.match(STRANGE)?.length ?? 0) > STRANGE_SHARE_MAX * look.length)
    throw new SwarmError(
      'SWARM_BAD_INPUT',
      'this is binary data, not the output of a command',
      'Send the text a command printed.',
    )
  return text
}

export const guideInput = (body: z.output<typeof GuideBody>, via: 'api' | 'mcp'): GuideInput => ({
  goal: body.goal,
  id: body.guide !== undefined && isItemId(body.guide) ? body.guide : undefined,
  stack: body.stack,
  step: body.step,
  project: body.project,
  via,
  agent: body.agent,
})
