import { parentPort } from 'node:worker_threads'
import { assert } from '../../base/index.ts'
import { explain } from '../explain.ts'
import { type FromWorker, type ToWorker, wireError } from '../worker-protocol.ts'
import { openLite } from './lite-open.ts'
import type { LiteCall, LiteOptions } from './lite-protocol.ts'
import { LiteService } from './lite-service.ts'

/*
 * As `worker-host.ts`, for a service whose answers are promises: what comes while a turn is under way is the next turn.
 */
type Message = ToWorker<LiteOptions, LiteCall>

const port = parentPort
assert(port !== null, 'a worker file was started as a program')

let service: LiteService | undefined
let busy = false
const waiting: Message[] = []

const reply = (results: FromWorker): void => port.postMessage(results)

async function open(options: LiteOptions): Promise<void> {
  try {
    service = new LiteService(await openLite(options.file, options.now), options.file)
    reply([{ ok: true, value: undefined }])
  } catch (thrown) {
    reply([{ ok: false, error: wireError(explain(thrown, options.file)) }])
    port?.close()
  }
}

async function serve(): Promise<void> {
  while (waiting.length > 0) {
    const calls: LiteCall[] = []
    let last = false
    for (const message of waiting.splice(0)) {
      if (message.ask === 'open') await open(message.options)
      else if (message.ask === 'calls') calls.push(...message.requests)
      else last = true
    }
    if (calls.length > 0 && service) reply(await service.answer(calls))
    if (last) {
      service?.close()
      port?.close()
    }
  }
}

port.on('message', (message: Message) => {
  waiting.push(message)
  if (busy) return
  busy = true
  void serve().finally(() => (busy = false))
})
