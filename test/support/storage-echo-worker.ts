import { SwarmError } from '../../src/base/index.ts'
import { hostWorker } from '../../src/storage/worker-host.ts'

/** Answers each request with the size of its turn and itself; some words make it fail in various ways. */
hostWorker<string, string>({
  open: (option) => {
    if (option === 'refuse') throw new SwarmError('SWARM_STATE_DIR', 'told to refuse', 'Tell it something else.')
    return {
      state: `opened with ${option}`,
      service: {
        answer: (requests) =>
          requests.map((request) => {
            if (request === 'throw') throw new Error('told to throw')
            if (request === 'exit') process.exit(3)
            if (request === 'exhaust') exhaust()
            return { ok: true, value: `${requests.length}:${request}` }
          }),
        close: () => {},
      },
    }
  },
  explain: (thrown) => thrown as SwarmError,
})

function exhaust(): void {
  const held: string[][] = []
  for (;;) held.push(Array.from({ length: 100_000 }, (_, n) => `text ${n}`))
}
