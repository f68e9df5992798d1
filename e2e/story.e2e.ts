/**
 * The story of the demo, read from the first screen: who was denied on the way to `backend`, by what, and what would allow
 * it. On the demo cluster and on a capture of it, with the mouse alone and with the keyboard alone.
 */
import type { Locator, Page } from '@playwright/test'

import type { Cluster } from './support/cluster.ts'
import { nextBucketWithNewDenial } from './support/next-bucket.ts'
import type { Screen } from './support/screen.ts'
import { expect, test } from './support/test.ts'

/** 25 minutes, because the demo's scan comes every 20. */
const BUCKETS = 100

/** Expects a box to lie inside the viewport as a whole. */
async function expectInView(page: Page, part: Locator): Promise<void> {
  const viewport = page.viewportSize() ?? { width: 0, height: 0 }
  await expect
    .poll(async () => {
      const box = await part.boundingBox()
      if (box === null) return 'not on the screen'
      const right = box.x + box.width
      const bottom = box.y + box.height
      const isInside = box.x >= 0 && box.y >= 0 && right <= viewport.width && bottom <= viewport.height
      return isInside ? 'inside' : JSON.stringify(box)
    })
    .toBe('inside')
}

/** How many pixels of the answer are below its lower edge. */
function pixelsToScroll(app: Screen): Promise<number> {
  return app.inspector.evaluate((panel) => panel.scrollHeight - panel.clientHeight)
}

/** The ways to the page with all records of the story in it. */
const SOURCES: Readonly<Record<string, (app: Screen, cluster: Cluster, page: Page) => Promise<void>>> = {
  'the demo cluster': async (app, cluster, page) => {
    cluster.receiveDemo(BUCKETS)
    await page.goto(cluster.url)
    await app.expectRecords(cluster.backFilled)
  },
  'a capture of it': async (app, cluster, page) => {
    // The records of the in-memory Goldmane as NDJSON.
    cluster.receiveDemo(BUCKETS)
    const text = cluster.demoCapture(BUCKETS)
    await page.goto(cluster.url)
    await expect(app.source).toHaveText('Live')
    await app.dropFiles([{ name: 'incident.jsonl', text }])
    await expect(app.source).toHaveText('Capture')
    await app.expectRecords(text.split('\n').length)
  },
}

/** Expects the first row to be the story's denial, before anything was clicked. */
async function expectFirstRow(app: Screen): Promise<void> {
  const first = app.rows().first()
  await expect(first.getByRole('gridcell', { name: 'default/test', exact: true })).toBeVisible()
  await expect(first.getByRole('gridcell', { name: 'backend/api', exact: true })).toBeVisible()
  await expect(first.getByRole('gridcell', { name: /^Denied leaving/ })).toBeVisible()
  await expect(first.getByRole('gridcell', { name: /default-deny.*no rule/ })).toBeVisible()
}

/** Expects the answer to be whole on the screen: who, by what, where in the order, and what would allow it. */
async function expectAnswer(app: Screen, page: Page): Promise<void> {
  await expect(app.openedRow).toHaveAttribute('aria-rowindex', '2')
  await expect(app.inspector.getByRole('heading', { level: 2 })).toHaveText(
    /^Denied leaving: default\/test could not open tcp 80 to backend\/api/,
  )
  await expect(app.inspector.getByRole('region', { name: 'Path' })).toContainText(
    'default-deny selects it, and no rule allowed it in tier default',
  )
  await expect(app.trace.getByRole('row').last()).toContainText(/end of tier default.*Deny/i)
  const remedy = app.inspector.getByRole('region', { name: 'What would allow it' })
  await expect(remedy).toContainText(
    /To allow it: an egress rule on default\/test and, .*ingress rule on backend\/api/,
  )
  for (const part of [app.trace, remedy]) await expectInView(page, part)
  expect(await app.inspector.evaluate((panel) => panel.scrollTop)).toBe(0)
}

