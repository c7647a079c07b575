import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { stackHere } from '../../../src/cli/stack.ts'

const cases: Readonly<Record<string, readonly [files: Readonly<Record<string, string>>, stack: readonly string[]]>> =
  {
    node: [
      {
        'package.json': JSON.stringify({
          packageManager: 'pnpm@9.1.0',
          dependencies: { react: '^19.0.0' },
          devDependencies: { vitest: '1', '@types/react': '19' },
        }),
        'tsconfig.json': '{ // comments are allowed\n}',
      },
      ['node', 'typescript', 'pnpm', 'react', 'vitest'],
    ],
    'python, new and old': [
      {
        'pyproject.toml':
          '[project]\nname = "shop"\ndependencies = [\n  "fastapi>=0.110",\n  "uvicorn[standard]",\n]\n[tool.ruff]\nline-length = 100\n',
        'requirements.txt': '# pinned\nDjango==5.0\n-r more.txt\npytest\n',
      },
      ['python', 'fastapi', 'uvicorn', 'Django', 'pytest'],
    ],
    poetry: [
      { 'pyproject.toml': '[tool.poetry.dependencies]\npython = "^3.12"\nflask = "^3"\n[tool.black]\nline = 1\n' },
      ['python', 'flask'],
    ],
    rust: [
      {
        'Cargo.toml':
          '[package]\nname = "x"\n[dependencies]\ntokio = { version = "1" }\n[profile.release]\nlto = true\n',
      },
      ['rust', 'tokio'],
    ],
    go: [{ 'go.mod': 'module x\n\ngo 1.24\n\nrequire (\n\tgithub.com/gin-gonic/gin v1.10.0\n)\n' }, ['go', 'gin']],
    'what cannot be read': [
      { 'package.json': '{"dependencies":', Gemfile: 'gem "rails", "~> 8"\n' },
      ['ruby', 'rails'],
    ],
    nothing: [{ 'README.md': '# x' }, []],
  }

for (const [name, [files, stack]] of Object.entries(cases))
  test(`the stack of a project: ${name}`, async (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'mcp-swarm-stack-'))
    t.after(() => rmSync(folder, { recursive: true, force: true }))
    mkdirSync(join(folder, '.git'))
    for (const [file, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, file)), { recursive: true })
      writeFileSync(join(folder, file), text)
    }
    assert.deepEqual(await stackHere(folder), stack)
    const inside = join(folder, 'src', 'deep')
    mkdirSync(inside, { recursive: true })
    assert.deepEqual(await stackHere(inside), stack, 'from a folder inside')
  })
