import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

/** Direct dependencies whose versions are read; a project with more has them in workspaces. */
const PACKAGES_MAX = 200
const FILE_BYTES_MAX = 512 * 1024

interface Environment {
  readonly os: string
  readonly arch: string
  readonly packages?: Readonly<Record<string, string>>
}

/** This machine, and what is installed for the project in this folder: a fix for another version may be none here. */
export async function environmentHere(cwd = process.cwd()): Promise<Environment> {
  const packages = await installed(cwd)
  const { arch, platform: os } = process
  return { os, arch, ...(Object.keys(packages).length > 0 ? { packages } : {}) }
}

/** The versions that stand in `node_modules`, whoever put them there. */
async function installed(cwd: string): Promise<Record<string, string>> {
  const { dependencies = {}, devDependencies = {} } = await manifest(join(cwd, 'package.json'))
  const names = Object.keys({ ...dependencies, ...devDependencies }).slice(0, PACKAGES_MAX)
  const versions = await Promise.all(
    names.map(
      async (name) => [name, (await manifest(join(cwd, 'node_modules', name, 'package.json'))).version] as const,
    ),
  )
  return Object.fromEntries(versions.flatMap(([name, version]) => (version ? [[name, version]] : [])))
}

interface Manifest {
  readonly version?: string
  readonly dependencies?: Readonly<Record<string, unknown>>
  readonly devDependencies?: Readonly<Record<string, unknown>>
}

/** Empty for what is not there or cannot be read: it is a hint. */
async function manifest(file: string): Promise<Manifest> {
  try {
    const text = await readFile(file, 'utf8')
    const value: unknown = text.length > FILE_BYTES_MAX ? {} : JSON.parse(text)
    if (typeof value !== 'object' || value === null) return {}
    const { version, ...rest } = value as Manifest
    return { ...rest, ...(typeof version === 'string' && version.length <= 60 ? { version } : {}) }
  } catch {
    return {}
  }
}
