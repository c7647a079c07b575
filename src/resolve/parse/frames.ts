import { FRAMES_MAX } from '../limits.ts'
import type { Frame } from '../occurrence.ts'

const FRAME_CHARS_MAX = 600
const INSTALLED =
  /node_modules|^node:|^internal\/|site-packages|dist-packages|lib\/python\d|\/rustc\/|\.cargo\/|\/go\/pkg\/|\/usr\/(?:lib|local\/lib)|^<|^java\.|^javax\.|^jdk\.|^sun\.|^kotlin|^scala\./

/** In parentheses a path may hold blanks and parentheses of its own. */
const V8 = /^\s*at (?:async )?([^()\n]{1,200}) \((.{1,400}?):(\d{1,7}):\d{1,7}\)/
const V8_BARE = /^\s*at (?:async )?(\[worker eval\]|[^()\s]{1,400}):(\d{1,7}):\d{1,7}/
const PYTHON = /^\s*File "([^"\n]{1,300})", line (\d{1,7})(?:, in (.{1,200}))?$/
const JAVA = /^\s*at (?:[\w.@-]{1,80}\/)?([\w.$<>]{1,300})\(([^():]{1,120})(?::(\d{1,7}))?\)/

const base = (path: string): string => path.split(/[/\\]/).at(-1) ?? path

/** Names that hold counters, hashes or nothing a person chose. */
const clean = (fn: string): string =>
  fn
    .replaceAll(/\$\$?Lambda.*|::h[0-9a-f]{16}|\[as [^\]]*\]|\bnew |\bObject\.|\basync |\$\d+/g, '')
    .replaceAll(/<anonymous>|<module>|<locals>\./g, '')
    .trim()

export function frame(fn: string, path: string, line: string | undefined): Frame {
  return {
    fn: clean(fn),
    file: base(path),
    line: Number(line ?? 0),
    own: !INSTALLED.test(path) && !INSTALLED.test(fn),
  }
}

export function v8Frame(line: string): Frame | undefined {
  const start = line.slice(0, FRAME_CHARS_MAX)
  const hit = V8.exec(start)
  if (hit) return frame(hit[1] ?? '', (hit[2] ?? '').replace(/^file:\/\//, ''), hit[3])
  const bare = V8_BARE.exec(start)
  return bare ? frame('', (bare[1] ?? '').replace(/^file:\/\//, ''), bare[2]) : undefined
}

/** Code that came with the runtime or was installed. */
export const isInstalled = (path: string): boolean => INSTALLED.test(path)

export function pythonFrame(line: string): Frame | undefined {
  const hit = PYTHON.exec(line.slice(0, FRAME_CHARS_MAX))
  return hit ? frame(hit[3] ?? '', hit[1] ?? '', hit[2]) : undefined
}

export function javaFrame(line: string): Frame | undefined {
  const hit = JAVA.exec(line.slice(0, FRAME_CHARS_MAX))
  return hit ? frame(hit[1] ?? '', hit[2] ?? '', hit[3]) : undefined
}

/** Where a person looks first: the innermost frame of their own code. */
export function placeOf(frames: readonly Frame[]): { readonly file?: string; readonly line?: number } {
  const own = frames.find((one) => one.own && one.file !== '')
  return own ? { file: own.file, line: own.line } : {}
}

export const capped = (frames: readonly Frame[]): readonly Frame[] => frames.slice(0, FRAMES_MAX)
