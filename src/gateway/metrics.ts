import type { LeaderView } from '../driver/index.ts'
import type { StatusFacts } from './views.ts'

type Family = readonly [
  name: string,
  type: 'gauge' | 'counter',
  help: string,
  samples: readonly (readonly [labels: string, value: number])[],
]

/** For Prometheus (text format 0.0.4). */
export const metricsText = (facts: StatusFacts): string =>
  familiesOf(facts)
    .flatMap(([name, type, help, samples]) => [
      `# HELP ${name} ${help}`,
      `# TYPE ${name} ${type}`,
      ...samples.map(([labels, value]) => `${name}${labels} ${value}`),
    ])
    .join('\n')
    .concat('\n')

/** The same by name and labels. */
export const metricRows = (facts: StatusFacts): Readonly<Record<string, number>> =>
  Object.fromEntries(
    familiesOf(facts).flatMap(([name, , , samples]) => samples.map(([labels, value]) => [`${name}${labels}`, value])),
  )

/** Names end in their unit; counters in `_total`. */
function familiesOf({
  backups,
  coordination,
  items,
  live,
  load,
  logs,
  members,
  memory,
  memoryBytes,
  missing,
  node,
  lasting,
  routing,
  sync,
}: StatusFacts): readonly Family[] {
  const { applied, commit, elections, lastHeartbeatMs, leader, seat, state, term, votedFor, voters } = coordination
  const one = (states: readonly string[], now: string): [string, number][] =>
    states.map((name) => [`{state="${name}"}`, name === now ? 1 : 0])
  const heartbeat: Family[] =
    lastHeartbeatMs === null
      ? []
      : [
          [
            'mcp_swarm_raft_last_heartbeat_seconds',
            'gauge',
            "Since the leader's last word.",
            [['', lastHeartbeatMs / 1000]],
          ],
        ]
  const who = (name: string, help: string, named: LeaderView['leader']): Family[] =>
    named === null ? [] : [[name, 'gauge', help, [[`{node="${named.name ?? named.id}"}`, 1]]]]
  return [
    ['mcp_swarm_raft_term', 'gauge', 'Current term.', [['', term]]],
    [
      'mcp_swarm_raft_state',
      'gauge',
      'What the node is in the group: 1 for the state it is in.',
      one(['follower', 'pre-candidate', 'candidate', 'leader', 'none'], state),
    ],
    ['mcp_swarm_raft_seat', 'gauge', 'Its seat.', one(['voter', 'standby', 'observer', 'none'], seat)],
    ['mcp_swarm_raft_has_leader', 'gauge', '1 while a leader is known.', [['', leader ? 1 : 0]]],
    ...who('mcp_swarm_raft_leader', 'Who leads, as a label.', leader),
    ...who('mcp_swarm_raft_vote', 'For whom it voted in this term, as a label.', votedFor),
    ['mcp_swarm_raft_members', 'gauge', 'Members of the swarm, running or not.', [['', coordination.members]]],
    ['mcp_swarm_raft_voters', 'gauge', 'Voters of the newest configuration.', [['', voters.length]]],
    ['mcp_swarm_raft_commit_index', 'gauge', 'Newest committed entry.', [['', commit]]],
    ['mcp_swarm_raft_applied_index', 'gauge', 'Newest applied entry.', [['', applied]]],
    ['mcp_swarm_raft_elections_started_total', 'counter', 'Candidatures.', [['', elections.started]]],
    ['mcp_swarm_raft_elections_won_total', 'counter', 'Elections won.', [['', elections.won]]],
    ['mcp_swarm_raft_leaders_seen_total', 'counter', 'Leaders followed.', [['', elections.seen]]],
    ...heartbeat,
    ['mcp_swarm_items', 'gauge', 'Pieces of knowledge.', [['', items]]],
    ['mcp_swarm_items_missing', 'gauge', 'Known of and not here yet.', [['', missing]]],
    ['mcp_swarm_item_conflicts', 'gauge', 'Items with versions that nobody has merged.', [['', sync.conflicts]]],
    ['mcp_swarm_revisions_parked', 'gauge', 'Stamped with a time that has not come.', [['', sync.parked.count]]],
    [
      'mcp_swarm_contradictions',
      'gauge',
      'Numbers under which one node signed two revisions.',
      [['', sync.contradictions.length]],
    ],
    ...(sync.lag.length > 0
      ? [
          [
            'mcp_swarm_revisions_behind',
            'gauge',
            'What a connected peer holds and this node lacks.',
            sync.lag.map(({ behind, peer }) => [
              `{node="${members.find(({ id }) => id === peer)?.name ?? peer}"}`,
              behind,
            ]),
          ] as Family,
        ]
      : []),
    [
      'mcp_swarm_peers',
      'gauge',
      'Other nodes by health.',
      Object.entries(
        members.reduce<Record<string, number>>(
          (sum, { health }) => ({ ...sum, [health]: (sum[health] ?? 0) + 1 }),
          {},
        ),
      ).map(([health, count]) => [`{health="${health}"}`, count]),
    ],
    ...(backups.last === null
      ? []
      : [
          [
            'mcp_swarm_last_backup_timestamp_seconds',
            'gauge',
            'Of the newest backup that the node made by itself, Unix time.',
            [['', backups.last / 1000]],
          ] as Family,
        ]),
    [
      'mcp_swarm_wal_bytes',
      'gauge',
      'Size of the write-ahead log of each database.',
      [
        ['{file="knowledge"}', logs.knowledge],
        ['{file="search"}', logs.search],
      ],
    ],
    [
      'mcp_swarm_lasting_requests',
      'gauge',
      'Requests that last, on the disk of this node.',
      [
        ['{state="open"}', lasting.open],
        ['{state="over"}', lasting.kept - lasting.open],
      ],
    ],
    [
      'mcp_swarm_lookups_total',
      'counter',
      'Questions by where they were looked up.',
      [
        ['{at="here"}', routing.here],
        ['{at="elsewhere"}', routing.elsewhere],
      ],
    ],
    [
      'mcp_swarm_lookups_again_total',
      'counter',
      'Asked of a further node, by why.',
      [
        ['{why="failover"}', routing.failovers],
        ['{why="hedge"}', routing.hedges],
        ['{why="weak"}', routing.widened],
      ],
    ],
    [
      'mcp_swarm_lookups_shared_total',
      'counter',
      "Questions that shared another one's search.",
      [['', routing.shared]],
    ],
    ...(routing.nodes.length === 0
      ? []
      : [
          [
            'mcp_swarm_node_lookups_total',
            'counter',
            'What other nodes were asked.',
            routing.nodes.map(({ asked, name }) => [`{node="${name}"}`, asked]),
          ] as Family,
        ]),
    ['mcp_swarm_http_requests_working', 'gauge', 'Requests under way that need the processor.', [['', load.working]]],
    ['mcp_swarm_http_requests_working_max', 'gauge', 'So many are taken now.', [['', load.workingMax]]],
    ['mcp_swarm_http_requests_queued', 'gauge', 'Of those, waiting for their turn.', [['', load.queued]]],
    ['mcp_swarm_http_requests_waiting', 'gauge', 'Streams and waits that are open.', [['', load.waiting]]],
    [
      'mcp_swarm_http_requests_refused_total',
      'counter',
      'Refused before they were read.',
      Object.entries(load.refused).map(([reason, count]) => [`{reason="${reason}"}`, count]),
    ],
    ['mcp_swarm_event_loop_delay_seconds', 'gauge', 'By how much ticks come late.', [['', load.lateMs / 1000]]],
    ['mcp_swarm_live_clients', 'gauge', 'Live connections.', [['', live.clients]]],
    ['mcp_swarm_live_frames_total', 'counter', 'Frames sent to them.', [['', live.frames]]],
    ['mcp_swarm_live_gaps_total', 'counter', 'Gaps told to slow ones.', [['', live.gaps]]],
    ...(memory === null
      ? []
      : [
          [
            'mcp_swarm_memory_up',
            'gauge',
            '1 while the memory can be reached.',
            [['', memory.state === 'up' ? 1 : 0]],
          ] as Family,
          ['mcp_swarm_memory_queued', 'gauge', 'Pairs that wait to be stored.', [['', memory.queued]]] as Family,
          [
            'mcp_swarm_memory_lost_total',
            'counter',
            'Pairs of requests that could not wait.',
            [['', memory.lost]],
          ] as Family,
        ]),
    ['mcp_swarm_resident_memory_bytes', 'gauge', 'Resident memory.', [['', memoryBytes]]],
    ['mcp_swarm_start_time_seconds', 'gauge', 'Start of the process, Unix time.', [['', node.since / 1000]]],
  ]
}
