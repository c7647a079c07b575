import type { Done } from '../base/index.ts'
import type { Admission } from '../admission/index.ts'
import { askAdmission, isAdmissionRequest } from './admitting.ts'
import { type Browser, isBrowseRequest } from './browse.ts'
import type { Effect } from './effects.ts'
import type { Evidence } from './evidence.ts'
import { isEvidenceRequest } from './evidence-exchange.ts'
import { type Governor, isGovernRequest } from './governor.ts'
import type { Request } from './inputs.ts'
import type { Items } from './items.ts'
import type { Lasting } from './lasting.ts'
import { isLastingRequest } from './lasting-exchange.ts'
import { isRestoreRequest, type Restoring } from './restoring.ts'
import type { Routing } from './routing.ts'

/** Whoever can be asked something. */
export interface Asked {
  readonly governor: Governor
  readonly admission: Admission | undefined
  readonly restoring: Restoring
  readonly lasting: Lasting
  readonly browser: Browser
  readonly evidence: Evidence
  readonly items: Items
  readonly routing: Routing
  readonly perform: (effects: readonly Effect[]) => void
}

/** Leads a request to whom it is for. Some answer by an effect with its id, the others by `done`. */
export function start(asked: Asked, id: number, request: Request, done: Done<unknown>): void {
  const { perform } = asked
  if (isGovernRequest(request)) return perform(asked.governor.start(request, done))
  if (isAdmissionRequest(request)) return perform(askAdmission(asked.admission, request, done))
  if (isRestoreRequest(request)) {
    // The backup may hold numbers of this node that it would give out again.
    if (request.input.first) perform([{ do: 'renew-origin' }])
    return perform(asked.restoring.start(id, request))
  }
  if (isLastingRequest(request)) return asked.lasting.start(request, done)
  if (isBrowseRequest(request)) return perform(asked.browser.start(id, request))
  if (isEvidenceRequest(request)) return perform(asked.evidence.start(id, request))
  if (request.kind === 'ask-module')
    return perform(asked.routing.askModule(id, request.input.module, request.input.input))
  perform(asked.items.start(id, request))
}
