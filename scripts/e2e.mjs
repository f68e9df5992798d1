// Runs the end-to-end tests, after a build if dist/ is stale. Arguments go to Playwright.
import process from 'node:process'

import { ensureBrowser } from './browser.mjs'
import { isBuilt } from './fingerprint.mjs'
import { root, run } from './run.mjs'

const browser = ensureBrowser()
const built = isBuilt(root) ? 0 : run('node', ['scripts/build.mjs'])
process.exit(
  built === 0 ? run('playwright', ['test', ...process.argv.slice(2)], { CHROMIUM: browser }) : built,
)
