import { type LineRule, lineDetector } from './detector.ts'

const python = { tool: 'python', language: 'python' } as const

const rules: readonly LineRule[] = [
  // What `-m` says without a traceback is the same problem as with one.
  {
    ...python,
    weight: 92,
    type: 'ModuleNotFoundError',
    words: ({ name = '' }) => `No module named '${name}'`,
    hints: [': No module named '],
    pattern: /^\S{0,200}python[\d.]{0,6}(?:\.exe)?: No module named '?(?<name>[\w.-]{1,120})'?/,
  },
  {
    ...python,
    weight: 90,
    hints: ["can't open file", ': Error while finding module', "can't find '__main__'"],
    pattern:
      /^\S{0,200}python[\d.]{0,6}(?:\.exe)?: (?<message>(?:can't open file|can't find|Error while finding module).{0,300})/,
  },
  {
    ...python,
    weight: 93,
    type: 'Fatal Python error',
    hints: ['Fatal Python error: '],
    pattern: /^Fatal Python error: (?<message>.{3,300})/,
  },
  {
    ...python,
    weight: 33,
    hints: ['Warning: '],
    pattern: /^(?<file>[^\s:]{1,300}\.pyi?):(?<line>\d{1,7}): (?<type>\w{0,40}Warning): (?<message>.*)$/,
  },
  // Headings of unittest: the traceback stands below.
  {
    ...python,
    tool: 'unittest',
    weight: 14,
    wrapper: true,
    hints: ['FAIL: ', 'ERROR: ', 'FAILED ('],
    pattern:
      /^(?<message>(?:FAIL|ERROR): \w{1,100} \([\w.<>]{1,300}\)(?: .{0,200})?|FAILED \((?:failures|errors|skipped|unexpected successes|expected failures)=.{1,100}\))$/,
  },
]

/** What the interpreter says without a traceback, and unittest around one. */
export const pythonRuntime = lineDetector('python-runtime', rules)
