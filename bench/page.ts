/* The page docs/performance.md, around the sections that the benches print. */
import { cpus, totalmem, type } from 'node:os'

export const pageOf = (sections: readonly string[]): string =>
  `${[HEAD, machine(), ...sections, OTHERS].join('\n\n')}\n`

function machine(): string {
  const [cpu] = cpus()
  return `Measured on ${new Date().toISOString().slice(0, 10)} with Node.js ${process.versions.node} on ${type()}, ${cpus().length} cores of ${cpu?.model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GiB of memory.`
}

const HEAD = `# Performance

Written by \`node bench/run.ts\`; every section names the command that repeats it alone.

The machine is shared with other work, so milliseconds differ from run to run. Each figure therefore stands beside an
anchor that was measured in the same run; compare the ratios. A percentile is shown where there are
enough runs for it; the median of an even number of runs is the upper of the two in the middle. An aim is met when the
median is within it.`

const OTHERS = `## Other benches

These look at one part each, and are not part of this page's run.

| command | what it measures |
|---------|------------------|
| \`node bench/storage.ts 1000 10000\` | writes and searches per second of the two databases, beside plain SQL |
| \`node bench/raft-log.ts\` | writes of the Raft log, one and 64 at a time, beside a bare write and sync |
| \`node bench/swarm.ts\` | the transport between two processes: memory, time to connect, round trips, beside plain TCP |
| \`npm run bench -- failover\` | how long nobody can write when the leader ends, beside etcd |
| \`node bench/resolve-speed.ts\` | what reading a log of 5 MB costs, and inputs made to be slow |
| \`npm run eval -- FOLDER\` | how often the right fix is found, over a folder of labelled errors, beside plain BM25 |`

/** The page with these sections in the place of those of the same headings. */
export function withSections(page: string, sections: readonly string[]): string {
  const parts = page.split(/^(?=## )/m)
  for (const fresh of sections.join('\n\n').split(/^(?=## )/m)) {
    const heading = fresh.split('\n', 1)[0] ?? ''
    const at = parts.findIndex((part) => part.startsWith(`${heading}\n`))
    // What was never measured before stands in front of the list of the others.
    if (at < 0) parts.splice(-1, 0, `${fresh.trim()}\n\n`)
    else parts[at] = `${fresh.trim()}\n\n`
  }
  return `${parts.join('').trimEnd()}\n`
}
