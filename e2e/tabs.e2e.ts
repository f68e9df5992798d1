import { buildFlow } from '../src/flows/testing/build.ts'
import { Screen } from './support/screen.ts'
import { expect, test } from './support/test.ts'

const TABS = 12

test('twelve tabs over plain HTTP all stay live on one stream, and their calls to Goldmane answer', async ({
  cluster,
  context,
  page: firstPage,
}) => {
  cluster.receive(buildFlow(), 3)
  await firstPage.goto(cluster.url)
  const tabs = [new Screen(firstPage)]
  while (tabs.length < TABS) {
    const page = await context.newPage()
    await page.goto(cluster.url)
    tabs.push(new Screen(page))
  }
  for (const tab of tabs) await tab.expectRow({ source: 'frontend/web-*', connections: '2' })
  expect(cluster.goldmane.streams).toBe(1)

  await test.step('closing the first tab takes nothing from the others', async () => {
    await firstPage.close()
    cluster.receive(buildFlow())
    cluster.advance(2)
    for (const tab of tabs.slice(1)) await tab.expectRow({ source: 'frontend/web-*', connections: '4' })
  })

  await test.step('a bounded call of the last tab is answered', async () => {
    const last = tabs.at(-1)
    if (last === undefined) throw new Error('there are tabs')
    await last.page.bringToFront()
    await last.openRow({ source: 'frontend/web-*' })
    await last.inspector.getByRole('button', { name: /^Counters/ }).click()
    await expect(last.inspector.getByRole('region', { name: 'Goldmane’s last hour' })).toContainText(
      '4 connections',
    )
  })
})

test('each tab has its own filter, and a paused tab does not hold the others', async ({
  app,
  cluster,
  context,
  page,
}) => {
  cluster.receive(buildFlow(), 3)
  await page.goto(cluster.url)
  await app.expectRow({ source: 'frontend/web-*', connections: '2' })
  await page.getByRole('button', { name: 'Pause' }).click()
  const other = new Screen(await context.newPage())
  await other.page.goto(cluster.url)
  cluster.receive(buildFlow())
  cluster.receive(buildFlow({ destName: 'db-0', destNamespace: 'db' }))
  cluster.advance(2)
  await other.expectRow({ source: 'frontend/web-*', destination: 'backend/api-*', connections: '4' })
  await other.choose('dst.ns', 'db')
  await expect(other.rows()).toHaveCount(1)
  await app.expectRow({ source: 'frontend/web-*', connections: '2' })
  await expect(app.clauses).toHaveCount(0)
})

test('two tabs keep each other’s settings, and each follows the other', async ({
  app,
  cluster,
  context,
  page,
}) => {
  cluster.receive(buildFlow(), 3)
  await page.goto(cluster.url)
  const other = new Screen(await context.newPage())
  await other.page.goto(cluster.url)
  for (const tab of [app, other]) await tab.expectRow({ source: 'frontend/web-*' })

  await page.bringToFront()
  await app.expectShortcuts()
  await page.keyboard.press('t')
  await page.keyboard.press('t')
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark')
  await app.showColumn('First seen')
  await expect(other.page.locator('html')).toHaveAttribute('data-theme', 'dark')
  await expect(other.table.getByRole('columnheader', { name: 'First seen' })).toBeVisible()

  await other.page.bringToFront()
  await other.showColumn('Packets')
  await page.bringToFront()
  for (const name of ['First seen', 'Packets'])
    await expect(app.table.getByRole('columnheader', { name })).toBeVisible()

  await page.reload()
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark')
  for (const name of ['First seen', 'Packets'])
    await expect(app.table.getByRole('columnheader', { name })).toBeVisible()
})
