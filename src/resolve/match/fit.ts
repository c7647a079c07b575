import type { Item } from '../../knowledge/index.ts'
import { isInRange, isVersion } from './applies.ts'

/** Where a problem was met. What is not known is left out. */
export interface Environment {
  /** As Node.js calls it: `linux`, `darwin`, `win32`. */
  readonly os?: string | undefined
  readonly arch?: string | undefined
  /** Versions by name: `node`, `python`. */
  readonly runtime?: Readonly<Record<string, string>> | undefined
  /** Versions of what the project is built with, by name. */
  readonly packages?: Readonly<Record<string, string>> | undefined
}

export interface Fit {
  /** Where the two differ, in words: with any of them it may be no fix here. */
  readonly misfits: readonly string[]
  /** How much of what it asks for is known to be so: what asks for more, and gets it, is meant for fewer. */
  readonly met: number
}

/** One system has several names. */
const SYSTEMS: Readonly<Record<string, string>> = {
  macos: 'darwin',
  osx: 'darwin',
  mac: 'darwin',
  windows: 'win32',
  win: 'win32',
  debian: 'linux',
  ubuntu: 'linux',
  alpine: 'linux',
}
const ARCHES: Readonly<Record<string, string>> = { amd64: 'x64', x86_64: 'x64', aarch64: 'arm64' }
const named = (names: Readonly<Record<string, string>>, name: string): string => {
  const low = name.toLowerCase()
  return names[low] ?? low
}

/** What an item says it is for, beside where it is asked for. What one of the two does not know speaks for neither. */
export function fitOf(applies: Item['applies'], here: Environment): Fit {
  const checks = [
    oneOf('', applies?.os, here.os, SYSTEMS),
    oneOf('', applies?.arch, here.arch, ARCHES),
    ...versions(applies?.runtime, here.runtime),
    ...versions(applies?.packages, here.packages),
  ].filter((check) => check !== undefined)
  return {
    misfits: checks.filter((check) => check !== true),
    met: checks.filter((check) => check === true).length,
  }
}

function oneOf(
  what: string,
  wanted: readonly string[] | undefined,
  here: string | undefined,
  names: Readonly<Record<string, string>>,
): string | true | undefined {
  if (!wanted || wanted.length === 0 || here === undefined) return undefined
  const fits = wanted.some((name) => named(names, name) === named(names, here))
  return fits || `${what}${here} here, known fix is for ${wanted.join(', ')}`
}

function versions(
  wanted: Readonly<Record<string, string>> | undefined,
  here: Readonly<Record<string, string>> | undefined,
): (string | true | undefined)[] {
  return Object.entries(wanted ?? {}).map(([name, range]) => {
    const version = Object.entries(here ?? {}).find(([known]) => known.toLowerCase() === name.toLowerCase())?.[1]
    if (version === undefined || !isVersion(version)) return undefined
    return isInRange(version, range) || `${name} ${version} here, known fix is for ${range}`
  })
}
