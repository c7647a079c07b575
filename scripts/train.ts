/**
 * Trains the tables of `src/resolve/match/weights.ts` on the dev halves of the evaluation sets and prints them:
 *   node scripts/train.ts [--write] [folder of the sets]
 * EVIDENCE: logistic regression over candidates, drawn to the weights as they are, so that signs which the sets hardly
 * show keep theirs. READING: which of several explanations is right (softmax), then whether any of them is.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ANY, EVIDENCE, READING } from '../src/resolve/match/weights.ts'
import { type Asked, choices } from './train-sets.ts'

const args = process.argv.slice(2)
const folder = args.find((arg) => !arg.startsWith('--')) ?? join(import.meta.dirname, '../../shared/data/errors')

type Weights<Name extends string> = Readonly<Record<Name, number>>
type Vector = Float64Array
/** Signs that name no new fit: they keep what was set by hand. */
const FIXED: ReadonlySet<string> = new Set([
  'commandConflict',
  'codeConflict',
  'strongCode',
  'literalConflict',
  'meaning',
])
const ROUNDS = 800
const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x))
const dot = (a: Vector, b: Vector): number => a.reduce((sum, x, at) => sum + x * (b[at] ?? 0), 0)
const vector = <Name extends string>(names: readonly Name[], of: Weights<Name>): Vector =>
  Float64Array.from(names, (name) => of[name])
const keys = <Name extends string>(of: Weights<Name>): Name[] => Object.keys(of) as Name[]

/** Adagrad: signs that are rare in the sets move as far as the frequent ones. */
function descend<Name extends string>(
  start: Weights<Name>,
  slope: (at: Vector, down: Vector) => void,
): Weights<Name> {
  const names = keys(start)
  const at = vector(names, start)
  const seen = new Float64Array(names.length).fill(1e-8)
  const down = new Float64Array(names.length)
  for (let round = 0; round < ROUNDS; round++) {
    down.fill(0)
    slope(at, down)
    for (let n = 0; n < names.length; n++) {
      seen[n] = (seen[n] ?? 0) + (down[n] ?? 0) ** 2
      at[n] = (at[n] ?? 0) - (0.3 * (down[n] ?? 0)) / Math.sqrt(seen[n] ?? 1)
    }
  }
  return Object.fromEntries(names.map((name, n) => [name, at[n] ?? 0])) as Record<Name, number>
}

const add = (to: Vector, values: Vector, factor: number): void => {
  for (let n = 0; n < to.length; n++) to[n] = (to[n] ?? 0) + factor * (values[n] ?? 0)
}

/** Drawn to what it was: in logits squared, against the mean loss. */
const DRAWN = 0.004

function evidence(asked: readonly Asked[]): Weights<keyof typeof EVIDENCE> {
  const names = keys(EVIDENCE)
  const start = vector(names, EVIDENCE)
  const rows = asked
    .filter(({ isMet }) => isMet)
    .flatMap(({ choices, weight }) =>
      choices.map(({ evidence, right }) => ({ values: vector(names, evidence), right, weight })),
    )
  const total = rows.reduce((sum, { weight }) => sum + weight, 0)
  const free = Float64Array.from(names, (name) => Number(!FIXED.has(name)))
  return descend(EVIDENCE, (at, down) => {
    for (const { right, values, weight } of rows)
      add(down, values, ((sigmoid(dot(at, values)) - Number(right)) * weight) / total)
    for (let n = 0; n < down.length; n++)
      down[n] = (free[n] ?? 0) * ((down[n] ?? 0) + DRAWN * ((at[n] ?? 0) - (start[n] ?? 0)))
  })
}

interface Texts {
  readonly weight: number
  readonly all: readonly { readonly values: Vector; readonly right: boolean }[]
}

/** Keeps signs that are nearly the same from growing against each other. */
const RIDGE = 0.0005

function texts(asked: readonly Asked[]): Texts[] {
  const names = keys(READING)
  return asked.map(({ choices, weight }) => ({
    weight,
    all: choices.flatMap(({ reading, right }) => (reading ? [{ values: vector(names, reading), right }] : [])),
  }))
}

function reading(asked: readonly Texts[]): Weights<keyof typeof READING> {
  const rows = asked.filter(({ all }) => all.some(({ right }) => right))
  const total = rows.reduce((sum, { weight }) => sum + weight, 0)
  return descend(READING, (at, down) => {
    add(down, at, RIDGE)
    // No set has vectors of a model.
    const unseen = Object.keys(READING).indexOf('meaning')
    down[unseen] = 0
    for (const { all, weight } of rows) {
      const sums = all.map(({ values }) => dot(at, values))
      const best = Math.max(...sums)
      const shares = sums.map((sum) => Math.exp(sum - best))
      const whole = shares.reduce((sum, share) => sum + share, 0)
      for (const [n, { right, values }] of all.entries())
        add(down, values, (((shares[n] ?? 0) / whole - Number(right)) * weight) / total)
    }
  })
}

function any(asked: readonly Texts[], weights: Weights<keyof typeof READING>): Weights<keyof typeof ANY> {
  const at = vector(keys(READING), weights)
  const rows = asked
    .filter(({ all }) => all.length > 0)
    .map(({ all, weight }) => ({
      values: Float64Array.of(1, Math.max(...all.map(({ values }) => dot(at, values)))),
      right: all.some(({ right }) => right),
      weight,
    }))
  const total = rows.reduce((sum, { weight }) => sum + weight, 0)
  return descend(ANY, (to, down) => {
    for (const { right, values, weight } of rows)
      add(down, values, ((sigmoid(dot(to, values)) - Number(right)) * weight) / total)
  })
}

const asked = await choices(folder)
const explained = texts(asked)
const read = reading(explained)
const tables = { EVIDENCE: evidence(asked), READING: read, ANY: any(explained, read) }
const file = join(import.meta.dirname, '../src/resolve/match/weights.ts')
let text = readFileSync(file, 'utf8')
for (const [name, table] of Object.entries(tables)) {
  const lines = Object.entries(table).map(([sign, weight]) => `${sign}: ${Number(weight.toFixed(2))}`)
  const shown = name === 'ANY' ? `{ ${lines.join(', ')} }` : `{\n  ${lines.join(',\n  ')},\n}`
  text = text.replace(new RegExp(`(export const ${name} = )\\{[^}]*\\}`), `$1${shown}`)
}
if (args.includes('--write')) writeFileSync(file, text)
else process.stdout.write(text)
