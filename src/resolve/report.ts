import type { Draft } from './occurrence.ts'
import { shortType } from './parse/detector.ts'
import { parse } from './parse.ts'

/** An error as a program hands it over, instead of as it was printed. */
export interface ErrorReport {
  readonly type?: string | undefined
  readonly message: string
  readonly stack?: string | undefined
  readonly code?: string | undefined
  readonly tool?: string | undefined
  readonly language?: string | undefined
  readonly cause?: ErrorReport | undefined
}

const CAUSES_MAX = 8
const JAVASCRIPT = /^(?:javascript|typescript|node|js|ts)$/i

/** Which tool would have printed it: the scope of its code, and what it is compared with. */
function toolOf({ tool, language, type }: ErrorReport): string {
  if (tool !== undefined && tool !== '') return tool
  if (language !== undefined) return JAVASCRIPT.test(language) ? 'node' : language.toLowerCase()
  return /(?:Error|Exception)$/.test(type ?? '') ? 'node' : ''
}

/** The draft that a detector would have made of the printed form. */
export function draftOf(report: ErrorReport, depth = 0): Draft {
  const type = report.type === undefined ? undefined : shortType(report.type)
  // The stack holds what the fields cannot: the frames, and which tool prints this way.
  const printed = report.stack === undefined ? [] : parse(report.stack).occurrences
  const same = printed.find((one) => one.type === type && one.by !== 'generic')
  return {
    by: 'report',
    tool: same?.tool ?? toolOf(report),
    language: same?.language ?? report.language,
    type,
    code: report.code,
    // A program may hand over no more than the stack, which begins with the message.
    message: report.message.trim() === '' ? ((same ?? printed[0])?.message ?? '') : report.message,
    frames: same?.frames ?? [],
    weight: 96,
    start: 0,
    end: 0,
    cause: report.cause === undefined || depth >= CAUSES_MAX ? undefined : draftOf(report.cause, depth + 1),
  }
}
