import { basename } from 'node:path'
import { type RaftFs, type RaftHandle, systemFs } from '../../src/storage/raft-place.ts'

/** The system's file system; `before` is told of each call (`write raft.wal`) and may throw in its place. */
export function watchedFs(before: (call: string) => void): RaftFs {
  const told = <Args extends readonly unknown[], T>(
    name: string,
    call: (...args: Args) => Promise<T>,
  ): ((...args: Args) => Promise<T>) => {
    return async (...args) => {
      before(typeof args[0] === 'string' ? `${name} ${basename(args[0])}` : name)
      return call(...args)
    }
  }
  const handleOf = (handle: RaftHandle, file: string): RaftHandle => ({
    write: told(`write ${file}`, (...args: Parameters<RaftHandle['write']>) => handle.write(...args)),
    truncate: told(`truncate ${file}`, (size: number) => handle.truncate(size)),
    sync: told(`sync ${file}`, () => handle.sync()),
    datasync: told(`datasync ${file}`, () => handle.datasync()),
    close: told(`close ${file}`, () => handle.close()),
  })
  return {
    open: told('open', async (...args: Parameters<RaftFs['open']>) =>
      // What is written to the draft of a file is written to the file.
      handleOf(await systemFs.open(...args), basename(args[0]).replace(/\.new$/, '')),
    ),
    readFile: told('readFile', (file: string) => systemFs.readFile(file)),
    readdir: told('readdir', (directory: string) => systemFs.readdir(directory)),
    link: told('link', (file: string, other: string) => systemFs.link(file, other)),
    rename: told('rename', (file: string, other: string) => systemFs.rename(file, other)),
    unlink: told('unlink', (file: string) => systemFs.unlink(file)),
  }
}

export const systemError = (code: string): Error =>
  Object.assign(new Error(`${code}: as the system says it`), { code })
