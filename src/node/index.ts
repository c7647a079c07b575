export { openKeyring } from './keys.ts'
export { type NodeOptions, type RunningNode, startNode } from './node.ts'
