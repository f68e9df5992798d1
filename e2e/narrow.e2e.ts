import { expectNoSerious } from './support/axe.ts'
import { expectTargetSizes } from './support/target-size.ts'
import { expect, test } from './support/test.ts'

/** A screen of 1280 by 1024 at 400 % zoom has 320 by 256 CSS pixels. */
const SIZES = [
  { width: 320, height: 256 },
  { width: 360, height: 740 },
  { width: 768, height: 900 },
] as const

for (const size of SIZES) {
  test(`is usable at ${size.width} by ${size.height} pixels`, async ({ app, cluster, page }) => {
    cluster.receiveDemo(20)
    await page.setViewportSize(size)
    await page.goto(`${cluster.url}?q=action+%3D+deny`)
    await app.expectPreloaded()
    await expect(app.rows().first()).toBeVisible()
    await app.expectNoSidewaysScroll()
    await app.expectTableFits()

    await test.step('a row opens over the screen, and closes', async () => {
      await app.rows().first().click()
      await expect(app.inspector.getByRole('heading').first()).toBeInViewport()
      await app.expectNoSidewaysScroll()
      await app.inspector.evaluate((panel) => panel.scrollTo({ top: panel.scrollHeight }))
      const close = size.width < 640 ? 'Back to Flows' : 'Close'
      await app.inspector.getByRole('button', { name: close, exact: true }).click()
      await expect(app.inspector).toBeHidden()
    })

    await test.step('every command can be reached by touch', async () => {
      await page.getByRole('button', { name: 'Search or command' }).click()
      await app.palette.getByRole('option', { name: /^Show the keys/ }).click()
      await expect(app.help).toBeInViewport()
      await app.help.getByText('Copy the link to this view').scrollIntoViewIfNeeded()
      await expect(app.help.getByText('Copy the link to this view')).toBeInViewport()
      await app.expectNoSidewaysScroll()
      await expectNoSerious(page, '[role=dialog]')
    })
  })
}

test('on a phone the answer is a page of its own, with its actions at the foot', async ({
  app,
  cluster,
  page,
}) => {
  cluster.receiveDemo(100)
  await page.setViewportSize({ width: 390, height: 844 })
  await page.goto(cluster.url)
  await app.expectPreloaded()
  await expect(app.source).toHaveText('Live')
  await app.expectRecords(cluster.backFilled)
  const row = app.rows({ source: 'default/test', destination: 'backend/api' }).first()
  const place = Number(await row.getAttribute('aria-rowindex')) - 1
  await row.click()
  await expect(app.inspector).toContainText(new RegExp(`Flows\\s*${place} of \\d+`))
  const path = app.inspector.getByRole('region', { name: 'Path' })
  await expect(path).toHaveCount(1)
  await expect(path.getByText('Leaving the source: ')).toHaveCount(1)
  await expect(path.getByText('Entering the destination: ')).toHaveCount(1)

  await test.step('the path stands upright', async () => {
    const [source, destination] = await Promise.all(
      ['Filter by source namespace default', 'Filter by destination namespace backend'].map((name) =>
        path.getByRole('button', { name, exact: true }).boundingBox(),
      ),
    )
    expect(destination?.y ?? 0).toBeGreaterThan((source?.y ?? 0) + 100)
  })

  await test.step('the actions are at the thumb, wherever the answer is scrolled', async () => {
    for (const name of ['Only this', 'Copy']) {
      const box = await app.inspector.getByRole('button', { name, exact: true }).boundingBox()
      expect(box?.height).toBeGreaterThanOrEqual(44)
      expect((box?.y ?? 0) + (box?.height ?? 0)).toBeGreaterThan(800)
    }
    await expect(app.inspector.getByRole('button', { name: 'Only this' })).toBeInViewport({ ratio: 1 })
    await expectTargetSizes(page)
    await expectNoSerious(page, '[aria-label=Flow]')
    await app.expectNoSidewaysScroll()
  })

  await test.step('what has no button is behind More', async () => {
    await app.inspector.getByRole('button', { name: 'More' }).click()
    await expect(page.getByRole('menuitem', { name: 'Copy as text' })).toBeVisible()
    await page.keyboard.press('Escape')
  })

  await test.step('only this goes back to the list, which has it alone', async () => {
    await app.inspector.getByRole('button', { name: 'Only this' }).click()
    await expect(app.inspector).toBeHidden()
    await expect(page).toHaveURL(/q=src/)
  })
})

test('a row of a phone says in three lines what decides a triage', async ({ app, cluster, page }) => {
  cluster.receiveDemo(20)
  await page.setViewportSize({ width: 360, height: 740 })
  await page.goto(`${cluster.url}?q=src.name+%3D+test+and+port+%3D+80&rows=flows`)
  await app.expectPreloaded()
  await app.expectRow({
    verdict: 'Deny',
    source: 'default/test',
    port: 'tcp 80',
    decidedBy: /default-deny no rule allowed it/,
  })

  await test.step('it can be sorted without headings', async () => {
    await page.goto(`${cluster.url}?rows=flows`)
    await page.getByRole('combobox', { name: 'Order of the rows' }).selectOption('Connections')
    await expect(page).toHaveURL(/sort=-conns/)
  })

  await test.step('the keyboard walks its parts and filters by them', async () => {
    // Keys move among the rows that are there.
    await expect(app.rows().first()).toBeVisible()
    await app.table.focus()
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('ArrowRight')
    await page.keyboard.press('f')
    await expect(app.clauses).toHaveCount(1)
    await expect(app.clauses).toContainText(/^src\.name is /)
  })

  await test.step('a long touch opens the menu of a part', async () => {
    await app.rows().first().getByRole('gridcell').first().click({ button: 'right' })
    await expect(page.getByRole('menuitem', { name: /^Without / }).first()).toBeVisible()
  })
})

test('beside an open flow the columns of a triage stay in sight, and a chosen one beside them', async ({
  app,
  cluster,
  page,
}) => {
  cluster.receiveDemo(20)
  await page.setViewportSize({ width: 1280, height: 800 })
  await page.goto(`${cluster.url}?q=action+%3D+deny`)
  await app.expectPreloaded()
  const heading = (name: string) => app.table.getByRole('columnheader', { name })
  await app.rows().first().click()
  await expect(app.trace).toBeVisible()

  await app.expectTableFits()
  for (const name of ['Verdict', 'Source', 'Destination', 'Ports', 'Decided by', 'Connections', 'Last'])
    await expect(heading(name)).toBeInViewport({ ratio: 1 })
  await expect(app.table).toHaveAttribute('aria-colcount', '7')

  await test.step('a column that is ticked has a place of its own', async () => {
    await app.inspector.getByRole('button', { name: 'Close', exact: true }).click()
    await page.setViewportSize({ width: 1600, height: 800 })
    await app.showColumn('Reporter')
    await expect(app.table).toHaveAttribute('aria-colcount', '8')
    await app.expectTableFits()
  })
})

test('a verdict that staged policies would change is told beside it', async ({ app, cluster, page }) => {
  cluster.receiveDemo(20)
  await page.setViewportSize({ width: 360, height: 740 })
  await page.goto(`${cluster.url}?q=changed+%3D+yes`)
  await app.expectPreloaded()
  await expect(app.rows().first().getByRole('gridcell').first()).toContainText(/→ (Deny|Allow) if staged/)
})
