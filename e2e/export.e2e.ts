/**
 * Exporting what the filter shows: as CSV, as Parquet, as a capture that opens again with the same numbers, as a picture
 * of the timeline, and by keyboard alone.
 */
import { readFile } from 'node:fs/promises'
import { gunzipSync } from 'node:zlib'

import { DuckDBInstance } from '@duckdb/node-api'
import type { Download, Page } from '@playwright/test'

import { expectNoSerious } from './support/axe.ts'
import { expect, test } from './support/test.ts'

/** The text of a saved file. */
async function textOf(download: Download): Promise<string> {
  const bytes = await readFile(await download.path())
  return (download.suggestedFilename().endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8')
}

function panelOf(page: Page) {
  return page.getByRole('dialog', { name: 'Export' })
}

/** The number before a word: 57 in "57 groups". */
function countIn(text: string): number {
  return Number((/[\d,]+/.exec(text)?.[0] ?? '').replaceAll(',', ''))
}

test('what the filter shows is saved as CSV and as a capture, which opens again with the same numbers', async ({
  app,
  cluster,
  page,
}) => {
  cluster.receiveDemo(20)
  await page.goto(cluster.url)
  await app.expectPreloaded()
  await app.expectRecords(cluster.backFilled)
  await app.choose('action', 'Deny')
  await expect(app.rows().first()).toBeVisible()

  const panel = panelOf(page)
  await page.getByRole('button', { name: 'Export', exact: true }).click()
  await expect(panel).toContainText(/[\d,]+ records, as filtered/)
  const records = countIn(await panel.getByRole('paragraph').first().innerText())

  await panel.getByRole('radio', { name: /^CSV/ }).check()
  await expectNoSerious(page, '[role=dialog]')
  const csvSaved = page.waitForEvent('download')
  await panel.getByRole('button', { name: 'Save CSV' }).click()
  const csv = await csvSaved
  expect(csv.suggestedFilename()).toMatch(/^flowtrace-test-cluster-\d{8}T\d{6}Z-\d{8}T\d{6}Z\.csv$/)
  const lines = (await textOf(csv)).split('\r\n')
  expect(lines[0]).toContain('Verdict,Source namespace,Source,Destination namespace,Destination,Ports')
  const groups = lines.slice(1, -1).length
  expect(groups).toBeGreaterThan(0)
  for (const line of lines.slice(1, -1)) expect(line).toMatch(/^Denied (leaving|entering),/)
  await expect(panel.getByRole('status')).toContainText('Saved flowtrace-test-cluster-')

  await panel.getByRole('radio', { name: /^Capture/ }).check()
  const captureSaved = page.waitForEvent('download')
  await panel.getByRole('button', { name: 'Save capture' }).click()
  const capture = await captureSaved
  const [head, ...written] = (await textOf(capture)).trimEnd().split('\n')
  expect(JSON.parse(head ?? '')).toMatchObject({ source: { name: 'test cluster' }, filter: 'action = Deny' })
  expect(written).toHaveLength(records)
  await panel.getByRole('button', { name: 'Close' }).click()
  await expect(panel).toBeHidden()
  // The number in the tab is the answer to a question of its own, which may come after the filter's rows.
  await expect(page.getByRole('tab', { name: `Grouped ${groups}` })).toBeVisible()

  await page.getByLabel('Capture file').setInputFiles({
    name: capture.suggestedFilename(),
    mimeType: 'application/gzip',
    buffer: await readFile(await capture.path()),
  })
  await expect(app.source).toHaveText('Capture')
  await app.expectRecords(records)
  await expect(page.getByRole('tab', { name: `Grouped ${groups}` })).toBeVisible()
})

test('what the filter shows is saved as Parquet, which DuckDB reads and which opens again', async ({
  app,
  cluster,
  page,
}) => {
  cluster.receiveDemo(120)
  await page.goto(cluster.url)
  await app.expectPreloaded()
  await app.expectRecords(cluster.backFilled)
  await app.choose('action', 'Deny')
  await expect(app.rows().first()).toBeVisible()
  await page.getByRole('button', { name: 'Export', exact: true }).click()
  const panel = panelOf(page)
  await expect(panel).toContainText(/[\d,]+ records, as filtered/)
  const records = countIn(await panel.getByRole('paragraph').first().innerText())
  await panel.getByRole('radio', { name: /^Parquet/ }).check()
  const saved = page.waitForEvent('download')
  await panel.getByRole('button', { name: 'Save Parquet' }).click()
  const file = await saved
  expect(file.suggestedFilename()).toMatch(/^flowtrace-test-cluster-\d{8}T\d{6}Z-\d{8}T\d{6}Z\.parquet$/)
  const path = await file.path()
  const duck = await DuckDBInstance.create(':memory:')
  const connection = await duck.connect()
  const found = await connection.runAndReadAll(
    `SELECT count(*)::INT n, min(action) least, max(action) most FROM read_parquet('${path}')`,
  )
  expect(found.getRowObjectsJson()).toEqual([{ n: records, least: 'Deny', most: 'Deny' }])
  connection.closeSync()
  duck.closeSync()
  await panel.getByRole('button', { name: 'Close' }).click()
  const groups = await app.groupsOf(records)

  await page.getByLabel('Capture file').setInputFiles({
    name: file.suggestedFilename(),
    mimeType: 'application/vnd.apache.parquet',
    buffer: await readFile(path),
  })
  await expect(app.source).toHaveText('Capture')
  await app.expectRecords(records)
  await expect(page.getByRole('tab', { name: `Grouped ${groups}` })).toBeVisible()
})

/** The bytes of "≈ 79.3 kB". */
function bytesIn(text: string): number {
  const [, number = '', unit = ''] = /≈ ([\d,.]+) (B|kB|MB)/.exec(text) ?? []
  return Number(number.replaceAll(',', '')) * { B: 1, kB: 1e3, MB: 1e6 }[unit as 'B' | 'kB' | 'MB']
}

test('the size of a file is known before it is saved', async ({ app, cluster, page }) => {
  cluster.receiveDemo(120)
  await page.goto(cluster.url)
  await app.expectPreloaded()
  // The size is that of what is held, and more than that is saved while history is still read.
  await app.expectRecords(cluster.backFilled)
  await page.getByRole('button', { name: 'Export', exact: true }).click()
  const panel = panelOf(page)
  for (const name of ['Capture', 'CSV', 'JSON lines', 'Parquet', 'Markdown', 'Incident bundle']) {
    const format = panel.locator('label', { hasText: new RegExp(`^${name}`) })
    await expect(format).toContainText(/≈ [\d,.]+ (B|kB|MB)/)
    const expected = bytesIn(await format.innerText())
    await format.click()
    const saved = page.waitForEvent('download')
    await panel.getByRole('button', { name: /^Save/ }).click()
    const { length } = await readFile(await (await saved).path())
    expect(Math.abs(expected / length - 1), name).toBeLessThan(0.15)
  }
})

test('the timeline is saved as a picture', async ({ app, cluster, page }) => {
  cluster.receiveDemo(20)
  await page.goto(`${cluster.url}?q=action+%3D+Deny`)
  await app.expectPreloaded()
  await page.getByRole('button', { name: 'Export', exact: true }).click()
  const panel = panelOf(page)
  const saveAs = async (name: RegExp): Promise<Buffer> => {
    await panel.getByRole('radio', { name }).check()
    const saved = page.waitForEvent('download')
    await panel.getByRole('button', { name: 'Save picture' }).click()
    return readFile(await (await saved).path())
  }
  const svg = (await saveAs(/^Timeline picture .svg/)).toString('utf8')
  expect(svg).toContain('>test cluster: records over time<')
  expect(svg).toContain('>action = Deny<')
  expect(svg).toContain('data-bars="denied"')
  expect(svg).not.toContain('data-bars="allowed"')
  const png = await saveAs(/^Timeline picture .png/)
  expect(png.subarray(1, 4).toString()).toBe('PNG')
  const width = Number(/ width="(\d+)"/.exec(svg)?.[1])
  expect(png.readUInt32BE(16)).toBe(2 * width)
})

test('by keyboard alone: opened, a format chosen, saved, closed, and the focus is back', async ({
  app,
  cluster,
  page,
}) => {
  cluster.receiveDemo(4)
  await page.goto(cluster.url)
  await app.expectPreloaded()
  await app.expectShortcuts()
  const panel = panelOf(page)
  const saved = page.waitForEvent('download')
  await page.keyboard.press('/')
  await expect(app.query).toBeFocused()
  await page.keyboard.press('Control+s')
  await expect(panel.getByRole('radio', { name: /^Capture/ })).toBeFocused()
  for (let steps = 0; steps < 4; steps++) await page.keyboard.press('ArrowDown')
  await expect(panel.getByRole('radio', { name: /^Markdown/ })).toBeChecked()
  await page.keyboard.press('Enter')
  const text = await textOf(await saved)
  expect(text).toMatch(/^### \d+ groups\n/)
  expect(text).toContain('| Verdict | Source | Destination | Ports | Decided by | Connections | Last seen |')
  await expect(panel.getByRole('status')).toContainText('Saved flowtrace-test-cluster-')
  await page.keyboard.press('Escape')
  await expect(panel).toBeHidden()
  await expect(app.query).toBeFocused()
})

test('on a phone the menu of the source opens it, and nothing lies beyond the edge', async ({
  app,
  cluster,
  page,
}) => {
  await page.setViewportSize({ width: 390, height: 844 })
  cluster.receiveDemo(4)
  await page.goto(cluster.url)
  await app.expectPreloaded()
  await page.getByRole('button', { name: 'test cluster' }).click()
  await page.getByRole('menuitem', { name: 'Export…' }).click()
  const panel = panelOf(page)
  await expect(panel.getByRole('button', { name: 'Save capture' })).toBeVisible()
  await app.expectNoSidewaysScroll()
  await expectNoSerious(page, '[role=dialog]')
})

test('where nothing matches there is nothing to save, and the panel says so', async ({
  app,
  cluster,
  page,
}) => {
  cluster.receiveDemo(4)
  await page.goto(`${cluster.url}?q=dst.ns+%3D+nowhere`)
  await app.expectPreloaded()
  await page.keyboard.press('Control+s')
  const panel = panelOf(page)
  await expect(panel.getByRole('status')).toHaveText(
    'Nothing matches the filter, so there is nothing to write.',
  )
  await expect(panel.getByRole('button', { name: 'Save capture' })).toBeDisabled()
})
