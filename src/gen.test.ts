import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const root = fileURLToPath(new URL('..', import.meta.url))

/** Path to text of every file below a folder. */
function filesBelow(folder: string): Record<string, string> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  )
  const paths = entries.map((entry) => join(entry.parentPath, entry.name))
  return Object.fromEntries(
    paths.sort().map((path) => [path.slice(folder.length), readFileSync(path, 'utf8')]),
  )
}

test('src/gen is what proto/ generates: otherwise run npm run generate', { timeout: 60_000 }, () => {
  const fresh = mkdtempSync(join(tmpdir(), 'flowtrace-gen-'))
  try {
    const run = spawnSync(process.execPath, [join(root, 'scripts/generate.mjs'), fresh], { encoding: 'utf8' })
    expect(run.status, run.stderr).toBe(0)
    const generated = filesBelow(join(fresh, 'src/gen'))
    expect(Object.keys(generated)).not.toEqual([])
    expect(filesBelow(join(root, 'src/gen'))).toEqual(generated)
  } finally {
    rmSync(fresh, { recursive: true, force: true })
  }
})
