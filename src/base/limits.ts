/** An item is text for a screen; anything longer is a log and belongs elsewhere. UTF-8 bytes of the body. */
export const ITEM_BYTES_MAX = 64 * 1024
/** One page of a catch-up: small enough that a heartbeat behind it waits a few milliseconds. UTF-8 bytes. */
export const PAGE_BYTES_MAX = 384 * 1024
/** Revisions in one page or one commit: 256 amortise the disk's sync to a few microseconds each. */
export const PAGE_REVISIONS_MAX = 256
/** One frame on the wire: a page, its envelope, and escapes. libp2p buffers at most 4 MiB per stream. */
export const FRAME_BYTES_MAX = 1024 * 1024
/** Gossip repeats a message to several peers; what is larger is announced by its sequence number and pulled. */
export const GOSSIP_BYTES_MAX = 64 * 1024
/** Terminal text that is read whole; of more, the head and the tail are kept (the cause and the verdict). */
export const INPUT_BYTES_MAX = 8 * 1024 * 1024
