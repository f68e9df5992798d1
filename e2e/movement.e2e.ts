/** Nothing moves that the reader has not asked for: what the browser measures, and the boxes of all elements. */
import type { Page } from '@playwright/test'

import type { Cluster } from './support/cluster.ts'
import { type MovementWatch, watchLayoutShifts } from './support/layout-shift.ts'
import { nextBucketWithNewDenial } from './support/next-bucket.ts'
import type { Screen } from './support/screen.ts'
import { expect, test } from './support/test.ts'

async function boxesOfRows(app: Screen): Promise<readonly (readonly number[])[]> {
  return app.rows().evaluateAll((rows) =>
    rows.map((row) => {
      const { x, y, height } = row.getBoundingClientRect()
      return [x, y, height]
    }),
  )
}

/**
 * The page with some minutes of the demo, everything preloaded and counted. The timeline has room for a few more buckets:
 * once it has none, its bars narrow by a pixel.
 */
async function openStill(app: Screen, cluster: Cluster, page: Page): Promise<MovementWatch> {
  cluster.receiveDemo(90)
  await page.goto(cluster.url)
  await app.expectPreloaded()
  await app.expectShortcuts()
  await app.expectCounted(cluster.backFilled)
  await app.expectFacets()
  await expect(page.getByRole('list', { name: 'Summary' })).toBeVisible()
  await expect(app.queryBar).toContainText('records')
  return watchLayoutShifts(page)
}

