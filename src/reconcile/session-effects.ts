import type { Elements } from './decoder.ts'
import type { ReconcileMessage } from './messages.ts'

/** How a session ended. */
export type SessionEnd =
  /** All that differed was found. */
  | { readonly kind: 'done' }
  /** The peer has so much more that a snapshot of it is cheaper. */
  | { readonly kind: 'snapshot' }
  /** This node has so much more that the peer should take a snapshot; it finds that out itself. */
  | { readonly kind: 'ahead' }
  /** No answer in time. `bucket` is where to go on, if buckets were under way. */
  | { readonly kind: 'lost'; readonly bucket: number | undefined }
  /** One of the sets changed too fast, or the peer has no time: again later. */
  | { readonly kind: 'later'; readonly why: 'moved' | 'busy' | 'failed'; readonly bucket: number | undefined }
  /** More than BUCKET_ELEMENTS_MAX elements in a bucket, on either side. */
  | { readonly kind: 'too-large'; readonly bucket: number }
  /** What the peer sent is none of the protocol. */
  | { readonly kind: 'hostile'; readonly why: string }

/** What a session asks of its owner, in this order. */
export type SessionEffect =
  | { readonly do: 'send'; readonly message: ReconcileMessage }
  /** A page of this node's own elements; the answer is `loaded`. One is under way at a time. */
  | { readonly do: 'read'; readonly bucket: number; readonly after: Elements | undefined }
  /** A part of the difference. Parts come bucket by bucket, so that what was found survives the session. */
  | { readonly do: 'found'; readonly theirs: Elements; readonly mine: Elements }
  | { readonly do: 'end'; readonly end: SessionEnd }
