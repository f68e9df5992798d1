import process from 'node:process'

import { defineConfig } from '@playwright/test'

import { browserArguments, findBrowser } from './scripts/browser.mjs'

const executablePath = findBrowser()

export default defineConfig({
  testDir: 'e2e',
  testMatch: '**/*.e2e.ts',
  outputDir: 'test-results',
  fullyParallel: true,
  workers: 2,
  forbidOnly: process.env['CI'] !== undefined,
  // No retries: a test that passes at the second try hides a race in the product or in the test. With `--retries` on the
  // command line, which helps to find one, such a test still fails.
  retries: 0,
  failOnFlakyTests: true,
  // No test is about how long a machine takes: these only end what hangs.
  timeout: 120_000,
  expect: { timeout: 20_000 },
  reporter: 'list',
  use: {
    viewport: { width: 1440, height: 900 },
    timezoneId: 'UTC',
    locale: 'en-GB',
    // Recording traces takes a quarter of the processor's time: `--trace retain-on-failure` has them for those that failed.
    trace: 'off',
    screenshot: 'only-on-failure',
    // Each page would fetch all its files once more; the tests of the service worker allow it.
    serviceWorkers: 'block',
    launchOptions: { args: browserArguments(), ...(executablePath === undefined ? {} : { executablePath }) },
  },
})
