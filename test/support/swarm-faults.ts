import { spawnSync } from 'node:child_process'
import { globSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { until } from './cli.ts'
import { type HostNode, type HostSwarm, leaderAmong } from './host-swarm.ts'

/* What goes wrong on real machines, done to real processes. Each fault ends by itself, and leaves nothing behind. */

/** The library that gives a process another time, where it is installed. */
export const faketime = globSync('/usr/lib/*/faketime/libfaketimeMT.so.1')[0]

/** The clock of a node that may be set while it runs; `file` holds the difference. */
export const settableClock = (file: string): Readonly<Record<string, string>> =>
  faketime === undefined
    ? {}
    : {
        LD_PRELOAD: faketime,
        FAKETIME_TIMESTAMP_FILE: file,
        FAKETIME_DONT_FAKE_MONOTONIC: '1',
        FAKETIME_NO_CACHE: '1',
      }

export interface FaultWorld extends HostSwarm {
  /** By host: the file of its clock. */
  readonly clocks: readonly string[]
  /** By host: the small disk its state is on, or undefined. */
  readonly disks: readonly (string | undefined)[]
}

export interface Fault {
  readonly name: string
  /** Why it cannot be done here. */
  readonly unable?: string
  /** What a node's log says when it was felt. */
  readonly felt?: RegExp
  run(world: FaultWorld, ms: number): Promise<void>
}

async function leader(world: FaultWorld): Promise<HostNode> {
  let found: HostNode | undefined
  await until('somebody leads', async () => (found = await leaderAmong(world.nodes)) !== undefined)
  if (!found) throw new Error('nobody leads')
  return found
}

function on(world: FaultWorld, host: number, command: readonly string[], input = ''): void {
  const [file = '', ...args] = [...world.network.on(host), ...command]
  const { status, stderr } = spawnSync(file, args, { input, encoding: 'utf8' })
  if (status !== 0) throw new Error(`${command.join(' ')}: ${stderr.trim()}`)
}

/** A rule for what the host's network hands it, for a while. */
async function filtered(world: FaultWorld, host: number, rule: string, ms: number): Promise<void> {
  on(
    world,
    host,
    ['nft', '-f', '-'],
    `table inet fault {\n chain in {\n type filter hook input priority 0\n iif lo accept\n ${rule}\n }\n}\n`,
  )
  await sleep(ms)
  on(world, host, ['nft', 'delete', 'table', 'inet', 'fault'])
}

const setClock = (world: FaultWorld, host: number, seconds: number): void =>
  writeFileSync(world.clocks[host] ?? '', `${seconds >= 0 ? '+' : ''}${seconds}\n`)

export const crash: Fault = {
  name: 'kill -9 of the leader, and a restart',
  felt: /: its process is gone/,
  async run(world, ms) {
    const victim = await leader(world)
    await victim.end('SIGKILL')
    await sleep(ms)
    await victim.start()
  },
}

export const pause: Fault = {
  name: 'the leader stands still',
  felt: /election: leads term/,
  async run(world, ms) {
    const victim = await leader(world)
    victim.signal('SIGSTOP')
    await sleep(ms)
    victim.signal('SIGCONT')
  },
}

export const unplugged: Fault = {
  name: "the cable of the leader's host is out",
  felt: /election: leads term/,
  async run(world, ms) {
    const victim = await leader(world)
    world.network.cable(victim.at, 'out')
    await sleep(ms)
    world.network.cable(victim.at, 'in')
  },
}

const noNft = spawnSync('nft', ['-v']).status === 0 ? {} : { unable: 'it needs nft' }

export const deaf: Fault = {
  name: 'the leader is heard, and hears nobody',
  felt: /election: leads term/,
  ...noNft,
  async run(world, ms) {
    await filtered(world, (await leader(world)).at, 'drop', ms)
  },
}

export const lossy: Fault = {
  name: 'every host loses 30 % of what it is sent',
  ...noNft,
  async run(world, ms) {
    await Promise.all(world.nodes.map(({ at }) => filtered(world, at, 'numgen random mod 100 < 30 drop', ms)))
  },
}

export const clockJump: Fault = {
  name: "the leader's clock jumps an hour ahead, and back",
  felt: /no longer leads/,
  ...(faketime === undefined ? { unable: 'it needs libfaketime (apt-get install faketime)' } : {}),
  async run(world, ms) {
    const victim = await leader(world)
    setClock(world, victim.at, 3_600)
    await sleep(ms)
    setClock(world, victim.at, 0)
  },
}

export const fullDisk: Fault = {
  name: 'the disk of a voter is full',
  felt: /the log cannot be written/,
  ...(process.getuid?.() === 0 ? {} : { unable: 'mounting a small disk needs root' }),
  async run(world, ms) {
    const host = world.disks.findIndex((disk) => disk !== undefined)
    const ballast = join(world.disks[host] ?? '', 'ballast')
    // Again and again: what others on the disk give free is filled too. It ends where the disk does.
    const end = performance.now() + ms
    while (performance.now() < end) {
      spawnSync('dd', ['if=/dev/zero', `of=${ballast}`, 'bs=4k', 'oflag=append', 'conv=notrunc'], { stdio: 'ignore' })
      await sleep(ms / 20)
    }
    rmSync(ballast, { force: true })
  },
}

export const FAULTS: readonly Fault[] = [crash, pause, unplugged, deaf, lossy, clockJump, fullDisk]
