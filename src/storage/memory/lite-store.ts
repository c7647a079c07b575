import type { Clock } from '../../base/index.ts'
import type { Draft, Memory, MemoryStore } from '../../memory/index.ts'
import { WorkerClient } from '../worker-client.ts'
import { workerEntry } from '../worker-entry.ts'
import type { LiteCall, LiteMethod, LiteOptions } from './lite-protocol.ts'

const CALL_BYTES = 512

/** The memory in one SQLite file, in a thread of its own. Rejects with what the file's opening says. */
export async function openLiteStore(file: string, clock: Clock): Promise<MemoryStore> {
  const worker = new WorkerClient<LiteOptions, LiteCall>({
    entry: workerEntry('memory-worker', import.meta.url),
    name: 'the memory',
  })
  await worker.open({ file, now: clock.now() })

  const verb =
    <Method extends LiteMethod>(
      method: Method,
      sizeOf: (...args: Parameters<MemoryStore[Method]>) => number = () => CALL_BYTES,
    ) =>
    (...args: Parameters<MemoryStore[Method]>): ReturnType<MemoryStore[Method]> =>
      new Promise((resolve, reject) => {
        worker.ask({ method, args }, sizeOf(...args), (answer) =>
          answer.ok ? resolve(answer.value as never) : reject(answer.error),
        )
      }) as ReturnType<MemoryStore[Method]>

  return {
    put: verb('put', textsOf),
    get: verb('get'),
    history: verb('history'),
    search: verb('search'),
    list: verb('list'),
    pin: verb('pin'),
    forget: verb('forget'),
    prune: verb('prune'),
    without: verb('without'),
    keepVectors: verb('keepVectors', (_space, vectors) =>
      vectors.reduce((sum, { values }) => sum + values.byteLength, CALL_BYTES),
    ),
    dropSpace: verb('dropSpace'),
    walk: verb('walk'),
    take: verb('take', (versions) => versions.reduce((sum, one) => sum + textsOf(one), 0)),
    facts: verb('facts'),
    close: () => worker.close(),
  }
}

const textsOf = ({ context, question, response }: Draft | Memory): number =>
  CALL_BYTES + 2 * (question.length + response.length + (context?.length ?? 0))
