// `npm test`: all checks that a change must pass. Stops at the first step that fails.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import process from 'node:process'

import { ensureBrowser } from './browser.mjs'
import { ensureClickHouse } from './clickhouse.mjs'
import { ensureOpenssl } from './debian-package.mjs'
import { run } from './run.mjs'

const reports = mkdtempSync(path.join(tmpdir(), 'flowtrace-test-'))
const unit = path.join(reports, 'unit.json')
const e2e = path.join(reports, 'e2e.json')

/** @param {string} file @returns {any} */
const report = (file) => JSON.parse(readFileSync(file, 'utf8'))

const CHROMIUM = ensureBrowser()
ensureOpenssl()
if (!process.env['CLICKHOUSE_URL']) {
  const clickhouse = await ensureClickHouse()
  if ('missing' in clickhouse)
    console.log(`${clickhouse.missing}: the tests of ClickHouse are skipped. CLICKHOUSE_URL names one.`)
}

/** @type {readonly (readonly [name: string, step: () => number])[]} */
const steps = [
  ['Type check', () => run('tsc', ['--noEmit'])],
  ['Lint', () => run('oxlint', ['--type-aware', '--deny-warnings'])],
  ['Format check', () => run('oxfmt', ['--check'])],
  // Over everything; then over the product alone, which finds code that only tests call.
  [
    'Unused code',
    () => run('knip', ['--no-config-hints']) || run('knip', ['--no-config-hints', '--production']),
  ],
  [
    'Unit tests',
    () => run('vitest', ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${unit}`]),
  ],
  ['Build', () => run('node', ['scripts/build.mjs'])],
  [
    'End-to-end tests',
    () => run('playwright', ['test', '--reporter=list,json'], { CHROMIUM, PLAYWRIGHT_JSON_OUTPUT_NAME: e2e }),
  ],
]

for (const [name, step] of steps) {
  console.log(`\n— ${name}`)
  const started = performance.now()
  const status = step()
  console.log(`  ${name}: ${((performance.now() - started) / 1000).toFixed(1)} s`)
  if (status !== 0) {
    console.error(`${name} failed.`)
    process.exit(status)
  }
}

const units = report(unit)
const { stats } = report(e2e)
rmSync(reports, { recursive: true })
const passed = units.numPassedTests + stats.expected
// A flaky test passed only at a second try.
const failed = units.numFailedTests + stats.unexpected + stats.flaky
const skipped = units.numPendingTests + stats.skipped
console.log(`\ntests: ${passed} passed, ${failed} failed, ${skipped} skipped`)
if (failed > 0) process.exitCode = 1
