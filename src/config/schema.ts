import { z } from 'zod'
import { NODE_NAME, NODE_NAME_RULE } from '../base/index.ts'
import { ROLES } from '../membership/index.ts'
import { LISTEN_RULE, listenAddress } from './listen.ts'

const port = z.int().min(0).max(65_535)
/** More than this is no limit; less than one is no key. */
const rate = z.int().min(1).max(1_000_000)
/** Whoever reads the settings of a node learns no password. */
function isEndpoint(text: string): boolean {
  const url = URL.canParse(text) ? new URL(text) : undefined
  return text === '' || (url !== undefined && /^https?:$/.test(url.protocol) && !/[@?#]/.test(text))
}
const isMemoryUrl = (text: string): boolean =>
  text === '' || (URL.canParse(text) && /^postgres(?:ql)?:$/.test(new URL(text).protocol))
const address = z.string().trim().min(1).max(300)

/**
 * Every setting, with its default beside it. `docs/config.md` and `config/default.yaml` are written from this
 * object (a test compares them). Ports: 0 takes any free one; a port that is not set tries the usual one first.
 */
export const Config = z.strictObject({
  name: z
    .string()
    .regex(NODE_NAME, NODE_NAME_RULE)
    .optional()
    .describe('Name of this node, and of its folder in the state directory. Default: the host name.'),
  role: z.enum(ROLES).default('auto').describe('What the node does in the swarm.'),
  admission: z
    .enum(['approve', 'open'])
    .default('approve')
    .describe(
      '`approve`: a person lets each machine in, or a token does. `open`: let in whoever asks, and enter any swarm of this network that does; anyone on the network can then read and write the knowledge.',
    ),
  token: z
    .string()
    .optional()
    .describe(
      'Token that lets this machine into a swarm (`mcp-swarm token new` makes it). Prefer tokenFile or MCP_SWARM_TOKEN.',
    ),
  tokenFile: z.string().optional().describe('File that holds such a token.'),
  specialize: z
    .array(z.string().regex(/^[a-z0-9][a-z0-9.+#-]{0,39}$/, 'a topic is a word such as typescript or postgres'))
    .max(16)
    .default([])
    .describe('Topics this node is good at, such as typescript or postgres: the leader keeps the table of them.'),
  coordination: z
    .strictObject({
      timing: z
        .enum(['local', 'lan', 'wan'])
        .default('lan')
        .describe(
          'How long voters wait for their leader: local for one machine, wan across sites. The same on all nodes.',
        ),
    })
    .prefault({}),
  api: z
    .strictObject({
      port: port.optional().describe('TCP port of the local API on 127.0.0.1. Default: 7700, or the next free one.'),
      listen: z
        .array(z.string().refine((text) => listenAddress(text) !== undefined, LISTEN_RULE))
        .max(8)
        .default([])
        .describe(
          'IP addresses of this machine on which the API is open to other machines, with TLS: 192.0.2.10, 192.0.2.10:7743, 0.0.0.0. Needs a made key.',
        ),
      tlsCert: z.string().optional().describe('PEM file of the certificate for them. Default: the node makes one.'),
      tlsKey: z.string().optional().describe('PEM file of its key, mode 0600.'),
      hosts: z
        .array(z.string().regex(/^[a-zA-Z0-9.-]{1,253}$/, 'a host name is letters, digits, dots and hyphens'))
        .max(32)
        .default([])
        .describe('Names under which other machines reach the API, beside its IP addresses.'),
      readsPerMinute: rate.default(1_200).describe('Reads one key may make in a minute, also over MCP.'),
      writesPerMinute: rate.default(120).describe('Writes one key may make in a minute, also over MCP.'),
    })
    .prefault({}),
  swarm: z
    .strictObject({
      port: port.optional().describe('TCP port for other nodes. Default: 7801, or the next free one.'),
      wsPort: port.optional().describe('WebSocket port for other nodes. Default: no WebSocket listener.'),
      hosts: z
        .array(address)
        .max(16)
        .default([])
        .describe('IP addresses on which to listen for other nodes. Default: all.'),
    })
    .prefault({}),
  discovery: z
    .strictObject({
      bootstrap: z
        .array(address)
        .max(64)
        .default([])
        .describe('Addresses of nodes to join: host:port or a multiaddr.'),
      mdns: z.boolean().default(true).describe('Find nodes by multicast DNS.'),
      beacon: z.boolean().default(true).describe('Find nodes by a small UDP beacon (multicast, broadcast, IPv6).'),
      beaconPort: z.int().min(1).max(65_535).default(7777).describe('UDP port of the beacon; the same on all nodes.'),
      dht: z
        .boolean()
        .default(false)
        .describe('Take part in a private Kademlia DHT. Useful beyond some hundred nodes.'),
    })
    .prefault({}),
  share: z
    .strictObject({
      visibility: z
        .enum(['private', 'project', 'swarm'])
        .default('swarm')
        .describe(
          'Who sees what is shared here, where nobody says it: this node alone, whoever asks from the same project, or all.',
        ),
    })
    .prefault({}),
  backup: z
    .strictObject({
      everyHours: z
        .int()
        .min(0)
        .max(8_760)
        .optional()
        .describe(
          'How often the node backs its knowledge up by itself, into `backups` in its folder; 0: never. Default: 24 with the role `backup`, else never.',
        ),
      keep: z.int().min(1).max(1_000).default(7).describe('How many of these backups are kept.'),
    })
    .prefault({}),
  with: z
    .array(z.enum(['memory', 'personality']))
    .max(2)
    .default([])
    .describe('Modules that are on: memory (questions and what was answered), personality (a voice for answers).'),
  memory: z
    .strictObject({
      url: z
        .string()
        .trim()
        .refine(isMemoryUrl, 'a memory is nothing (a file of this node), or postgres://user:password@host/database')
        .default('')
        .describe(
          'Where the module memory keeps what it is told: empty for a SQLite file in the folder of the node, or a PostgreSQL address. Prefer urlFile or MCP_SWARM_MEMORY_URL where it holds a password.',
        ),
      urlFile: z.string().min(1).optional().describe('File that holds such an address.'),
      requests: z
        .enum(['off', 'private', 'project', 'swarm'])
        .default('private')
        .describe(
          'Whether questions that are answered are remembered, and who may be told of them: nobody (off), this node, whoever asks from the same project, or all.',
        ),
      projects: z
        .array(z.string().min(1).max(500))
        .max(64)
        .default([])
        .describe('URLs of git remotes: only what is asked from these projects is remembered. Default: all.'),
      keepDays: z
        .int()
        .min(0)
        .max(36_500)
        .default(0)
        .describe('Memories that were not changed for so many days are forgotten, unless pinned; 0: never.'),
      countMax: z
        .int()
        .min(100)
        .max(10_000_000)
        .default(1_000_000)
        .describe('Beyond so many memories the oldest are forgotten, unless pinned.'),
    })
    .prefault({}),
  personality: z
    .strictObject({
      voice: z
        .string()
        .trim()
        .regex(/^(?:[a-z][a-z0-9-]{0,31})?$/, 'a voice is called by up to 32 of a-z, 0-9 and -, a letter first')
        .default('')
        .describe(
          'Personality of this node, where the swarm, the project and the agent have none chosen. Default: neutral.',
        ),
    })
    .prefault({}),
  embeddings: z
    .strictObject({
      url: z
        .string()
        .trim()
        .refine(isEndpoint, 'an endpoint is an http or https address without a name, a password, ? and #')
        .default('')
        .describe(
          'OpenAI-compatible endpoint that makes vectors of texts, such as http://127.0.0.1:11434/v1. Items and questions are then found by their meaning too. **The texts of items that are not private, and of every question, go to this endpoint**, redacted. Default: none; letters are compared instead, here.',
        ),
      model: z
        .string()
        .trim()
        .min(1)
        .max(200)
        .optional()
        .describe('Model it is asked for. With another one all vectors are made anew, in the background.'),
      key: z
        .string()
        .trim()
        .regex(/^[\x21-\x7e]{1,4096}$/, 'a key is one line of printable characters')
        .optional()
        .describe('Key it is given as a bearer token. Prefer keyFile or MCP_SWARM_EMBEDDINGS_KEY.'),
      keyFile: z.string().min(1).optional().describe('File that holds such a key.'),
      timeoutMs: z
        .int()
        .min(10)
        .max(5_000)
        .default(300)
        .describe('How long a question waits for its vector, milliseconds; then it goes on without.'),
    })
    .refine(({ model, url }) => url === '' || model !== undefined, {
      path: ['model'],
      message: 'embeddings.url is set, and no model to ask it for',
    })
    .prefault({}),
  storage: z
    .strictObject({
      logMibMax: z
        .int()
        .min(8)
        .max(65_536)
        .default(256)
        .describe(
          'Size of the write-ahead log of either database, MiB, above which the node warns and takes no writes of its own: somebody reads from the file and does not stop.',
        ),
    })
    .prefault({}),
  log: z
    .strictObject({
      level: z.enum(['debug', 'info', 'warn', 'error']).default('info').describe('The least level that is written.'),
      bytesMax: z
        .int()
        .min(65_536)
        .default(10_485_760)
        .describe('Size at which the log file is put aside; one older file is kept.'),
    })
    .prefault({}),
})
export type Config = z.infer<typeof Config>
