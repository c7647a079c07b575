import { homedir, tmpdir, userInfo } from 'node:os'
import { join, resolve } from 'node:path'
import { shortHash } from '../base/index.ts'

/** The kernel's bound on the path of a unix socket, less the closing zero (Linux 108, macOS 104). */
const SOCKET_PATH_MAX = 103

/** Where everything of one user on one machine lives. */
export interface StatePaths {
  readonly root: string
  /** Which swarm this user is in. */
  readonly swarm: string
  /** The swarm's own key, on the machine where it began: whoever can read it lets anyone in. */
  readonly swarmKey: string
  /** One folder per node. */
  readonly nodes: string
  /** Where nodes of this machine leave word of each other. */
  readonly registry: string
}

export interface NodePaths {
  readonly dir: string
  readonly lock: string
  readonly identity: string
  /** Its certificate, and what it knows of who is out. */
  readonly membership: string
  /** The swarm that was asked to let it in, and whose words its user has seen. */
  readonly asked: string
  readonly origin: string
  readonly knowledge: string
  readonly search: string
  /** What was asked for and lasts, and what came of it. */
  readonly requests: string
  /** Of the module memory, where it keeps its own file; and what waits to be stored. */
  readonly memory: string
  readonly memoryOutbox: string
  readonly peers: string
  /** One folder per swarm this node was in. */
  readonly raft: string
  /** The owner's key, whole; of all others what is needed to know them again. */
  readonly apiKey: string
  readonly keys: string
  /** Of the listener beyond this machine, when the user gave none. */
  readonly tlsKey: string
  readonly tlsCert: string
  readonly log: string
  readonly audit: string
  /** To whom the node showed what. */
  readonly shown: string
  /** Those the node makes by itself. */
  readonly backups: string
  /** A backup that is to be taken in at the next start. */
  readonly restore: string
  readonly socket: string
}

/** `--state-dir`, MCP_SWARM_STATE_DIR, systemd's STATE_DIRECTORY, then XDG's place. */
export function statePaths(env: NodeJS.ProcessEnv, flag?: string): StatePaths {
  const xdg = env['XDG_STATE_HOME'] || join(homedir(), '.local', 'state')
  const root = resolve(flag ?? (env['MCP_SWARM_STATE_DIR'] || env['STATE_DIRECTORY'] || join(xdg, 'mcp-swarm')))
  return {
    root,
    swarm: join(root, 'swarm.json'),
    swarmKey: join(root, 'swarm.key'),
    nodes: join(root, 'nodes'),
    registry: join(root, 'registry'),
  }
}

export function nodePaths(state: StatePaths, name: string): NodePaths {
  const dir = join(state.nodes, name)
  const socket = join(dir, 'api.sock')
  return {
    dir,
    lock: join(dir, 'lock'),
    identity: join(dir, 'node.key'),
    membership: join(dir, 'membership.json'),
    asked: join(dir, 'asked'),
    origin: join(dir, 'origin.json'),
    knowledge: join(dir, 'knowledge.db'),
    search: join(dir, 'search.db'),
    requests: join(dir, 'requests.db'),
    memory: join(dir, 'memory.db'),
    memoryOutbox: join(dir, 'memory-waits.jsonl'),
    peers: join(dir, 'peers'),
    raft: join(dir, 'raft'),
    apiKey: join(dir, 'api.key'),
    keys: join(dir, 'keys.json'),
    tlsKey: join(dir, 'tls.key'),
    tlsCert: join(dir, 'tls.crt'),
    log: join(dir, 'node.log'),
    audit: join(dir, 'audit.log'),
    shown: join(dir, 'shown.jsonl'),
    backups: join(dir, 'backups'),
    restore: join(dir, 'restore.backup'),
    // A path too long for a socket gets a short one in a folder only this user can enter.
    socket:
      socket.length <= SOCKET_PATH_MAX
        ? socket
        : join(tmpdir(), `mcp-swarm-${userInfo().uid}`, `${shortHash(dir, 12)}.sock`),
  }
}
