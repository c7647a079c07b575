import type { NodeId } from '../base/index.ts'
import type { Coordinator } from '../coordination/index.ts'
import type { Members } from '../membership/index.ts'
import type { NodeView } from '../router/index.ts'

/** The other members, as a router sees them. `digests` is what each told last of what it holds. */
export function routeViews(
  {
    coordinator,
    members,
    peers,
  }: {
    readonly coordinator: Coordinator
    readonly members: Members
    /** Connected now. */
    readonly peers: readonly NodeId[]
  },
  digests: ReadonlyMap<NodeId, string>,
  own: string,
): readonly NodeView[] {
  const connected = new Set(peers)
  const drained = new Set(
    Object.values(coordinator.state?.roster ?? {}).flatMap(({ draining, node }) => (draining ? [node] : [])),
  )
  return members
    .list()
    .filter(({ health }) => health !== 'dead' && health !== 'left')
    .map(({ health, id, name, role, rttMs }) => ({
      id,
      name,
      role,
      rttMs,
      isFit: health === 'healthy' && connected.has(id),
      isDrained: drained.has(id),
      isSame: digests.get(id) === own,
    }))
}
