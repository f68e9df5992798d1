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

/** Chromium's flags: no background requests, and for root no sandbox, with which it would not start. */
export function browserArguments() {
  return [
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--disable-quic',
    '--no-first-run',
    ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
  ]
}
