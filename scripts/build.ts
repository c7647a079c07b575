/**
 * Bundles the sources into dist/: the command line in small chunks that are loaded when a verb needs them, and the
 * five storage workers. Native modules and their loaders stay in node_modules.
 */
import { rmSync } from 'node:fs'
import { build } from 'esbuild'

const outdir = new URL('../dist/', import.meta.url)
rmSync(outdir, { recursive: true, force: true })
await build({
  absWorkingDir: new URL('..', import.meta.url).pathname,
  entryPoints: {
    main: 'src/cli/main.ts',
    'knowledge-worker': 'src/storage/knowledge-worker.ts',
    'backup-worker': 'src/storage/backup-worker.ts',
    'requests-worker': 'src/storage/requests-worker.ts',
    'memory-worker': 'src/storage/memory/memory-worker.ts',
    'search-worker': 'src/storage/search-worker.ts',
  },
  outdir: 'dist',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node24',
  sourcemap: 'linked',
  sourcesContent: false,
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: 'none',
  external: ['better-sqlite3', 'classic-level', 'pg-native'],
  // CommonJS inside the bundle asks for node's own modules by require.
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
  },
  logLevel: 'warning',
})
