// Takes the README's screenshots of the demo cluster, light and dark, with the denial of its story open.
import { spawn } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'

import { chromium } from '@playwright/test'

import { browserArguments, ensureBrowser } from './browser.mjs'
import { root } from './run.mjs'

const folder = path.join(root, 'docs', 'images')
mkdirSync(folder, { recursive: true })

const server = spawn(process.execPath, ['scripts/start.mjs', '--port', '0'], {
  cwd: root,
  stdio: ['ignore', 'pipe', 'inherit'],
})
const url = await new Promise((resolve, reject) => {
  let said = ''
  server.stdout.on('data', (chunk) => {
    said += chunk
    const found = /http:\/\/127\.0\.0\.1:\d+\S*/.exec(said)
    if (found) resolve(found[0])
  })
  server.on('exit', () => reject(new Error(`the server ended: ${said}`)))
})

const browser = await chromium.launch({ executablePath: ensureBrowser(), args: browserArguments() })
try {
  for (const colorScheme of /** @type {const} */ (['light', 'dark'])) {
    const page = await browser.newPage({
      viewport: { width: 1600, height: 1000 },
      colorScheme,
      deviceScaleFactor: 1.5,
    })
    await page.goto(`${url}?q=dst.ns+%3D+backend&rows=flows&sort=-conns`)
    const denied = page
      .getByRole('row')
      .filter({ has: page.getByRole('gridcell', { name: 'default/test', exact: true }) })
      .filter({ has: page.getByRole('gridcell', { name: 'tcp 80', exact: true }) })
    await page.getByRole('status', { name: 'Source' }).filter({ hasText: 'Live' }).waitFor()
    await denied.first().click()
    await page.getByRole('table', { name: 'Policy trace' }).waitFor()
    await page.screenshot({ path: path.join(folder, `flows-${colorScheme}.png`) })
    await page.close()
  }
} finally {
  await browser.close()
  server.kill()
}
