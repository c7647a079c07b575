/** The workers of this folder. The bundle puts each beside the main file, under the same name. */
export type WorkerName = 'knowledge-worker' | 'search-worker' | 'backup-worker' | 'requests-worker' | 'memory-worker'

/** Where a worker's code is: the source beside this file, or `<name>.js` beside the bundle. */
export function workerEntry(name: WorkerName, from: string = import.meta.url): URL {
  return new URL(`./${name}${from.endsWith('.ts') ? '.ts' : '.js'}`, from)
}
