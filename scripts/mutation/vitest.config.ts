/** How Stryker runs the tests of one room: property tests are cut short. */
import process from 'node:process'

import { defineConfig } from 'vitest/config'

import base from '../../vitest.config.ts'

export default defineConfig({
  ...base,
  test: {
    ...base.test,
    include: [`${process.env['MUTATED_ROOM'] ?? 'src'}/**/*.test.{ts,tsx}`],
    setupFiles: ['scripts/mutation/short-properties.ts'],
  },
})
