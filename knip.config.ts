/**
 * Finds files, exports and dependencies that nobody uses. The tests run it twice: over everything, and with
 * `--production` over the product without its tests, which finds code that only a test still calls.
 */
import process from 'node:process'

import type { KnipConfig } from 'knip'

const production = process.argv.includes('--production')

const config: KnipConfig = {
  // The `!` marks what belongs to the product. main.tsx is found through index.html.
  entry: [
    'src/store/worker/worker.ts!',
    // Built by scripts/service-worker.mjs.
    'src/offline/service-worker.ts!',
    'server/main.ts!',
    // For connections of which everything is known, as those of a simulated cluster.
    'src/policy/evaluate/connection-evaluator.ts!',
    // For recorded flows, which the page explains by loaded policies: the terminal's commands have none.
    'src/policy/evaluate/evaluate-flow.ts!',
    'src/policy/evaluate/trace-evidence.ts!',
    'src/policy/manifest/text-of.ts!',
    // For policies that were changed on the page. Tests print policies and read them back.
    'src/policy/manifest/print-policy.ts!',
    'scripts/*.mjs',
    'scripts/lint/*.mjs',
    'bench/*.bench.ts',
    // Bundled and started by scripts/bench.mjs.
    'bench/trace.ts',
    // Started by its path, by the kubectl of the tests.
    'deploy/testing/kubectl-objects.mjs',
    'e2e/**/*.e2e.ts',
    '**/*.test.{ts,tsx,mjs}',
  ],
  project: [
    'src/**/*.{ts,tsx}!',
    'server/**/*.ts!',
    'scripts/**/*.mjs',
    'deploy/**/*.{ts,mjs}',
    'bench/**/*.ts',
    'e2e/**/*.ts',
    '!src/gen/**',
    '!**/testing/**!',
    '!**/*.test.{ts,tsx}!',
  ],
  // A type that an exported function's signature names is exported with it. In production mode a value that its own
  // file uses is alive, and exported so that a test can reach it.
  ignoreExportsUsedInFile: production ? true : { interface: true, type: true },
  ignoreBinaries: ['apt-get', 'cc', 'kubectl', 'mkfifo', 'openssl'],
  // index.css imports tailwindcss, and scripts/generate.mjs starts buf by its path.
  ignoreDependencies: production ? [] : ['tailwindcss', '@bufbuild/buf'],
}

export default config
