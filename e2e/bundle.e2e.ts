/** An incident bundle: written of a denial, and opened in a fresh browser without a network. */
import { readFile } from 'node:fs/promises'
import { gzipSync } from 'node:zlib'

import type { Page } from '@playwright/test'

import { writeViewFile } from '../src/bundle/view-file.ts'
import { zipOf } from '../src/bundle/zip-writer.ts'
import { headerLine, recordLine } from '../src/capture/capture-writer.ts'
import { EMPTY_HEADER } from '../src/capture/format/capture-header.ts'
import { buildFlow } from '../src/flows/testing/build.ts'
import { expectNoSerious } from './support/axe.ts'
import { Screen } from './support/screen.ts'
import { expect, test } from './support/test.ts'

test.use({ serviceWorkers: 'allow' })

const NOTES = 'Checkout fails since 22:15.\nTicket 4711: we rolled back, which did not help.'

const POLICY = {
  name: 'tier.yaml',
  mimeType: 'application/yaml',
  buffer: Buffer.from(
    'apiVersion: projectcalico.org/v3\nkind: Tier\nmetadata: { name: app }\nspec: { order: 100 }\n',
  ),
}

/** Saves a bundle with the notes, and returns its name and bytes. */
async function saveBundle(page: Page) {
  await page.keyboard.press('Control+s')
  const panel = page.getByRole('dialog', { name: 'Export' })
  await panel.getByRole('radio', { name: /^Incident bundle/ }).check()
  await panel.getByRole('textbox', { name: 'Notes' }).fill(NOTES)
  await expect(panel.getByRole('checkbox', { name: 'Policies (1 file)' })).toBeChecked()
  await expectNoSerious(page, '[role=dialog]')
  const saved = page.waitForEvent('download')
  await panel.getByRole('button', { name: 'Save bundle' }).click()
  const download = await saved
  await expect(panel.getByRole('status')).toContainText('Saved flowtrace-test-cluster-')
  await panel.getByRole('button', { name: 'Close' }).click()
  return { name: download.suggestedFilename(), buffer: await readFile(await download.path()) }
}

test('a bundle of a denial restores query, row and notes in a fresh profile without a network', async ({
  app,
  cluster,
  page,
  browser,
}) => {
  // Two browsers, and the whole page is kept by one of them.
  test.slow()
  cluster.receiveDemo(20)
  await page.goto(cluster.url)
  await app.expectPreloaded()
  // Until all ports of the row have come, its headline is another one.
  await app.expectRecords(cluster.backFilled)
  await app.choose('action', 'Deny')
  await app.rows().first().click()
  const headline = page.getByRole('complementary', { name: 'Flow' }).getByRole('heading').first()
  await expect(headline).toContainText('Denied')
  const said = await headline.innerText()
  await page.getByLabel('Capture file').setInputFiles(POLICY)
  await page.getByRole('dialog', { name: 'Policies' }).getByRole('button', { name: 'Close' }).click()
  const { name, buffer } = await saveBundle(page)
  expect(name).toMatch(/^flowtrace-test-cluster-\d{8}T\d{6}Z-\d{8}T\d{6}Z\.zip$/)

  const context = await browser.newContext({ serviceWorkers: 'allow' })
  try {
    const fresh = await context.newPage()
    const there = new Screen(fresh)
    await fresh.goto(cluster.url)
    await there.expectKeptOffline()
    const url = fresh.url()
    await cluster.stopGateway()
    await fresh.goto(url)
    const bundle = { name, mimeType: 'application/zip', buffer }
    await fresh.getByLabel('Capture file').setInputFiles(bundle)

    await expect(there.source).toHaveText('Capture')
    await expect(fresh.getByRole('complementary', { name: 'Flow' }).getByRole('heading').first()).toHaveText(
      said,
    )
    await expect.poll(() => new URL(fresh.url()).searchParams.get('q')).toBe('action = Deny')
    const notes = fresh.getByRole('region', { name: 'Notes of the bundle' })
    await expect(notes).toContainText('Checkout fails since 22:15.')
    await notes.getByRole('button', { name: 'Read all' }).click()
    await expect(notes).toContainText('Ticket 4711')
    await expectNoSerious(fresh, '[aria-label="Notes of the bundle"]')
    await notes.getByRole('button', { name: '1 file of policies' }).click()
    await expect(fresh.getByRole('dialog', { name: 'Policies' })).toContainText('tier.yaml')
  } finally {
    await context.close()
  }
})

