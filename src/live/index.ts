export type { Complaint, Frame } from './frames.ts'
export { type Happening, Hub, type LiveEffect, type Who, type Wish } from './hub.ts'
export type { Entry } from './ring.ts'
export { isForAdmin, isTable, type Topic, TOPICS } from './topics.ts'
