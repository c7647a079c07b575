import type { ErrandKind, ErrandView } from '../durable/index.ts'
import type { ResolveInput } from './exchange.ts'
import type { GuideInput } from './inquiry-exchange.ts'

/** Who asks for a request that lasts: what one key asked, no other sees. */
export interface LastingAsker {
  /** Id of the key; `owner` without one. */
  readonly key: string
  /** Sees those of all keys of this node's owner. */
  readonly all: boolean
}

/** A request that lasts, as it is asked for. */
export interface NewLasting {
  readonly kind: ErrandKind
  readonly input: ResolveInput | GuideInput
  /** How many tokens the answer may cost; null: any number. */
  readonly tokens: number | null
  /** How long an answer is of use, milliseconds. */
  readonly withinMs: number
  /** The same name of the same key is the same request. */
  readonly name: string | null
}

/** What came of it instead of an answer. */
export interface LastingProblem {
  readonly code: string
  readonly why: string
  readonly next?: string
}

/** A request that lasts, as it stands. Moments are milliseconds since 1970. */
export interface LastingView extends Omit<ErrandView, 'answer' | 'digest' | 'asker' | 'sealed' | 'seen'> {
  /** As the route of its kind answers; null while there is none. */
  readonly answer: unknown
  readonly problem: LastingProblem | null
}

/** Requests that last, whichever node has them. */
export interface LastingExchange {
  readonly 'post-request': {
    readonly input: NewLasting & { readonly asker: LastingAsker }
    readonly reply: LastingView
  }
  readonly 'get-request': {
    readonly input: {
      readonly id: string
      readonly asker: LastingAsker
      /** For its end, milliseconds. */
      readonly waitMs: number
      /** It is enough that it is not as this any more. */
      readonly past: { readonly epoch: number; readonly step: number } | null
    }
    readonly reply: LastingView
  }
  readonly 'list-requests': {
    readonly input: {
      readonly asker: LastingAsker
      readonly before: readonly [at: number, id: string] | null
      readonly limit: number
    }
    readonly reply: readonly LastingView[]
  }
  readonly 'cancel-request': {
    readonly input: { readonly id: string; readonly asker: LastingAsker }
    readonly reply: LastingView
  }
}

export type LastingRequest = {
  [Kind in keyof LastingExchange]: { readonly kind: Kind; readonly input: LastingExchange[Kind]['input'] }
}[keyof LastingExchange]

const KINDS: readonly string[] = [
  'post-request',
  'get-request',
  'list-requests',
  'cancel-request',
] satisfies (keyof LastingExchange)[]
export const isLastingRequest = (request: { readonly kind: string }): request is LastingRequest =>
  KINDS.includes(request.kind)
