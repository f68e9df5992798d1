// A gateway of several clusters: its menu and its links.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'

import { type GoldmaneServer, serveGoldmane } from '../server/demo/goldmane-grpc.ts'
import { demoFlows } from '../src/demo/cluster.ts'
import { BUCKET_SECONDS, bucketStart } from '../src/flows/bucket.ts'
import { Goldmane } from '../src/goldmane/goldmane.ts'
import { expectNoSerious } from './support/axe.ts'
import { Program } from './support/program.ts'
import { expect, test } from './support/test.ts'

let folder: string
let program: Program
let goldmane: GoldmaneServer

test.beforeEach(async () => {
  const cluster = new Goldmane({ now: () => Date.now() / 1000 })
  const bucket = bucketStart(Date.now() / 1000)
  for (let ago = 20; ago > 1; ago--)
    for (const flow of demoFlows(bucket - ago * BUCKET_SECONDS)) cluster.ingest(flow)
  goldmane = await serveGoldmane(cluster)
  folder = mkdtempSync(path.join(tmpdir(), 'flowtrace-'))
  const file = path.join(folder, 'flowtrace.yaml')
  const lines = [
    'clusters:',
    ...['lab-1', 'staging-eu'].map(
      (name) => `  - { name: ${name}, goldmane: "http://127.0.0.1:${goldmane.port}" }`,
    ),
    // Nothing listens there.
    '  - { name: prod-eu, goldmane: "http://127.0.0.1:9" }',
  ]
  writeFileSync(file, `${lines.join('\n')}\n`)
  program = await Program.start('--config', file)
})
test.afterEach(async () => {
  await program.stop()
  await goldmane.close()
  rmSync(folder, { recursive: true })
})

test('the menu lists the clusters with their states; the one that is chosen is in the address', async ({
  app,
  page,
}) => {
  await page.goto(program.url)
  await expect(app.rows().first()).toBeVisible()
  await expect(page).toHaveTitle('lab-1 · Flowtrace')
  await page.getByRole('button', { name: 'lab-1' }).click()
  const menu = page.getByRole('menu')
  await expect(menu.getByRole('menuitemradio', { name: /^lab-1/ })).toBeChecked()
  await expect(menu.getByRole('menuitemradio', { name: /^lab-1/ })).toContainText(/live, .* behind/)
  await expect(menu.getByRole('menuitemradio', { name: /^prod-eu/ })).toContainText('not connected:')
  await expectNoSerious(page)

  await page.keyboard.type('stag')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('button', { name: 'staging-eu' })).toBeVisible()
  await expect(page).toHaveURL(/cluster=staging-eu/)
  await expect(page).toHaveTitle('staging-eu · Flowtrace')
  await expect(app.rows().first()).toBeVisible()
  await page.goBack()
  await expect(page.getByRole('button', { name: 'lab-1' })).toBeVisible()
})

test('a link opens its cluster', async ({ app, page }) => {
  await page.goto(`${program.url}?cluster=staging-eu&q=action+%3D+Deny`)
  await expect(page.getByRole('button', { name: 'staging-eu' })).toBeVisible()
  await expect(app.rows().first()).toBeVisible()
})

test('a link with an unknown cluster says so and opens the first one', async ({ app, page }) => {
  await page.goto(`${program.url}?cluster=prod-us`)
  await expect(page.getByRole('alert').filter({ hasText: 'no cluster “prod-us”' })).toContainText('lab-1')
  await expect(app.rows().first()).toBeVisible()
})
