import type { AdmissionEffect } from '../admission/index.ts'
import type { CoordinationEffect, JobEffect } from '../coordination/index.ts'
import type { ErrandEffect } from '../durable/index.ts'
import type { HorizonJobEffect, ReplicaEffect } from '../knowledge/index.ts'
import type { MembersEffect } from '../membership/index.ts'
import type { BrowseEffect } from './browse.ts'
import type { CollisionEffect } from './collisions.ts'
import type { EvidenceEffect } from './evidence.ts'
import type { ItemEffect } from './item-effects.ts'
import type { Told } from './reconciling.ts'
import type { RestoreEffect } from './restoring.ts'
import type { RoutingEffect } from './routing-effects.ts'

/** Everything a core may ask of the driver. */
export type Effect =
  | ReplicaEffect
  | MembersEffect
  | ItemEffect
  | CoordinationEffect
  | JobEffect
  | AdmissionEffect
  | EvidenceEffect
  | CollisionEffect
  | HorizonJobEffect
  | BrowseEffect
  | RestoreEffect
  | RoutingEffect
  | Extract<ErrandEffect, { do: 'send' | 'note' }>
  | Told
