import { Admission } from '../admission/index.ts'
import type { Clock, NodeId } from '../base/index.ts'
import type { Config } from '../config/index.ts'
import type { NodePaths, StatePaths } from '../files/index.ts'
import {
  createIdentity,
  encodeGroupKey,
  type GroupKey,
  type JoinToken,
  type NodeKey,
  parseToken,
  swarmTag,
} from '../swarm/index.ts'
import type { Entering } from './entering.ts'
import { credentialFile, openMembership, readTokenFile } from './membership.ts'

interface Admitting {
  readonly options: { readonly config: Readonly<Config>; readonly name: string; readonly state: StatePaths }
  readonly paths: NodePaths
  readonly nodeKey: NodeKey
  readonly entering: Entering
  readonly clock: Clock
  readonly remark: (level: 'warn', text: string) => void
}

/** Its membership: of the swarm it was in, of the one its token leads to, or of one it founds. */
export async function admit({ clock, entering, nodeKey, options, paths, remark }: Admitting): Promise<{
  readonly admission: Admission
  readonly hasRoot: boolean
  readonly swarm: {
    readonly id: NodeId
    readonly tag: string
    readonly group: GroupKey
    readonly ways: readonly string[]
    readonly formerGroups: readonly string[]
  }
}> {
  const { config, name, state } = options
  await entering.first()
  const { formerGroups, founded, group, kept, remarks, root, swarm, ways } = openMembership(
    { state, paths },
    { key: nodeKey, name, role: config.role, clock },
  )
  for (const text of remarks) remark('warn', text)
  const admission = new Admission({
    identity: createIdentity(nodeKey),
    clock,
    swarm,
    group: encodeGroupKey(group),
    founded,
    kept,
    root,
    policy: config.admission,
  })
  return { admission, hasRoot: root !== null, swarm: { id: swarm, tag: swarmTag(swarm), group, ways, formerGroups } }
}

/** From the settings, a file, or what systemd hands over. Throws SWARM_BAD_TOKEN. */
export function tokenOf({ token, tokenFile }: Config): JoinToken | null {
  const file = tokenFile ?? (token === undefined ? credentialFile(process.env) : undefined)
  const text = token ?? (file === undefined ? undefined : readTokenFile(file))
  return text === undefined ? null : parseToken(text)
}