/** A bundle of one record, made without a page. */
async function bundleWith(viewFile: string) {
  const header = headerLine({ ...EMPTY_HEADER, tool: 'flowtrace of a test' })
  const files = [
    { name: 'view.json', content: new Blob([viewFile]) },
    { name: 'capture.ndjson.gz', content: new Blob([gzipSync(header + recordLine(buildFlow()))]) },
  ]
  const zip = await zipOf(files, 0, new AbortController().signal)
  return { name: 'incident.zip', mimeType: 'application/zip', buffer: Buffer.from(await zip.arrayBuffer()) }
}

test('after a reload the page asks for the bundle, and what the reader changed meanwhile stays', async ({
  app,
  cluster,
  page,
}) => {
  const view = '?q=src.ns+%3D+frontend&rows=ports'
  const bundle = await bundleWith(writeViewFile({ tool: 'a test', view, columns: null, notes: NOTES }))
  await page.goto(cluster.url)
  await page.getByLabel('Capture file').setInputFiles(bundle)
  const notes = page.getByRole('region', { name: 'Notes of the bundle' })
  await expect(notes).toContainText('Checkout fails since 22:15.')
  await expect(app.rows()).toHaveCount(1)
  await expect(page).toHaveURL(({ searchParams }) => {
    return searchParams.get('q') === 'src.ns = frontend' && searchParams.get('rows') === 'ports'
  })

  await page.goto(page.url().replace(/q=[^&]*/, 'q=src.ns+%3D+nobody'))
  await expect(page.getByRole('heading', { name: /^This link is about incident\.zip/ })).toBeVisible()
  await page.getByLabel('Capture file').setInputFiles(bundle)
  await expect(notes).toContainText('Checkout fails since 22:15.')
  expect(new URL(page.url()).searchParams.get('q')).toBe('src.ns = nobody')
})

test('a bundle with a broken view.json opens its capture, and says what was not restored', async ({
  app,
  cluster,
  page,
}) => {
  await page.goto(cluster.url)
  await page.getByLabel('Capture file').setInputFiles(await bundleWith('{"view": '))
  const notice = page.getByRole('alert').filter({ hasText: 'Part of the bundle could not be restored' })
  await expect(notice).toContainText('view.json: ')
  await expect(app.source).toHaveText('Capture')
  await expect(app.rows()).toHaveCount(1)
})

test('a bundle among other captures keeps its notes, under its name', async ({ app, cluster, page }) => {
  const view = '?q=src.ns+%3D+frontend&rows=ports'
  const bundle = await bundleWith(writeViewFile({ tool: 'a test', view, columns: null, notes: NOTES }))
  const other = {
    name: 'other.ndjson',
    mimeType: 'application/x-ndjson',
    buffer: Buffer.from(cluster.demoCapture(1)),
  }
  await page.goto(cluster.url)
  await page.getByLabel('Capture file').setInputFiles([other, bundle])
  await page.getByRole('dialog').getByRole('button', { name: 'Open all together' }).click()
  const notes = page.getByRole('region', { name: 'Notes of the bundle' })
  await expect(notes).toContainText('incident.zip: Checkout fails since 22:15.')
  await expect(app.source).toHaveText('Capture')
  expect(new URL(page.url()).searchParams.get('q')).toBeNull()
})
