// `npm run render`: writes the rendered manifests of deploy/ with kubectl and helm. Without helm, the chart's are left as
// they are, and the tests say so when they are stale.
import { spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'

import { renderCommand, RENDERINGS, withHead } from './rendered-manifest.mjs'
import { root } from './run.mjs'

for (const rendering of RENDERINGS) {
  const [program, ...args] = renderCommand(rendering)
  const { status, stdout, stderr, error } = spawnSync(program, args, { cwd: root, encoding: 'utf8' })
  if (error !== undefined || status !== 0) {
    console.error(`${rendering.file} is not rendered: ${error?.message ?? stderr.trim()}`)
    process.exitCode = 1
    continue
  }
  const file = path.join(root, rendering.file)
  mkdirSync(path.dirname(file), { recursive: true })
  writeFileSync(file, withHead(rendering, stdout))
  console.log(`${rendering.file}: ${stdout.split(/^---$/m).length} objects`)
}
