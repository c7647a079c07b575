export { openKeyring } from './keys.ts'
export { moveMemory } from './memory-move.ts'
export { restoreLater } from './restore-later.ts'
export { type NodeOptions, type RunningNode, startNode } from './node.ts'
