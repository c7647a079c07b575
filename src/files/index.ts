export { type Holder, holderOf, takeLock } from './lock.ts'
export { makeDirectory } from './make-directory.ts'
export { type NodePaths, nodePaths, type StatePaths, statePaths } from './paths.ts'
export { createSecret, readSecret, restore } from './secret-file.ts'
