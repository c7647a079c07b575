/**
 * Hostile frames, made from the schemas of the wire: a third of the cases each against the decoder, a living
 * node, and the gate.
 * `npm run fuzz:wire [-- --cases 20000] [--seed 1]`. A failure prints its seed.
 */
import { parseArgs } from 'node:util'
import { fuzzAdmission, fuzzDecode, fuzzNode } from '../test/support/wire-fuzz.ts'

const { values } = parseArgs({
  options: {
    cases: { type: 'string', default: '20000' },
    seed: { type: 'string', default: String(Math.floor(Math.random() * 2 ** 31)) },
  },
})
const cases = Math.ceil(Number(values.cases) / 3)
const seed = Number(values.seed)
process.stdout.write(`seed ${seed}\n`)
const read = fuzzDecode(cases, seed)
process.stdout.write(`${cases} frames decoded or refused: ${read} were messages\n`)
fuzzNode(cases, seed)
process.stdout.write(`${cases} frames to living nodes: none threw, all went on to write and to answer\n`)
fuzzAdmission(cases, seed)
process.stdout.write(`${cases} words about membership: nobody let in, nobody shut out\n`)
