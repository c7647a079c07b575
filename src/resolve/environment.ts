/** A runtime or tool and its version, where the text says so. */
export interface Runtime {
  readonly name: string
  readonly version: string
}

const VERSION = String.raw`v?(\d{1,4}(?:\.\d{1,6}){0,3}(?:[-+._][\w.]{1,40})?)`
const NAMES: readonly (readonly [name: string, pattern: RegExp])[] = [
  ['node', new RegExp(String.raw`^(?:Node\.js|node) ${VERSION}$|\bnode(?:js)? version ${VERSION}\b`)],
  ['npm', new RegExp(String.raw`\bnpm(?:@|/| version )${VERSION}`)],
  ['python', new RegExp(String.raw`(?:^|[^\w])Python ${VERSION}\b|/python${VERSION}/`)],
  ['rustc', new RegExp(String.raw`\brustc ${VERSION}\b`)],
  ['cargo', new RegExp(String.raw`^cargo ${VERSION}\b`)],
  ['go', new RegExp(String.raw`\bgo(?: version go)${VERSION}\b|/go-?${VERSION}/src/`)],
  [
    'java',
    new RegExp(String.raw`\b(?:openjdk|java) version "${VERSION}"|Java version: ${VERSION}|\(build ${VERSION}\)`),
  ],
  ['maven', new RegExp(String.raw`^Apache Maven ${VERSION}`)],
  ['gradle', new RegExp(String.raw`^(?:Welcome to )?Gradle ${VERSION}`)],
  ['ruby', new RegExp(String.raw`^ruby ${VERSION}|/ruby/${VERSION}/`)],
  ['php', new RegExp(String.raw`^PHP ${VERSION} |Runtime:\s{1,8}PHP ${VERSION}|your php version \(${VERSION}\)`)],
  ['perl', new RegExp(String.raw`This is perl \d, version \d+, subversion \d+ \(v${VERSION}\)`)],
  ['elixir', new RegExp(String.raw`\(elixir ${VERSION}\)|^Elixir ${VERSION}`)],
  ['dotnet', new RegExp(String.raw`\.NET SDK ${VERSION}|\.NET(?: Core)? ${VERSION}\b`)],
  [
    'gcc',
    new RegExp(
      String.raw`^gcc(?: version|.{0,60}\)) ${VERSION}|The C(?:XX)? compiler identification is GNU ${VERSION}`,
    ),
  ],
  ['clang', new RegExp(String.raw`\bclang version ${VERSION}`)],
  ['cmake', new RegExp(String.raw`^cmake version ${VERSION}|running version ${VERSION}$`)],
  ['typescript', new RegExp(String.raw`^Version ${VERSION}$|\btypescript@${VERSION}`)],
  ['eslint', new RegExp(String.raw`^ESLint: ${VERSION}`)],
  ['terraform', new RegExp(String.raw`^Terraform ${VERSION}`)],
  ['docker', new RegExp(String.raw`^Docker version ${VERSION}`)],
  ['postgres', new RegExp(String.raw`\bPostgreSQL ${VERSION}\b`)],
  ['valgrind', new RegExp(String.raw`Using Valgrind-${VERSION}`)],
]
/** One test before all those: most lines have no version in them. */
const LIKELY =
  /node|npm|python|rustc|cargo|go[ -/]|java|jdk|build \d|maven|gradle|ruby|php|perl|elixir|\.net|gcc|gnu \d|clang|cmake|version|typescript|eslint|terraform|docker|postgresql|valgrind/i
const RUNTIMES_MAX = 8
/** Versions are said at the beginning or beside the error. */
const LINES_MAX = 20_000
const LINE_CHARS = 400

/** The runtimes that the text names with their versions, each once. */
export function environmentOf(lines: readonly string[]): readonly Runtime[] {
  const found = new Map<string, string>()
  for (const line of lines.length > LINES_MAX
    ? [...lines.slice(0, LINES_MAX / 2), ...lines.slice(-LINES_MAX / 2)]
    : lines) {
    const short = line.slice(0, LINE_CHARS)
    if (!LIKELY.test(short) || !/\d/.test(short)) continue
    for (const [name, pattern] of NAMES) {
      if (found.has(name)) continue
      const version = pattern
        .exec(short)
        ?.slice(1)
        .find((group) => group !== undefined)
      if (version !== undefined) found.set(name, version)
    }
    if (found.size >= RUNTIMES_MAX) break
  }
  return [...found].map(([name, version]) => ({ name, version }))
}
