/** Recording a live source: what was recorded opens again, with the same records, also after a reload in the middle. */
import { readFile } from 'node:fs/promises'
import { gunzipSync } from 'node:zlib'

import type { Page } from '@playwright/test'

import { expectNoSerious } from './support/axe.ts'
import { storedIn } from './support/indexed-db.ts'
import { nextBucket, nextBuckets } from './support/next-bucket.ts'
import { expect, test } from './support/test.ts'

function panelOf(page: Page) {
  return page.getByRole('dialog', { name: 'Recordings' })
}

function markOf(page: Page) {
  return page.getByRole('banner').getByRole('button', { name: /^Recording/ })
}

/** The number before a word: 57 in "57 records". */
function recordsIn(text: string): number {
  return Number((/([\d,]+) records/.exec(text)?.[1] ?? '').replaceAll(',', ''))
}

/** The first and the other lines of the file that the first kept recording is saved as. */
async function savedLines(page: Page): Promise<{ head: unknown; records: readonly string[] }> {
  const download = page.waitForEvent('download')
  await panelOf(page)
    .getByRole('button', { name: /^Save .* as a file$/ })
    .first()
    .click()
  const bytes = await readFile(await (await download).path())
  const [head = '', ...records] = gunzipSync(bytes).toString('utf8').trimEnd().split('\n')
  return { head: JSON.parse(head), records }
}

test('what the filter shows is recorded by one key, goes on while a capture is open, and opens with the same records', async ({
  app,
  cluster,
  page,
}) => {
  cluster.receiveDemo(20)
  await page.goto(`${cluster.url}?q=dst.ns+%3D+backend`)
  await app.expectPreloaded()
  await app.expectShortcuts()
  await page.keyboard.press('r')
  await expect(markOf(page)).toBeVisible()
  await expect(app.footer).toContainText('Recording test cluster, as filtered: r stops it')

  nextBuckets(cluster, 4)
  await markOf(page).click()
  const card = panelOf(page).getByRole('region', { name: 'Recording' })
  await expect(card).toContainText(/[1-9]\d* records/)
  await expect(card).toContainText('dst.ns = backend')
  await expect(card).toContainText('0 left out')
  await expectNoSerious(page, '[role=dialog]')
  await page.keyboard.press('Escape')

  await app.openCapture({ name: 'other.ndjson', text: cluster.demoCapture(1) })
  await expect(app.source).toHaveText('Capture')
  const before = recordsIn(await textOfCard(page))
  nextBuckets(cluster, 3)
  await expect.poll(async () => recordsIn(await textOfCard(page))).toBeGreaterThan(before)

  await card.getByRole('button', { name: 'Stop and keep' }).click()
  const kept = panelOf(page).getByRole('list', { name: 'Kept recordings' }).getByRole('listitem')
  await expect(kept).toHaveCount(1)
  await expect(markOf(page)).toBeHidden()
  const count = recordsIn(await kept.innerText())
  const { head, records } = await savedLines(page)
  expect(head).toMatchObject({
    flowtraceCapture: 1,
    source: { kind: 'live', name: 'test cluster' },
    filter: 'dst.ns = backend',
    gaps: [],
  })
  expect(records).toHaveLength(count)
  expect(new Set(records).size).toBe(count)
  for (const record of records) expect(JSON.parse(record).flow.Key.destNamespace).toBe('backend')

  await kept.getByRole('button', { name: /^Open / }).click()
  await expect(app.source).toHaveText('Capture')
  await app.expectRecords(count)

  // The browser still has it: no file is asked for, once it is known of what it was opened.
  await expect
    .poll(() => storedIn(page, 'flowtrace-captures', 'captures'))
    .toContainEqual(expect.objectContaining({ recording: expect.any(String) }))
  await page.reload()
  await expect(app.source).toHaveText('Capture')
  await app.expectRecords(count)
  await page.getByRole('link', { name: 'Captures' }).click()
  const row = page.getByRole('table', { name: 'Captures' }).getByRole('row', { name: /Recording/ })
  await expect(row).toHaveCount(1)
  await expect(row).toHaveAttribute('aria-current', 'true')
})

test('one that is stopped before its first bucket came says so, and is not kept', async ({
  app,
  cluster,
  page,
}) => {
  cluster.receiveDemo(20)
  await page.goto(cluster.url)
  await app.expectPreloaded()
  await app.expectShortcuts()
  await page.keyboard.press('r')
  await markOf(page).click()
  const panel = panelOf(page)
  await expect(panel.getByRole('region', { name: 'Recording' })).toContainText(
    /first records at \d\d:\d\d:\d\d, when Goldmane sends the bucket of/,
  )
  await panel.getByRole('button', { name: 'Stop and keep' }).click()
  await expect(panel.getByRole('status').filter({ hasText: 'Nothing was recorded' })).toBeVisible()
  await expect(panel).toContainText('0 recordings of at most')
  await page.keyboard.press('Escape')
  await expect(panel).toBeHidden()
  await page.keyboard.press('r')
  await expect(markOf(page)).toBeVisible()
  await page.keyboard.press('r')
  await expect(app.footer).toContainText('Nothing was recorded')
})

