import assert from 'node:assert/strict'
import { test } from 'node:test'
import { nodeId } from '../../../src/base/index.ts'
import { metricsText } from '../../../src/gateway/metrics.ts'
import type { StatusFacts } from '../../../src/gateway/views.ts'

const coordination = {
  leader: { id: nodeId('a'), name: 'alpha' },
  state: 'follower',
  seat: 'voter',
  term: 7,
  votedFor: { id: nodeId('a'), name: null },
  lastHeartbeatMs: 130,
  elections: { started: 2, won: 1, seen: 3 },
  voters: [],
  members: 5,
  commit: 12,
  applied: 11,
}
const facts = (changed: object = {}): StatusFacts =>
  ({
    coordination: { ...coordination, ...changed },
    lasting: { kept: 7, open: 2 },
    memory: null,
    routing: { here: 5, elsewhere: 2, failovers: 0, hedges: 0, widened: 0, shared: 0, nodes: [] },
    items: 1,
    missing: 0,
    sync: {
      conflicts: 2,
      parked: { count: 1 },
      contradictions: [],
      lag: [{ peer: nodeId('b'), behind: 3, ahead: 0 }],
    },
    memoryBytes: 5,
    logs: { knowledge: 4096, search: 0 },
    load: { working: 4, workingMax: 256, queued: 1, waiting: 2, lateMs: 20, refused: { overloaded: 7, stopping: 0 } },
    live: { clients: 2, frames: 9, gaps: 1 },
    backups: { everyMs: null, kept: 0, last: null, next: null, trouble: null },
    members: [{ health: 'healthy' }, { health: 'dead' }, { health: 'healthy' }],
    node: { since: 1_500 },
  }) as unknown as StatusFacts

test('all six facts of an election are there', () => {
  const text = metricsText(facts())
  for (const line of [
    'mcp_swarm_raft_state{state="follower"} 1',
    'mcp_swarm_raft_state{state="leader"} 0',
    'mcp_swarm_raft_term 7',
    'mcp_swarm_raft_vote{node="a"} 1',
    'mcp_swarm_raft_leader{node="alpha"} 1',
    'mcp_swarm_raft_last_heartbeat_seconds 0.13',
    'mcp_swarm_raft_elections_started_total 2',
    'mcp_swarm_raft_elections_won_total 1',
    'mcp_swarm_raft_leaders_seen_total 3',
    'mcp_swarm_peers{health="healthy"} 2',
    'mcp_swarm_item_conflicts 2',
    'mcp_swarm_revisions_behind{node="b"} 3',
    'mcp_swarm_http_requests_working 4',
    'mcp_swarm_http_requests_refused_total{reason="overloaded"} 7',
    'mcp_swarm_event_loop_delay_seconds 0.02',
    'mcp_swarm_live_clients 2',
  ])
    assert.ok(text.includes(`\n${line}\n`), line)
})

test('what is not known has no sample, and every family its type', () => {
  const text = metricsText(facts({ leader: null, votedFor: null, lastHeartbeatMs: null }))
  assert.doesNotMatch(text, /raft_vote\{|raft_leader\{|last_heartbeat/)
  assert.match(text, /^mcp_swarm_raft_has_leader 0$/m)
  const families = [...text.matchAll(/^# TYPE (\S+) (gauge|counter)$/gm)].map(([, name]) => name)
  const sampled = [...text.matchAll(/^([a-z_]+)[{ ]/gm)].map(([, name]) => name)
  assert.deepEqual(new Set(sampled), new Set(families))
  assert.ok(text.endsWith('\n'))
})
