// Runs the named benchmarks, or all, and prints their tables. Bundles them first: Node 20 does not read TypeScript.
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { pathToFileURL } from 'node:url'

import { build } from 'vite'

import { ensureBrowser } from './browser.mjs'
import { isBuilt } from './fingerprint.mjs'
import { root, run } from './run.mjs'

const folder = path.join(root, 'bench')
const all = readdirSync(folder)
  .filter((file) => /^[a-z-]+\.bench\.ts$/.test(file))
  .map((file) => file.replace('.bench.ts', ''))
const wanted = process.argv.slice(2).length === 0 ? all : process.argv.slice(2)
const unknown = wanted.filter((name) => !all.includes(name))
if (unknown.length > 0) {
  console.error(`No benchmark ${unknown.join(', ')}. There are: ${all.join(', ')}.`)
  process.exit(2)
}

const built = isBuilt(root) ? 0 : run('node', ['scripts/build.mjs'])
if (built !== 0) process.exit(built)
process.env['CHROMIUM'] = ensureBrowser()
process.env['FLOWTRACE_CLIENT'] = path.join(root, 'dist', 'client')

// Below the project's folder, so that the bundle finds node_modules.
const out = mkdtempSync(path.join(root, 'dist', 'bench-'))
try {
  await build({
    root,
    configFile: false,
    logLevel: 'warn',
    build: {
      ssr: true,
      outDir: out,
      target: 'node20',
      rolldownOptions: {
        input: Object.fromEntries(wanted.map((name) => [name, path.join(folder, `${name}.bench.ts`)])),
        output: { entryFileNames: '[name].mjs' },
      },
    },
  })
  const date = new Date().toISOString().slice(0, 10)
  console.log(
    `${date}, Node ${process.versions.node}, ${os.cpus().length} cores: ${os.cpus()[0]?.model ?? 'unknown'}\n`,
  )
  for (const name of wanted) {
    const { run: bench } = await import(pathToFileURL(path.join(out, `${name}.mjs`)).href)
    await bench()
    console.log('')
  }
} finally {
  rmSync(out, { recursive: true, force: true })
}
process.exit(0)
