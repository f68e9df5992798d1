/** How Stryker runs the tests of one room: property tests are cut short. */
import process from 'node:process'
import { fileURLToPath } from 'node:url'

import { defineConfig } from 'vitest/config'

import base from '../../vitest.config.ts'

export default defineConfig({
  ...base,
  test: {
    ...base.test,
    include: [`${process.env['MUTATED_ROOM'] ?? 'src'}/**/*.test.{ts,tsx}`],
    alias: [
      { find: /^fast-check$/, replacement: fileURLToPath(new URL('short-fast-check.ts', import.meta.url)) },
    ],
  },
})
