// Finds a Chromium for the tests, the screenshots and the browser benchmarks.
import { existsSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'

import { chromium } from '@playwright/test'

import { installDebianPackage } from './debian-package.mjs'

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome']

/** @returns {string | undefined} The path of $CHROMIUM, of a browser on the PATH, or of Playwright's own. */
export function findBrowser() {
  const named = process.env['CHROMIUM']
  if (named) return named
  for (const folder of (process.env['PATH'] ?? '').split(path.delimiter)) {
    for (const name of NAMES) {
      const file = path.join(folder, name)
      if (existsSync(file)) return file
    }
  }
  const own = chromium.executablePath()
  return existsSync(own) ? own : undefined
}

/** The path of a browser, which is installed where possible. Without one, prints what to do and exits with 1. */
export function ensureBrowser() {
  let browser = findBrowser()
  if (browser === undefined) {
    installDebianPackage('chromium')
    browser = findBrowser()
  }
  if (browser !== undefined && existsSync(browser)) return browser
  console.error(
    'No Chromium found. Install Chromium or Chrome, or run "npx playwright install chromium", or set CHROMIUM to its path.',
  )
  return process.exit(1)
}

/**
 * What Chromium is not to do. Of two such lists only the last one counts, so Playwright's own is repeated here; it is in
 * its chromiumSwitches.ts.
 */
const DISABLED_FEATURES = [
  // Each window loads these pages of the browser's own into processes of their own, although no test sees its address bar:
  // that takes twice the processor time of an empty page.
  'WebUIOmniboxPopup',
  'WebUIOmniboxAimPopup',
  'WebUIOmniboxFullPopup',
  // A process is started ahead for the next site, and there is none.
  'SpareRendererForSitePerProcess',
  // Playwright's.
  'AvoidUnnecessaryBeforeUnloadCheckSync',
  'DestroyProfileOnBrowserClose',
  'HttpsUpgrades',
  'HttpsFirstBalancedModeAutoEnable',
  'LensOverlay',
  'MediaRouter',
  'PaintHolding',
  'ThirdPartyStoragePartitioning',
  'AvoidCorsURLLoaderRestartOnRedirect',
  'TcpPortRandomizationWin',
  'OptimizationHints',
  'NetworkTimeServiceQuerying',
  'AimEnabled',
  'PreconnectToSearch',
]

/** Chromium's flags: no background requests or work, and for root no sandbox, with which it would not start. */
export function browserArguments() {
  return [
    `--disable-features=${DISABLED_FEATURES.join(',')}`,
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--disable-quic',
    '--no-first-run',
    ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
  ]
}
