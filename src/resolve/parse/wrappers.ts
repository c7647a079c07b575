import { type LineRule, lineDetector } from './detector.ts'

/** Lines by which one tool says that another failed: only an answer when nothing else is there. */
const PATTERNS: readonly (readonly [tool: string, hint: string, pattern: RegExp])[] = [
  ['ci', 'exit code', /^(?:##\[error\]|Error: )?(?<message>Process completed with exit code \d+)\.?$/],
  [
    'ci',
    'exit',
    /^(?:##\[error\])?(?<message>(?:The process '.{1,200}' failed with|Bash exited with|Cmd\.exe exited with|PowerShell exited with|Exited with code|CircleCI received exit).*)$/,
  ],
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
  ['gradle', 'Execution failed for task', /^(?<message>Execution failed for task .*)$/],
  ['gradle', 'finished with non-zero', /^> (?<message>Process '.{1,600}' finished with non-zero exit value \d+)/],
  ['gradle', 'Compilation ', /^> (?<message>Compilation (?:failed|error).*)$/],
  ['gradle', '> Task ', /^> (?<message>Task :\S+ FAILED)$/],
  ['gradle', ' FAILED', /^(?<message>:[\w:-]{1,200} FAILED)$/],
  ['bazel', 'Build did NOT', /^(?:FAILED|ERROR): (?<message>Build did NOT complete successfully.*)$/],
  ['bazel', ' failed', /^ERROR: \S+:\d+:\d+: (?<message>.{1,600} failed: (?:\(Exit|error executing|Exec).*)$/],
  ['bazel', 'failed to build', /^(?<message>Target \/\/\S+ failed to build)/],
  ['nx', 'Running target', /^\s*(?:NX|>\s+NX)\s+(?<message>(?:Running target|Ran target) .* failed.*)$/],
  ['nx', 'Failed tasks', /^\s*(?<message>Failed tasks:)$/],
  ['systemd', 'rocess exited', /(?<message>(?:Main|Control) process exited, code=exited, status=\d+.*)$/],
  ['systemd', 'Failed with result', /(?<message>Failed with result 'exit-code'.*)$/],
  ['systemd', 'Failed to start', /(?<message>Failed to start \S+\.service - .*)$/],
  ['docker', 'failed to solve', /^ERROR: (?<message>failed to solve: process .*)$/],
  ['java', 'BUILD FAILED', /^(?<message>BUILD FAIL(?:ED|URE).*)$/],
  ['turbo', 'ERROR', /^\s*ERROR\s+(?<message>run failed: command\s+exited.*)$/],
  ['tsc', 'Found ', /^(?<message>Found \d+ errors?(?: in .*)?\.?)$/],
  ['eslint', 'problem', /^(?<message>[✖×] \d+ problems? \(.*\))$/],
  [
    'jest',
    'Test',
    /^\s*(?<message>Tests?(?: Suites| Files)?:?\s{1,20}(?:[^\n]{0,80}, )?\d{1,7} (?:failed|total).*)$/,
  ],
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
