/** Names of one tool, and of tools that print each other's errors. */
const FAMILY: readonly (readonly string[])[] = [
  ['gcc', 'g++', 'clang', 'clang++', 'cc', 'c++', 'ld', 'lld', 'javac', 'asan', 'glibc'],
  [
    'node',
    'nodejs',
    'node:test',
    'javascript',
    'typescript',
    'ts-node',
    'tsx',
    'node-postgres',
    'jest',
    'vitest',
    'mocha',
    'webpack',
    'vite',
    'eslint',
  ],
  ['python', 'python3', 'pytest', 'pip', 'mypy', 'unittest'],
  ['rust', 'rustc', 'cargo', 'clippy'],
  ['java', 'javac', 'maven', 'mvn', 'gradle', 'kotlin', 'scala'],
  ['psql', 'postgres', 'postgresql', 'pg', 'node-postgres', 'sql'],
  ['bash', 'sh', 'dash', 'zsh', 'shell'],
  ['ruby', 'bundler', 'gem', 'rails', 'rspec'],
  ['php', 'composer'],
]

export function related(a: string, b: string): boolean {
  const x = a.toLowerCase()
  const y = b.toLowerCase()
  return x === y || FAMILY.some((family) => family.includes(x) && family.includes(y))
}
