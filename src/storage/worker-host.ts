import { parentPort, receiveMessageOnPort } from 'node:worker_threads'
import { assert, type SwarmError } from '../base/index.ts'
import { type FromWorker, type ToWorker, wireError, type WireResult } from './worker-protocol.ts'

/** What a worker serves once it is open. */
export interface Service<Request> {
  /** One answer per request, in order. What it throws ends the worker. */
  answer(requests: readonly Request[]): readonly WireResult[]
  close(): void
}

export interface Hosted<Options, Request> {
  open(options: Options): { readonly service: Service<Request>; readonly state: unknown }
  explain(thrown: unknown, options: Options): SwarmError
}

/**
 * Serves the thread that started this worker. Everything that waits when the worker wakes is one turn: its requests
 * are answered together, so that many commits share one transaction, and the answers go back as one message.
 */
export function hostWorker<Options, Request>(hosted: Hosted<Options, Request>): void {
  const port = parentPort
  assert(port !== null, 'a worker file was started as a program')
  let service: Service<Request> | undefined

  const reply = (results: FromWorker): void => port.postMessage(results)
  const finish = (): void => {
    service?.close()
    service = undefined
    port.close()
  }
  const open = (options: Options): void => {
    try {
      const opened = hosted.open(options)
      service = opened.service
      reply([{ ok: true, value: opened.state }])
    } catch (thrown) {
      reply([{ ok: false, error: wireError(hosted.explain(thrown, options)) }])
      finish()
    }
  }

  port.on('message', (first: ToWorker<Options, Request>) => {
    const requests: Request[] = []
    let message: ToWorker<Options, Request> | undefined = first
    let last = false
    while (message && !last) {
      if (message.ask === 'open') open(message.options)
      else if (message.ask === 'calls') requests.push(...message.requests)
      else last = true
      message = receiveMessageOnPort(port)?.message
    }
    if (requests.length > 0 && service) reply(service.answer(requests))
    if (last) finish()
  })
}
