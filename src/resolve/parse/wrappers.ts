import { type LineRule, lineDetector } from './detector.ts'

/** Lines by which one tool says that another failed: only an answer when nothing else is there. */
const PATTERNS: readonly (readonly [tool: string, hint: string, pattern: RegExp])[] = [
  ['ci', 'exit code', /^(?:##\[error\]|Error: )?(?<message>Process completed with exit code \d+)\.?$/],
  ['ci', '##[error]', /^##\[error\](?<message>(?:The process|Bash exited|Cmd\.exe exited).*)$/],
  [
    'ci',
    'exit',
    /^(?:ERROR: )?(?<message>(?:Job failed|Command failed|script returned|The command .{0,300} (?:exited|returned)).*)$/,
  ],
  ['make', '*** [', /^g?make(?:\[\d+\])?: \*\*\* \[(?<message>.*)\] Error \d+/],
  ['go', 'exit status', /^(?<message>exit status \d+)$/],
  ['go', 'FAIL', /^(?<message>FAIL(?:\t.*)?)$/],
  ['go', '--- FAIL', /^\s*(?<message>--- FAIL: .*)$/],
  ['docker', 'did not complete', /(?<message>process "\/bin\/.*did not complete successfully.*)$/],
  ['docker', 'non-zero code', /(?<message>The command .* returned a non-zero code: \d+)/],
  ['pnpm', 'ELIFECYCLE', /(?<message>ELIFECYCLE.*)$/],
  ['yarn', 'Command failed', /^error (?<message>Command failed(?: with exit code \d+)?\.?)$/],
  ['gradle', 'FAILURE', /^(?<message>FAILURE: Build failed with an exception\.)$/],
  ['java', 'BUILD FAILED', /^(?<message>BUILD FAIL(?:ED|URE).*)$/],
  ['turbo', 'ERROR', /^\s*ERROR\s+(?<message>run failed: command\s+exited.*)$/],
  ['tsc', 'Found ', /^(?<message>Found \d+ errors?(?: in .*)?\.?)$/],
  ['eslint', 'problem', /^(?<message>[✖×] \d+ problems? \(.*\))$/],
  ['jest', 'Test', /^\s*(?<message>Tests?(?: Suites| Files)?:?\s+(?:\d+ \w+.*)?\d+ (?:failed|total).*)$/],
  ['pytest', 'short test summary', /(?<message>short test summary info)/],
]

const rules: readonly LineRule[] = PATTERNS.map(([tool, hint, pattern]) => ({
  tool,
  hints: [hint],
  pattern,
  weight: 15,
  wrapper: true,
}))

export const wrappers = lineDetector('wrappers', rules)
