// A gateway of several clusters: its menu and its links.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'

import type { Page } from '@playwright/test'

import { type GoldmaneServer, serveGoldmane } from '../server/demo/goldmane-grpc.ts'
import { BUCKET_SECONDS, bucketStart } from '../src/flows/bucket.ts'
import { buildFlow } from '../src/flows/testing/build.ts'
import { Goldmane } from '../src/goldmane/goldmane.ts'
import { expectNoSerious } from './support/axe.ts'
import { Program } from './support/program.ts'
import { expect, test } from './support/test.ts'

let folder: string
let program: Program
/** Of lab-1, where a pair is denied since a minute ago, and of staging-eu. */
let goldmanes: readonly [GoldmaneServer, GoldmaneServer]

/** Serves a quarter of an hour in which each of the pairs was denied from so many buckets ago on. */
async function serveDenials(deniedSince: Readonly<Record<string, number>>): Promise<GoldmaneServer> {
  const cluster = new Goldmane({ now: () => Date.now() / 1000 })
  const bucket = bucketStart(Date.now() / 1000)
  for (let ago = 60; ago > 1; ago--) {
    const startTime = bucket - ago * BUCKET_SECONDS
    const times = { startTime, endTime: startTime + BUCKET_SECONDS }
    cluster.ingest(buildFlow({}, times))
    for (const [destName, since] of Object.entries(deniedSince))
      if (ago <= since) cluster.ingest(buildFlow({ destName, action: 'Deny' }, times))
  }
  return serveGoldmane(cluster)
}

test.beforeEach(async () => {
  goldmanes = await Promise.all([serveDenials({ vault: 60, ledger: 4 }), serveDenials({ vault: 60 })])
  folder = mkdtempSync(path.join(tmpdir(), 'flowtrace-'))
  const file = path.join(folder, 'flowtrace.yaml')
  const lines = [
    'clusters:',
    ...['lab-1', 'staging-eu'].map(
      (name, i) => `  - { name: ${name}, goldmane: "http://127.0.0.1:${goldmanes[i]?.port}" }`,
    ),
    // Nothing listens there.
    '  - { name: prod-eu, goldmane: "http://127.0.0.1:9" }',
  ]
  writeFileSync(file, `${lines.join('\n')}\n`)
  program = await Program.start('--config', file)
})
test.afterEach(async () => {
  await program.stop()
  for (const goldmane of goldmanes) await goldmane.close()
  rmSync(folder, { recursive: true })
})

/** The cluster menu with its parts. */
function pickerOf(page: Page) {
  const picker = page.getByRole('dialog', { name: 'Choose the source' })
  return {
    picker,
    field: picker.getByRole('combobox', { name: 'Find a cluster or a capture' }),
    cluster: (name: string) => picker.getByRole('option', { name: new RegExp(`^${name}`) }),
  }
}

test('the menu lists the clusters with their states and denials; the one that is chosen is in the address', async ({
  app,
  page,
}) => {
  await page.goto(program.url)
  await expect(app.rows().first()).toBeVisible()
  await expect(page).toHaveTitle('lab-1 · Flowtrace')
  await page.getByRole('button', { name: 'lab-1' }).click()
  const { field, cluster } = pickerOf(page)
  await expect(field).toBeFocused()
  await expect(cluster('lab-1')).toHaveAttribute('aria-selected', 'true')
  await expect(cluster('lab-1')).toHaveText(/live\s+1 new denial\s+2 denied pairs\s+\d+ (s|min) behind/)
  await expect(cluster('staging-eu')).toHaveText(/live\s+no new denial\s+1 denied pair\s+\d+ (s|min) behind/)
  await expect(cluster('prod-eu')).toHaveText(/refused the TCP connection.*, since \d\d:\d\d\s+not connected/)
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

test('the keys alone choose a cluster: g s opens, the arrows and Enter, or a digit', async ({
  app,
  page,
}) => {
  await page.goto(program.url)
  await expect(app.rows().first()).toBeVisible()
  const { picker, field, cluster } = pickerOf(page)
  await page.keyboard.press('g')
  await page.keyboard.press('s')
  await expect(field).toBeFocused()
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(/cluster=staging-eu/)
  await expect(picker).toBeHidden()

  // From another screen, where a button has the focus.
  await page.getByRole('link', { name: 'Staged changes' }).click()
  await page.keyboard.press('g')
  await page.keyboard.press('s')
  await expect(field).toBeFocused()
  await expect(cluster('staging-eu')).toHaveAttribute('aria-selected', 'true')
  await page.keyboard.press('1')
  await expect(page.getByRole('button', { name: 'lab-1' })).toBeVisible()
  await expect(picker).toBeHidden()
})

test('nothing moves while the states change', async ({ app, page }) => {
  await page.goto(program.url)
  await expect(app.rows().first()).toBeVisible()
  await page.getByRole('button', { name: 'lab-1' }).click()
  const { picker, cluster } = pickerOf(page)
  const boxes = async () => {
    const clusters = ['lab-1', 'staging-eu', 'prod-eu'].map(cluster)
    return Promise.all([picker, ...clusters].map((each) => each.boundingBox()))
  }
  await expect(cluster('staging-eu')).toBeVisible()
  const before = await boxes()
  await expect(cluster('staging-eu')).toContainText('no new denial')
  await goldmanes[1].close()
  await expect(cluster('staging-eu')).toContainText('not connected', { timeout: 15_000 })
  await expect(cluster('staging-eu')).toHaveText(/since \d\d:\d\d\s+not connected\s+records up to \d\d:\d\d/)
  expect(await boxes()).toEqual(before)
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
