import { readdirSync, readFileSync, readlinkSync } from 'node:fs'

export interface Listener {
  readonly address: string
  readonly port: number
  readonly isLoopback: boolean
}

/** Where a process listens by TCP, as the kernel of Linux says it. */
export function listenersOf(pid: number): readonly Listener[] {
  const inodes = new Set(
    readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
      try {
        return /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`))?.[1] ?? []
      } catch {
        return []
      }
    }),
  )
  return ['tcp', 'tcp6'].flatMap((table) =>
    readFileSync(`/proc/${pid}/net/${table}`, 'utf8')
      .split('\n')
      .slice(1)
      .flatMap((line) => {
        const [, local = '', , state, , , , , , inode = ''] = line.trim().split(/\s+/)
        if (state !== '0A' || !inodes.has(inode)) return []
        const [hex = '', port = ''] = local.split(':')
        return [{ address: hex, port: Number.parseInt(port, 16), isLoopback: isLoopback(hex) }]
      }),
  )
}

/** Four bytes in the order of this machine, per word. */
const isLoopback = (hex: string): boolean =>
  hex.length === 8
    ? hex.endsWith('7F')
    : hex === '00000000000000000000000001000000' || /^0{16}FFFF0000.{6}7F$/.test(hex)
