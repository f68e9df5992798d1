// `npm test`: all checks that a change must pass. Stops at the first step that fails.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import path from 'node:path'
import process from 'node:process'

import { runBeside } from './beside.mjs'
import { ensureBrowser } from './browser.mjs'
import { run } from './run.mjs'

const reports = mkdtempSync(path.join(tmpdir(), 'flowtrace-test-'))
const unit = path.join(reports, 'unit.json')
const e2e = path.join(reports, 'e2e.json')

/** @param {string} file @returns {any} */
const report = (file) => JSON.parse(readFileSync(file, 'utf8'))

/**
 * Beside each other: most of them keep one core busy. The unit tests take the built program when it is there.
 *
 * @type {readonly import('./beside.mjs').Step[]}
 */
const checks = [
  ['What the tests need', 'node', ['scripts/prepare-tests.mjs']],
  ['Lint', 'oxlint', ['--type-aware', '--deny-warnings']],
  ['Type check', 'tsc', ['--noEmit']],
  ['Format check', 'oxfmt', ['--check']],
  // Over everything; then over the product alone, which finds code that only tests call.
  ['Unused code', 'knip', ['--no-config-hints']],
  ['Unused code without the tests', 'knip', ['--no-config-hints', '--production']],
  ['Build', 'node', ['scripts/build.mjs']],
]

/** One after the other, because each has a worker for every core. @type {readonly (readonly [name: string, step: () => number])[]} */
const tests = [
  [
    'Unit tests',
    () => run('vitest', ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${unit}`]),
  ],
  [
    'End-to-end tests',
    () =>
      run('playwright', ['test', '--reporter=list,json'], {
        CHROMIUM: ensureBrowser(),
        PLAYWRIGHT_JSON_OUTPUT_NAME: e2e,
      }),
  ],
]

// The first one waits for the network, when there is something to fetch.
const failure = await runBeside(checks, availableParallelism() + 1)
if (failure !== 0) process.exit(failure)
for (const [name, step] of tests) {
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
