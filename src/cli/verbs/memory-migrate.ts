import { readFileSync } from 'node:fs'
import { SwarmError } from '../../base/index.ts'
import { loadConfig, readSources } from '../../config/index.ts'
import { fileReason } from '../../files/index.ts'
import { type Common, pickNode } from '../context.ts'
import { counted, out, outJson, paint, plain, say } from '../print.ts'

/** On a terminal a word now and then. Versions. */
const TELL_EVERY = 10_000
/** The store that needs no address. */
const FILE = 'file'

/** Everything from the store of the configuration into another. The configuration itself is left to its owner. */
export async function memoryMigrate(
  flags: Common & { readonly to?: string; readonly toFile?: string },
): Promise<number> {
  const to = addressIn(flags)
  const { config } = loadConfig(await readSources({ name: flags.name }, process.env, process.cwd()))
  const { name, paths } = pickNode(flags)
  const { moveMemory } = await import('../../node/index.ts')
  let said = 0
  const told = (versions: number): void => {
    if (flags.json || versions - said < TELL_EVERY) return
    said = versions
    say(`  ${versions} read`)
  }
  const moved = await moveMemory({ name, paths, config, to, told })
  const setting = to === '' ? { key: 'memory.url', value: '' } : toldSetting(flags)
  if (flags.json) {
    outJson({ schema: 1, ...moved, setting })
    return 0
  }
  const { added, from, to: place, verified, versions } = moved
  out(
    `${paint('green', '●')} ${counted(versions, 'version')} of ${plain(from)}: ${added} moved, ${verified} verified`,
  )
  out(`  now in ${plain(place)}; what was in the old place is still there`)
  out(
    `  next: set ${setting.key}${setting.value === '' ? ' to nothing' : ` to ${plain(setting.value)}`}, then start the node; it makes vectors anew`,
  )
  return 0
}

/** A password does not go to the screen. */
const toldSetting = ({ toFile }: { readonly toFile?: string }): { key: string; value: string } =>
  toFile === undefined
    ? { key: 'memory.url', value: 'the address given with --to' }
    : { key: 'memory.urlFile', value: toFile }

function addressIn({ to, toFile }: { readonly to?: string; readonly toFile?: string }): string {
  if ((to === undefined) === (toFile === undefined))
    throw new SwarmError(
      'SWARM_USAGE',
      to === undefined ? 'it is not said where to' : '--to and --to-file say the same thing twice',
      'Try: mcp-swarm memory migrate --to postgres://user@host/database, or --to-file FILE that holds such an address.',
    )
  const url = toFile === undefined ? (to ?? '') : textOf(toFile)
  if (url === FILE) return ''
  if (/^postgres(?:ql)?:\/\//i.test(url) && URL.canParse(url)) return url
  throw new SwarmError(
    'SWARM_USAGE',
    toFile === undefined ? 'what --to names is no address of a PostgreSQL server' : `${toFile} holds no address`,
    "Write postgres://user:password@host:5432/database, or `file` for the node's own file.",
  )
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim()
  } catch (error) {
    throw new SwarmError(
      'SWARM_BAD_INPUT',
      `${file} cannot be read (${fileReason(error)})`,
      'Check the path, and that this user may read it.',
    )
  }
}
