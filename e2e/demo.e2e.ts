import { expect, test } from './support/test.ts'

test.describe('the demo cluster', () => {
  test.beforeEach(({ cluster }) => cluster.receiveDemo(40))

  test('who was denied on the way to backend, and by what: found with the filter, read in the trace', async ({
    app,
    cluster,
    page,
  }) => {
    await page.goto(cluster.url)
    await expect(app.rows().first()).toBeVisible()
    await app.choose('dst.ns', 'backend')
    await app.choose('action', 'Deny')
    await expect(app.clauses).toHaveText(['dst.ns is backend', 'action is Deny'])

    const denied = {
      verdict: 'Deny',
      source: 'default/test',
      destination: /^backend\/api/,
      port: 'tcp 80',
    } as const
    await app.expectRow(denied)
    await expect(app.rows({ verdict: 'Allow' })).toHaveCount(0)
    await app.openRow(denied)

    await expect(app.trace.getByRole('rowheader', { name: 'default' }).first()).toBeVisible()
    const deciding = app.trace.getByRole('row').last()
    await expect(deciding).toContainText(/end of tier default: no rule allowed it/i)
    await expect(deciding).toContainText('Deny')
    await expect(app.trace).toContainText('default-deny selects this end')
    await app.inspector.getByRole('button', { name: 'Why two names?' }).click()
    await expect(app.inspector).toContainText('01-dns-clients-egress')

    await test.step('the link opens the same for a colleague', async () => {
      const colleague = await page.context().newPage()
      await colleague.goto(page.url())
      const { Screen } = await import('./support/screen.ts')
      const other = new Screen(colleague)
      await expect(other.clauses).toHaveText(['dst.ns is backend', 'action is Deny'])
      await expect(other.trace).toContainText('default-deny selects this end')
      await other.expectRow(denied)
    })
  })

  test('a policy that denied by end of tier is found by its trigger’s name', async ({
    app,
    cluster,
    page,
  }) => {
    await page.goto(cluster.url)
    await app.choose('policy', 'default-deny')
    await expect(app.rows({ verdict: 'Deny', source: 'default/test', port: 'tcp 80' }).first()).toBeVisible()
  })

  test('the back button undoes a filter', async ({ app, cluster, page }) => {
    await page.goto(cluster.url)
    const bySource = app.rows({ verdict: 'Deny', reporter: 'source' })
    await expect(bySource.first()).toBeVisible()
    await app.choose('reporter', 'destination')
    await expect(app.clauses).toHaveText(['reporter is destination'])
    await expect(bySource).toHaveCount(0)
    await expect(app.rows().first()).toBeVisible()
    await page.goBack()
    await expect(app.clauses).toHaveCount(0)
    await expect(bySource.first()).toBeVisible()
  })

  test('a filter that leaves nothing says so, and can be cleared there', async ({ app, cluster, page }) => {
    await page.goto(`${cluster.url}?q=proto+%3D+sctp`)
    await expect(page.getByRole('heading', { name: 'No record matches the filter' })).toBeVisible()
    await page.getByRole('button', { name: 'Clear the filter' }).click()
    await expect(app.rows().first()).toBeVisible()
  })

  test('sorts by any column, and remembers which columns are chosen', async ({ app, cluster, page }) => {
    await page.goto(cluster.url)
    const heading = (name: string) => app.table.getByRole('columnheader', { name })
    await heading('Source').getByRole('button').click()
    await expect(heading('Source')).toHaveAttribute('aria-sort', 'ascending')
    const sources = app.rows().getByRole('gridcell', { name: /^[^ ]+\/[^ ]+$/ })
    await expect(sources.first()).toBeVisible()

    await expect(heading('Bytes')).toHaveCount(0)
    await page.getByRole('button', { name: 'Columns' }).click()
    await page.getByRole('checkbox', { name: 'Bytes' }).click()
    await page.keyboard.press('Escape')
    await expect(heading('Bytes')).toBeVisible()
    await page.reload()
    await expect(heading('Bytes')).toBeVisible()
    await expect(heading('Source')).toHaveAttribute('aria-sort', 'ascending')
  })

  test('is usable by keyboard alone: move, open, read, close', async ({ app, cluster, page }) => {
    await page.goto(cluster.url)
    await app.expectRecords(cluster.backFilled)
    await expect(app.rows().first()).toBeVisible()
    await app.expectShortcuts()
    await app.table.focus()
    await page.keyboard.press('j')
    await page.keyboard.press('j')
    await page.keyboard.press('Enter')
    await expect(app.inspector).toBeVisible()
    await expect(app.rows().and(page.locator('[aria-selected=true]'))).toHaveAttribute('aria-rowindex', '3')
    await page.keyboard.press('ArrowDown')
    await expect(app.rows().and(page.locator('[aria-selected=true]'))).toHaveAttribute('aria-rowindex', '4')
    await page.keyboard.press('Escape')
    await expect(app.inspector).toBeHidden()
    await page.keyboard.press('End')
    const count = Number(await app.table.getAttribute('aria-rowcount'))
    await expect(app.table.locator(`[aria-rowindex="${count}"]`)).toBeVisible()
  })
})
