// Generates src/gen from proto/. With a folder as argument, writes below that folder: a test compares the two.
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const { status } = spawnSync(
  process.execPath,
  ['node_modules/@bufbuild/buf/bin/buf', 'generate', '--output', process.argv[2] ?? '.'],
  { cwd: root, stdio: 'inherit' },
)
process.exit(status ?? 1)