/** The card's text; the panel that shows it is opened where it is closed. */
async function textOfCard(page: Page): Promise<string> {
  if (!(await panelOf(page).isVisible())) await markOf(page).click()
  return panelOf(page).getByRole('region', { name: 'Recording' }).innerText()
}

/** How many records of recordings the browser has kept; those of the last 5 s wait in the worker and may be lost. */
async function storedRecords(page: Page): Promise<number> {
  const folder = new URL('.', page.url()).pathname
  const recordings = await storedIn(page, `flowtrace-recordings ${folder}`, 'recordings')
  return recordings.reduce<number>((sum, recording) => sum + (recording as { records: number }).records, 0)
}

test('a reload in the middle keeps what was recorded; it goes on with what came meanwhile', async ({
  app,
  cluster,
  page,
}) => {
  cluster.receiveDemo(20)
  await page.goto(cluster.url)
  await app.expectPreloaded()
  await app.expectShortcuts()
  await page.keyboard.press('r')
  await expect(markOf(page)).toBeVisible()
  nextBuckets(cluster, 4)
  await expect.poll(async () => recordsIn(await textOfCard(page))).toBeGreaterThan(0)
  await expect
    .poll(async () => {
      const stored = await storedRecords(page)
      return stored > 0 && stored === recordsIn(await textOfCard(page))
    })
    .toBe(true)
  const recorded = recordsIn(await textOfCard(page))

  await page.reload()
  await expect(markOf(page)).toHaveAccessibleName('Recording cut off')
  await markOf(page).click()
  const kept = panelOf(page).getByRole('list', { name: 'Kept recordings' }).getByRole('listitem')
  await expect(kept).toContainText('It was cut off when its page was closed or loaded anew.')
  const survived = recordsIn(await kept.innerText())
  expect(survived).toBeGreaterThanOrEqual(recorded)

  // Of the time when nothing recorded.
  nextBucket(cluster)
  await kept.getByRole('button', { name: 'Resume' }).click()
  const card = panelOf(page).getByRole('region', { name: 'Recording' })
  await expect(card).toBeVisible()
  nextBuckets(cluster, 4)
  await expect.poll(async () => recordsIn(await textOfCard(page))).toBeGreaterThan(survived)
  await card.getByRole('button', { name: 'Stop and keep' }).click()
  await expect(kept).not.toContainText('gap')
  const { head, records } = await savedLines(page)
  expect(head).toMatchObject({ gaps: [] })
  const starts = [...new Set(records.map((line) => Number(JSON.parse(line).flow.startTime)))].toSorted(
    (a, b) => a - b,
  )
  // Every bucket, also that in which nothing recorded.
  for (const [i, start] of starts.entries()) expect(start - (starts[0] ?? 0)).toBe(i * 15)
  expect(records.length).toBeGreaterThan(survived)
  expect(new Set(records).size).toBe(records.length)

  await kept.getByRole('button', { name: /^Delete / }).click()
  await kept.getByRole('button', { name: 'Delete', exact: true }).click()
  await expect(kept).toHaveCount(0)
})

test('a redacted recording keeps no name', async ({ app, cluster, page }) => {
  cluster.receiveDemo(20)
  await page.goto(`${cluster.url}?q=dst.ns+%3D+backend`)
  await app.expectPreloaded()
  await app.expectShortcuts()
  await page.keyboard.press('Control+k')
  await page.getByRole('combobox').fill('recordings')
  await page.keyboard.press('Enter')
  await panelOf(page).getByRole('radio', { name: 'Redact names' }).check()
  await expect(panelOf(page).getByLabel('Examples of stand-ins')).toContainText(/→ ns-[0-9a-z]{7}/)
  await expectNoSerious(page, '[role=dialog]')
  await panelOf(page).getByRole('button', { name: 'Record', exact: true }).click()
  const card = panelOf(page).getByRole('region', { name: 'Recording' })
  await expect(card).toBeVisible()
  nextBuckets(cluster, 3)
  await expect(card).toContainText(/[1-9]\d* records/)
  await expect(card).toContainText('names redacted')
  await card.getByRole('button', { name: 'Stop and keep' }).click()
  const { head, records } = await savedLines(page)
  expect(head).toMatchObject({ redacted: 'names' })
  expect(records.length).toBeGreaterThan(0)
  expect(JSON.stringify([head, records])).not.toMatch(/backend|frontend|test cluster|localhost|127\.0\.0\.1/)
})
