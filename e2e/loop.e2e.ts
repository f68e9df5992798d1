/** The journey from a spike to one denial: on the demo cluster and a capture, with the mouse or the keyboard alone. */
import type { Page } from '@playwright/test'

import type { Cluster } from './support/cluster.ts'
import type { Screen } from './support/screen.ts'
import { expect, test } from './support/test.ts'

const BUCKETS = 120

async function openCapture(
  app: Screen,
  page: Page,
  cluster: Cluster,
  open: () => Promise<void>,
): Promise<number> {
  const capture = cluster.demoCapture(BUCKETS)
  const records = capture.split('\n').length
  const [chooser] = await Promise.all([page.waitForEvent('filechooser'), open()])
  await chooser.setFiles({
    name: 'cluster.ndjson',
    mimeType: 'application/x-ndjson',
    buffer: Buffer.from(capture),
  })
  await expect(app.source).toContainText('Capture')
  await app.expectRecords(records)
  await ready(app)
  return records
}

async function ready(app: Screen): Promise<void> {
  await expect(app.rows().first()).toBeVisible()
  await expect(app.facet('Verdict')).toBeVisible()
}

/** `records` is the number of all records. */
async function withTheMouse(app: Screen, page: Page, records: number): Promise<void> {
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
  await expect(app.tab('Grouped')).toHaveAttribute('aria-selected', 'true')
  await expect.poll(() => app.tabCount('Every 15 s')).toBe(records)

  await test.step('brush the timeline', async () => {
    await app.brush(0.5, 0.7)
    await expect(page).toHaveURL(/time=\d+-\d+/)
    await expect.poll(() => app.tabCount('Every 15 s')).toBeLessThan(records)
  })
  await app
    .facet('Verdict')
    .getByRole('button', { name: /^Denied leaving, / })
    .click()
  await expect(app.rows({ verdict: 'Allow' })).toHaveCount(0)

  await test.step('the group with the most connections', async () => {
    await app.table.getByRole('columnheader', { name: 'Connections' }).getByRole('button').click()
    await expect(page).toHaveURL(/sort=-conns/)
    await app.rows({ verdict: 'Deny' }).first().click()
    await expect(app.inspector.getByRole('heading').first()).toContainText('Denied')
  })

  await app.queryBar.getByRole('button', { name: 'Copy link' }).click()
  await expect(app.queryBar.getByRole('button', { name: /^Copied/ })).toBeVisible()
  const link = await page.evaluate(() => navigator.clipboard.readText())
  expect(link).toBe(page.url())
}

async function withTheKeyboard(app: Screen, page: Page): Promise<void> {
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
  await page.keyboard.press('d')
  await expect(app.rows({ verdict: 'Allow' })).toHaveCount(0)
  await expect(app.clauses).toHaveText(['action is Deny'])

  await page.keyboard.press('/')
  await page.keyboard.type(' decided = default-deny')
  await page.keyboard.press('Enter')
  await expect(app.clauses).toHaveText(['action is Deny', 'decided is default-deny'])
  await page.keyboard.press('Escape')
  await expect(app.rows().first()).toContainText('default-deny')

  await page.keyboard.press('j')
  await page.keyboard.press('Enter')
  await expect(app.inspector.getByRole('heading').first()).toContainText('Denied')
  const first = page.url()
  const decidedBy = await app.textOf(app.openedRow, 'Decided by')

  await test.step('the next of the same denial is another row that the same policy denied', async () => {
    await page.keyboard.press('.')
    await expect(page).not.toHaveURL(first)
    await expect(app.rows({ verdict: 'Deny' }).and(app.openedRow)).toBeVisible()
    expect(await app.textOf(app.openedRow, 'Decided by')).toBe(decidedBy)
    await page.keyboard.press(',')
    await expect(page).toHaveURL(first)
  })

  await page.keyboard.press('c')
  await expect(app.footer).toContainText('Link copied')
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(page.url())

  await page.keyboard.press('Escape')
  await expect(app.inspector).toBeHidden()
  await page.keyboard.press('d')
  await expect(app.clauses).toHaveText(['decided is default-deny'])
}

test('the mouse alone, on the demo cluster: and the link shows a colleague the same', async ({
  app,
  cluster,
  page,
}) => {
  cluster.receiveDemo(BUCKETS)
  await page.goto(cluster.url)
  await app.expectRecords(cluster.backFilled)
  await ready(app)
  await withTheMouse(app, page, cluster.backFilled)
  const link = page.url()
  const sentence = await app.inspector.getByRole('heading').first().textContent()
  const colleague = await page.context().newPage()
  await colleague.goto(link)
  await expect(
    colleague.getByRole('complementary', { name: 'Flow' }).getByRole('heading').first(),
  ).toHaveText(sentence ?? '')
  await expect(colleague.getByRole('tab', { name: /^Grouped/ })).toHaveAttribute('aria-selected', 'true')
})

test('the mouse alone, on a capture', async ({ app, cluster, page }) => {
  await page.goto(cluster.url)
  const records = await openCapture(app, page, cluster, async () => {
    await page.getByRole('button', { name: 'test cluster' }).click()
    await page.getByRole('menuitem', { name: /Open a capture/ }).click()
  })
  await withTheMouse(app, page, records)
})

test('the keyboard alone, on the demo cluster', async ({ app, cluster, page }) => {
  cluster.receiveDemo(BUCKETS)
  await page.goto(cluster.url)
  await app.expectRecords(cluster.backFilled)
  await ready(app)
  await app.expectShortcuts()
  await withTheKeyboard(app, page)
})

test('the keyboard alone, on a capture', async ({ app, cluster, page }) => {
  await page.goto(cluster.url)
  await app.expectShortcuts()
  await openCapture(app, page, cluster, async () => {
    await page.keyboard.press('Control+k')
    await page.keyboard.type('open a capture')
    await page.keyboard.press('Enter')
  })
  await withTheKeyboard(app, page)
})
