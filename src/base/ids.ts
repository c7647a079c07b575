/** A node: the text form of its libp2p peer id, which holds its ed25519 public key. */
export type NodeId = string & { readonly __brand: 'NodeId' }
/** A piece of knowledge: `k_` and 16 characters of base32. */
export type ItemId = string & { readonly __brand: 'ItemId' }
/** What is said about knowledge and its authors: `o_` an outcome, `c_` a card, `w_` a withdrawal, `d_` a decision. */
export type RecordId = string & { readonly __brand: 'RecordId' }
/** What a revision can be of. */
export type SubjectId = ItemId | RecordId
/**
 * A writer of revisions: `<node id>.<epoch>`. The epoch (8 hex digits) is minted with the data directory,
 * so that a node whose directory was wiped is a new origin and never reuses a sequence number.
 */
export type OriginId = string & { readonly __brand: 'OriginId' }

const ITEM_ID = /^k_[a-z2-7]{16}$/
const RECORD_ID = /^[ocwd]_[a-z2-7]{16}$/
const ORIGIN_ID = /^([A-Za-z0-9]{1,80})\.([0-9a-f]{8})$/
const NODE_ID = /^[A-Za-z0-9]{1,80}$/

export const isNodeId = (text: string): text is NodeId => NODE_ID.test(text)
export const isItemId = (text: string): text is ItemId => ITEM_ID.test(text)
export const isRecordId = (text: string): text is RecordId => RECORD_ID.test(text)
export const isOriginId = (text: string): text is OriginId => ORIGIN_ID.test(text)

/** Brands text that is known to be a node id (made by libp2p, or checked with `isNodeId`). */
export const nodeId = (text: string): NodeId => text as NodeId
/** Brands text that is known to be an item id. */
export const itemId = (text: string): ItemId => text as ItemId
/** Brands text that is known to be the id of a record. */
export const recordId = (text: string): RecordId => text as RecordId
export const originId = (node: NodeId, epoch: string): OriginId => `${node}.${epoch}` as OriginId
/** The form of an origin whose revisions stay on their node; no frame that holds one is valid. */
const PRIVATE = '.private-'
/** Where the writer of this origin keeps what no other node shall see. */
export const privateOriginOf = (origin: OriginId): OriginId =>
  (isPrivateOrigin(origin)
    ? origin
    : `${nodeOf(origin)}${PRIVATE}${origin.slice(origin.lastIndexOf('.') + 1)}`) as OriginId
export const isPrivateOrigin = (origin: OriginId): boolean => origin.includes(PRIVATE)
export const nodeOf = (origin: OriginId): NodeId => origin.slice(0, origin.lastIndexOf('.')) as NodeId
