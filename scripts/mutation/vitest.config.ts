/** How Stryker runs the tests of one room, none of which needs a browser: property tests are cut short. */
import process from 'node:process'
import { fileURLToPath } from 'node:url'

import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    environment: 'node',
    testTimeout: 60_000,
    include: [`${process.env['MUTATED_ROOM'] ?? 'src'}/**/*.test.ts`],
    alias: [
      { find: /^fast-check$/, replacement: fileURLToPath(new URL('short-fast-check.ts', import.meta.url)) },
    ],
  },
})
