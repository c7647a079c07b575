import { VERSION } from '../version.ts'
import { out, outJson } from '../print.ts'

export function version(flags: { readonly json?: boolean }): number {
  if (flags.json)
    outJson({
      schema: 1,
      version: VERSION,
      node: process.versions.node,
      platform: process.platform,
      arch: process.arch,
    })
  else out(`mcp-swarm ${VERSION} (Node.js ${process.versions.node}, ${process.platform}-${process.arch})`)
  return 0
}
