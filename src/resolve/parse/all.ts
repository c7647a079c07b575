import { indexByHints } from './hint-index.ts'
import { ansibleLines } from './ansible.ts'
import { beam } from './beam.ts'
import { build } from './build.ts'
import { bundlers } from './bundlers.ts'
import { c } from './c.ts'
import { cloud } from './cloud.ts'
import { cmake } from './cmake.ts'
import { databases } from './databases.ts'
import { dockerLines } from './docker.ts'
import { dotnet } from './dotnet.ts'
import { eslintLines } from './eslint.ts'
import { formatters } from './formatters.ts'
import { generic } from './generic.ts'
import { gitLines } from './git.ts'
import { go } from './go.ts'
import { gradle } from './gradle.ts'
import { jest } from './jest.ts'
import { jsPackages } from './js-packages.ts'
import { jsTests } from './js-tests.ts'
import { jvm } from './jvm.ts'
import { kotlinScala } from './kotlin-scala.ts'
import { kubernetes } from './kubernetes.ts'
import { linker } from './linker.ts'
import { maven } from './maven.ts'
import { miette } from './miette.ts'
import { node } from './node.ts'
import { nodeRuntime } from './node-runtime.ts'
import { npm } from './npm.ts'
import { openssl } from './openssl.ts'
import { packages } from './packages.ts'
import { perl } from './perl.ts'
import { php } from './php.ts'
import { pipLines } from './pip.ts'
import { postgres } from './postgres.ts'
import { powershellLines } from './powershell.ts'
import { pytest } from './pytest.ts'
import { python } from './python.ts'
import { pythonLint } from './python-lint.ts'
import { pythonRuntime } from './python-runtime.ts'
import { ruby } from './ruby.ts'
import { rust } from './rust.ts'
import { sanitizer } from './sanitizer.ts'
import { servers } from './servers.ts'
import { shellLines } from './shell.ts'
import { system } from './system.ts'
import { terraform } from './terraform.ts'
import { transfer } from './transfer.ts'
import { tsc } from './tsc.ts'
import { unix } from './unix.ts'
import { usage } from './usage.ts'
import { vitest } from './vitest.ts'
import { wrappers } from './wrappers.ts'

/** The first that reads a line has it: the specific before the general. */
export const detectors = indexByHints([
  tsc,
  npm,
  python,
  pipLines,
  ruby,
  dotnet,
  jvm,
  rust,
  vitest,
  nodeRuntime,
  databases,
  node,
  jest,
  sanitizer,
  jsTests,
  pytest,
  bundlers,
  eslintLines,
  formatters,
  miette,
  pythonLint,
  jsPackages,
  pythonRuntime,
  gitLines,
  dockerLines,
  kubernetes,
  gradle,
  maven,
  kotlinScala,
  go,
  php,
  build,
  usage,
  terraform,
  ansibleLines,
  cloud,
  wrappers,
  postgres,
  transfer,
  openssl,
  cmake,
  beam,
  linker,
  unix,
  shellLines,
  powershellLines,
  packages,
  servers,
  c,
  perl,
  system,
  generic,
])
