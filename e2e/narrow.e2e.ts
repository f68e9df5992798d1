import { expectNoSerious } from './support/axe.ts'
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
      await app.inspector.getByRole('button', { name: 'Close', exact: true }).click()
      await expect(app.inspector).toBeHidden()
    })

    await test.step('every command can be reached by touch', async () => {
      await page.getByRole('button', { name: 'Search commands' }).click()
      await app.palette.getByRole('option', { name: /^Show the keys/ }).click()
      await expect(app.help).toBeInViewport()
      await app.help.getByText('Copy the link to this view').scrollIntoViewIfNeeded()
      await expect(app.help.getByText('Copy the link to this view')).toBeInViewport()
      await app.expectNoSidewaysScroll()
      await expectNoSerious(page, '[role=dialog]')
    })
  })
}

test('a row of a narrow table says in two lines what decides a triage', async ({ app, cluster, page }) => {
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
  await expect(app.columnsButton).toContainText('2 hidden for lack of room')

  await test.step('it can be sorted without headings', async () => {
    await page.goto(`${cluster.url}?rows=flows`)
    await page.getByRole('combobox', { name: 'Sort by' }).selectOption('Connections')
    await expect(page).toHaveURL(/sort=-conns/)
    await page.getByRole('button', { name: 'Descending' }).click()
    await expect(page).toHaveURL(/sort=conns/)
  })

  await test.step('the keyboard walks its parts and filters by them', async () => {
    await app.table.focus()
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('ArrowRight')
    await page.keyboard.press('f')
    await expect(app.clauses).toHaveCount(1)
    await expect(app.clauses).toContainText(/^src\.name = /)
  })

  await test.step('a long touch opens the menu of a part', async () => {
    await app.rows().first().getByRole('gridcell').first().click({ button: 'right' })
    await expect(page.getByRole('menuitem', { name: /^Is not / }).first()).toBeVisible()
  })
})

test('beside an open flow the columns of a triage stay in sight, and others give way', async ({
  app,
  cluster,
  page,
}) => {
  cluster.receiveDemo(20)
  await page.setViewportSize({ width: 1280, height: 800 })
  await page.goto(`${cluster.url}?q=action+%3D+deny&rows=flows`)
  await app.expectPreloaded()
  const heading = (name: string) => app.table.getByRole('columnheader', { name })
  await expect(heading('Reporter')).toBeVisible()
  await app.rows().first().click()
  await expect(app.trace).toBeVisible()

  await app.expectTableFits()
  for (const name of ['Last seen', 'Verdict', 'Source', 'Destination', 'Port', 'Decided by', 'Connections'])
    await expect(heading(name)).toBeInViewport({ ratio: 1 })
  await expect(heading('Reporter')).toBeHidden()
  await expect(heading('Pending')).toBeHidden()
  await expect(app.table).toHaveAttribute('aria-colcount', '7')

  await test.step('the Columns menu says so, and what is ticked there stays', async () => {
    await expect(app.columnsButton).toContainText('2 hidden for lack of room')
    await app.columnsButton.click()
    await page.getByRole('checkbox', { name: /^Reporter/ }).click()
    await page.keyboard.press('Escape')
    await expect(heading('Reporter')).toBeVisible()
    await expect(app.columnsButton).toContainText('1 hidden for lack of room')
  })

  await test.step('they come back when there is room', async () => {
    await app.inspector.getByRole('button', { name: 'Close', exact: true }).click()
    await page.setViewportSize({ width: 1600, height: 800 })
    await expect(heading('Pending')).toBeVisible()
    await expect(app.columnsButton).not.toContainText('hidden')
  })
})

test('a verdict that staged policies would change is told beside it where Pending gave way', async ({
  app,
  cluster,
  page,
}) => {
  cluster.receiveDemo(20)
  await page.setViewportSize({ width: 360, height: 740 })
  await page.goto(`${cluster.url}?q=changed+%3D+yes&rows=flows`)
  await app.expectPreloaded()
  await expect(app.rows().first().getByRole('gridcell').first()).toHaveText(
    /^(Allow → Deny if staged|Deny → Allow if staged)$/,
  )
})