for (const [source, open] of Object.entries(SOURCES)) {
  test.describe(`on ${source}`, () => {
    test.beforeEach(async ({ app, cluster, page }) => {
      await open(app, cluster, page)
      await app.expectShortcuts()
      await expect(app.facet('Destination namespace').getByRole('listitem').first()).toBeVisible()
    })

    test('the story is read by one click, and by destination namespace with chips', async ({ app, page }) => {
      await expectFirstRow(app)
      await app.rows().first().click()
      await expectAnswer(app, page)
      expect(await pixelsToScroll(app)).toBe(0)
      await page.setViewportSize({ width: 1280, height: 800 })
      await expectInView(page, app.trace)
      await expectInView(page, app.inspector.getByRole('region', { name: 'What would allow it' }))
      await page.setViewportSize({ width: 1440, height: 900 })
      await app.inspector.getByRole('button', { name: 'Close', exact: true }).click()

      await app
        .facet('Destination namespace')
        .getByRole('button', { name: /^backend, / })
        .click()
      await expect(app.clauses).toHaveText(['dst.ns is backend'])
      await expectFirstRow(app)
      await expect(app.rows().filter({ hasNotText: 'backend' })).toHaveCount(0)
      await app.rows().first().click()
      await expectAnswer(app, page)
      await app.queryBar.getByRole('button', { name: 'Remove dst.ns is backend' }).click()
      await expect(app.clauses).toHaveCount(0)
    })

    test('the story is read by the keyboard alone, and by destination namespace', async ({ app, page }) => {
      await expectFirstRow(app)
      await page.keyboard.press('j')
      await page.keyboard.press('Enter')
      await expectAnswer(app, page)
      expect(await pixelsToScroll(app)).toBe(0)
      await page.keyboard.press('Escape')
      await expect(app.inspector).toBeHidden()

      await page.keyboard.press('/')
      await page.keyboard.type('dst.ns = backend')
      await page.keyboard.press('Enter')
      await expect(app.clauses).toHaveText(['dst.ns is backend'])
      await expect(app.rows().filter({ hasNotText: 'backend' })).toHaveCount(0)
      await page.keyboard.press('Escape')
      await expect(app.table).toBeFocused()
      await expectFirstRow(app)
      await page.keyboard.press('Home')
      await page.keyboard.press('Enter')
      await expectAnswer(app, page)
    })

    test('no denial’s answer has to be scrolled, the longest names included', async ({ app, page }) => {
      await page.keyboard.press('d')
      await expect(app.rows({ verdict: 'Allow' })).toHaveCount(0)
      const rows = Number(await app.table.getAttribute('aria-rowcount'))
      expect(rows).toBeGreaterThan(8)
      const tooLong: string[] = []
      for (let rowIndex = 2; rowIndex <= rows; rowIndex++) {
        await page.keyboard.press('j')
        await page.keyboard.press('Enter')
        await expect(app.openedRow).toHaveAttribute('aria-rowindex', String(rowIndex))
        await expect(app.inspector.getByRole('button', { name: 'Copy as Markdown' })).toBeVisible()
        await expectInView(page, app.trace)
        const headline = await app.inspector.getByRole('heading', { level: 2 }).innerText()
        if ((await pixelsToScroll(app)) > 0) tooLong.push(headline)
        // Enter on the row that is open moves into the answer.
        await page.keyboard.press('Escape')
      }
      expect(tooLong).toEqual([])
    })
  })
}

async function expectBucket(app: Screen, cluster: Cluster): Promise<void> {
  const before = await app.recordsHeld()
  // Counts change, and a group comes that would stand first if the order were set anew.
  nextBucketWithNewDenial(cluster, `${cluster.bucket}`)
  await expect.poll(() => app.recordsHeld()).toBeGreaterThan(before)
}

/** The two ends of a row, as a screen reader says them. */
async function endsOf(row: Locator): Promise<readonly (string | null)[]> {
  return row
    .locator('[data-column=source], [data-column=destination]')
    .evaluateAll((cells) => cells.map((cell) => cell.getAttribute('aria-label')))
}

test.describe('over three buckets that bring new counts and new groups', () => {
  test.beforeEach(async ({ app, cluster, page }) => {
    await SOURCES['the demo cluster']?.(app, cluster, page)
    await app.expectShortcuts()
    // A reader who has moved to the list: from now on nothing is arranged anew.
    await app.table.focus()
    // One more, because the newcomer of a bucket arrives with the one after it.
    await expectBucket(app, cluster)
  })

  test('three clicks in a row open the rows that were meant', async ({ app, cluster, page }) => {
    for (const place of [4, 1, 6]) {
      const row = app.rows().nth(place)
      const [meant, box] = [await endsOf(row), await row.boundingBox()]
      if (box === null) throw new Error('the row is not on the screen')
      await page.mouse.move(box.x + 60, box.y + box.height / 2)
      await expectBucket(app, cluster)
      // Not at the row, but where it was before the bucket came.
      await page.mouse.down()
      await page.mouse.up()
      await expect(app.openedRow).toHaveAttribute('aria-rowindex', String(place + 2))
      expect(await endsOf(app.openedRow)).toEqual(meant)
    }
    await expect(page.getByRole('button', { name: /new groups?$/ })).toBeVisible()
  })

  test('the keyboard opens the rows that were meant', async ({ app, cluster, page }) => {
    const focused = () => page.locator(`[id="${rowIdOf(active)}"]`)
    let active: string | null = null
    for (const keys of [['j', 'j', 'j'], ['j', 'j'], ['k']]) {
      for (const key of keys) await page.keyboard.press(key)
      active = await app.table.getAttribute('aria-activedescendant')
      const meant = await endsOf(focused())
      expect(meant).toHaveLength(2)
      await expectBucket(app, cluster)
      expect(await app.table.getAttribute('aria-activedescendant')).toBe(active)
      await page.keyboard.press('Enter')
      await expect(app.openedRow).toBeVisible()
      expect(await endsOf(app.openedRow)).toEqual(meant)
      await page.keyboard.press('Escape')
      await expect(app.inspector).toBeHidden()
    }
    await expect(page.getByRole('button', { name: /new groups?$/ })).toBeVisible()
  })
})

/** The row of an active descendant, which may be one of its cells. */
function rowIdOf(active: string | null): string {
  return /^flow-\d+/.exec(active ?? '')?.[0] ?? ''
}