for (const size of [
  { width: 1440, height: 900 },
  { width: 1280, height: 800 },
]) {
  test.describe(`at ${size.width} by ${size.height}`, () => {
    test.use({ viewport: size })

    test('nothing moves while three buckets come in, with new groups and new denials', async ({
      app,
      cluster,
      page,
    }) => {
      const watch = await openStill(app, cluster, page)
      for (const bucket of ['a', 'b', 'c', 'd']) {
        const before = await app.recordsHeld()
        nextBucketWithNewDenial(cluster, bucket)
        await expect.poll(() => app.recordsHeld()).toBeGreaterThan(before)
        await watch.expectNone(`bucket ${bucket} came in`)
      }
      await expect(page.getByRole('button', { name: /\d new denials?$/ })).toBeVisible()
      await expect(page.getByRole('button', { name: /new groups?$/ })).toBeVisible()
      await watch.expectNone('the strip and the bar counted them')
    })

    test('nothing moves while a query is typed and applied, and chips, facets and the palette filter', async ({
      app,
      cluster,
      page,
    }) => {
      const watch = await openStill(app, cluster, page)
      await page.keyboard.press('/')
      await page.keyboard.type('dst.ns = back')
      await expect(page.getByRole('listbox', { name: 'Completions' })).toBeVisible()
      await watch.expectNone('a query is typed')
      await page.keyboard.type('end and actoin = deny')
      await expect(app.query).toHaveAttribute('aria-invalid', 'true')
      await watch.expectNone('it is mistaken')
      await page.keyboard.press('Enter')
      await expect(app.clauses).toHaveText(['dst.ns is backend', 'action is Deny'])
      await expect(app.rows({ verdict: 'Allow' })).toHaveCount(0)
      await page.keyboard.press('Escape')
      // The bar of the query itself: the chips push what is behind them.
      await watch.expectNone('it is applied', ['query'])
      await app.queryBar.getByRole('button', { name: 'Remove action is Deny' }).click()
      await expect(app.rows({ verdict: 'Allow' }).first()).toBeVisible()
      await watch.expectNone('a chip is removed', ['query'])
      await app
        .facet('Verdict')
        .getByRole('button', { name: /^Denied leaving, / })
        .click()
      await expect(app.rows({ verdict: 'Allow' })).toHaveCount(0)
      await watch.expectNone('a facet filters', ['query'])
      await page.keyboard.press('Control+k')
      await expect(app.palette).toBeVisible()
      await watch.expectNone('the palette opens')
      await page.keyboard.type('only frontend')
      const found = app.palette.getByRole('option', { name: /^Only namespace frontend/ })
      await expect(found).toHaveAttribute('data-highlighted')
      await watch.expectNone('the palette finds')
      await page.keyboard.press('Enter')
      await expect(app.palette).toBeHidden()
      await expect(app.clauses).toContainText(['ns is frontend'])
      await expect(app.rows().first()).toContainText('frontend')
      await watch.expectNone('the palette filters', ['query'])
    })

    test('no row moves when one opens, another is read, a bucket comes in, and it closes', async ({
      app,
      cluster,
      page,
    }) => {
      const watch = await openStill(app, cluster, page)
      const rows = await boxesOfRows(app)
      await app.rows().nth(2).click()
      await expect(app.trace).toBeVisible()
      await expect(app.inspector.getByText('Looking for')).toBeHidden()
      // The columns of the list and the tools above them make room for the answer.
      await watch.expectNone('a row opens', ['list', 'tools'])
      expect(await boxesOfRows(app)).toEqual(rows)
      for (const rowIndex of ['5', '6', '7']) {
        await page.keyboard.press('j')
        await expect(app.openedRow).toHaveAttribute('aria-rowindex', rowIndex)
        await expect(app.inspector.getByRole('button', { name: 'Copy as Markdown' })).toBeVisible()
        await watch.expectNone('the next row is read')
      }
      const before = await app.recordsHeld()
      nextBucketWithNewDenial(cluster, 'e')
      nextBucketWithNewDenial(cluster, 'f')
      await expect.poll(() => app.recordsHeld()).toBeGreaterThan(before)
      await watch.expectNone('flows come in beside an answer')
      await page.keyboard.press('Escape')
      await expect(app.inspector).toBeHidden()
      await watch.expectNone('the answer closes', ['list', 'tools'])
      expect(await boxesOfRows(app)).toEqual(rows)
    })

    if (size.width < 1440) return

    test('nothing moves when the tab, the measure, the bars, the order or the baseline change', async ({
      app,
      cluster,
      page,
    }) => {
      const watch = await openStill(app, cluster, page)
      for (const tab of ['By port', 'Every 15 s', 'Grouped']) {
        await app.tab(tab).click()
        await expect(app.tab(tab)).toHaveAttribute('aria-selected', 'true')
        await expect(app.rows().first()).toBeVisible()
        await watch.expectNone(`the tab ${tab} is shown`)
      }
      const counted = page.getByRole('combobox', { name: 'What the rows count' })
      for (const [measure, heading] of [
        ['bytes', 'Bytes'],
        ['packets', 'Packets'],
        ['conns', 'Connections'],
      ] as const) {
        await counted.selectOption(measure)
        await expect(app.table.getByRole('columnheader', { name: heading })).toBeVisible()
        await watch.expectNone(`the rows count ${measure}`)
      }
      for (const bars of ['bytes', 'connections', 'records']) {
        await app.timeline.getByRole('combobox', { name: 'Bars show' }).selectOption(bars)
        await watch.expectNone(`the bars show ${bars}`)
      }
      for (const order of ['source', 'decided', 'attention']) {
        await page.getByRole('combobox', { name: 'Order of the rows' }).selectOption(order)
        await watch.expectNone(`the order is ${order}`)
      }
      await page.keyboard.press('p')
      await expect(page.getByRole('button', { name: 'Resume' })).toBeVisible()
      await watch.expectNone('the view is paused')
      await page.keyboard.press('p')
      await page.getByRole('button', { name: 'mark as seen' }).click()
      await expect(page.getByRole('button', { name: 'forget' })).toBeVisible()
      // A row that is new no more has one word less.
      await watch.expectNone('denials are marked as seen', ['list'])
      await page.getByRole('button', { name: 'forget' }).click()
      await expect(page.getByRole('button', { name: 'forget' })).toBeHidden()
      await watch.expectNone('the mark is forgotten', ['list'])
    })

    test('a notice comes and goes, and moves nothing and covers no row', async ({ app, cluster, page }) => {
      const watch = await openStill(app, cluster, page)
      await cluster.stopGateway()
      const notice = page.getByRole('alert').filter({ hasText: 'Flowtrace’s server does not answer.' })
      await expect(notice).toBeVisible()
      await watch.expectNone('a notice comes')
      const [box, tabs] = await Promise.all([
        notice.boundingBox(),
        page.getByRole('tablist').first().boundingBox(),
      ])
      expect((box?.y ?? 0) + (box?.height ?? 0)).toBeLessThanOrEqual(tabs?.y ?? 0)
      await cluster.startGateway()
      await expect(notice).toBeHidden({ timeout: 30_000 })
      await watch.expectNone('the notice goes')
    })
  })
}
