import type { NodeId } from '../base/index.ts'
import type { World } from './world.ts'

type Seat = NonNullable<ReturnType<World['node']>['seat']>

/** Disks and quorums: which may fail without a loss that the rules allow, and which nodes are enough to go on. */

const isMost = (few: number, all: number): boolean => all === 0 || few > all / 2

/** Members of this lineage that exist, by what is on the disks of `nodes`. */
const wholeOf = (world: World, lineage: string, nodes: readonly string[]): ReadonlySet<string> =>
  new Set(
    nodes.flatMap((name) => {
      const { seat } = world.node(name)
      return seat?.lineage === lineage ? [seat.member] : []
    }),
  )

function hasMajorities({ config: { outgoing, voters } }: Seat, whole: ReadonlySet<string>): boolean {
  const of = (set: readonly string[]): number => set.filter((member) => whole.has(member)).length
  return isMost(of(voters), voters.length) && isMost(of(outgoing), outgoing.length)
}

/** Whether a quorum of disks stays whole, of every set of voters that anybody knows, when this node's disk is lost. */
export function mayLose(world: World, name: NodeId): boolean {
  const own = world.node(name).seat
  if (!own) return false
  const others = world.names.filter((other) => other !== name)
  return world.names.every((viewer) => {
    const { seat } = world.node(viewer)
    if (!seat) return true
    const { outgoing, voters } = seat.config
    if (!voters.includes(own.member) && !outgoing.includes(own.member)) return true
    return hasMajorities(seat, wholeOf(world, seat.lineage, others))
  })
}

/** Enough of what is awake to decide, in some lineage: few of many. */
export function healthyCore(world: World): readonly NodeId[] | null {
  for (let size = 1; size <= world.names.length; size++)
    for (let attempt = 0; attempt < 8; attempt++) {
      const core = world.names
        .filter((name) => world.node(name).isAwake)
        .map((name) => ({ name, lot: world.random.next() }))
        .sort((a, b) => a.lot - b.lot)
        .slice(0, size)
        .map(({ name }) => name)
      if (isEnough(world, core)) return core
    }
  return null
}

/** One of them can be elected by those whose logs are no longer than its own. */
function isEnough(world: World, core: readonly NodeId[]): boolean {
  const seats = core.flatMap((name) => world.node(name).seat ?? [])
  return seats.some((candidate) => {
    if (candidate.kind !== 'voter') return false
    const fellows = seats.filter(({ lineage }) => lineage === candidate.lineage)
    const { last, lastTerm } = candidate.raft.log
    const electors = fellows.filter(({ raft: { log } }) =>
      log.lastTerm !== lastTerm ? log.lastTerm < lastTerm : log.last <= last,
    )
    return hasMajorities(candidate, new Set(electors.map(({ member }) => member)))
  })
}
