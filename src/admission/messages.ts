import { z } from 'zod'
import { Certificate, Mandate, MANDATES_MAX, Revocation, Succession } from './certificate.ts'

/** Revocations in one message: with the longest chains it stays below a frame. */
export const ROLL_PAGE = 64

/** What the sender knows of who is out and which key counts, as a digest: with a connection, and when it changes. */
const RollDigest = z.object({ kind: z.literal('roll'), digest: z.string().max(64) })
/** What the sender knows, or a page of it. */
const RollPage = z.object({
  kind: z.literal('rolls'),
  revocations: z.array(Revocation).max(ROLL_PAGE),
  successions: z.array(Succession).max(64),
})
/** A certificate past half its life, or of an older key. */
const Renew = z.object({ kind: z.literal('renew') })
const Renewed = z.object({
  kind: z.literal('renewed'),
  /** Null: the sender may not. */
  certificate: Certificate.nullable(),
  mandates: z.array(Mandate).max(MANDATES_MAX).nullable(),
})

export const admissionMessages = [RollDigest, RollPage, Renew, Renewed] as const
export type AdmissionMessage = z.infer<(typeof admissionMessages)[number]>
