import type { Locator, Page } from '@playwright/test'

import { buildEndOfTier, buildFlow } from '../src/flows/testing/build.ts'
import type { Cluster } from './support/cluster.ts'
import { nextBucket } from './support/next-bucket.ts'
import type { Screen } from './support/screen.ts'
import { expect, test } from './support/test.ts'

/** The ends of the rows on the screen, from above. */
async function endsOf(app: Screen): Promise<readonly string[]> {
  return app.table.evaluate((grid) =>
    Array.from(grid.querySelectorAll('[role=row][aria-selected]'), (row) =>
      Array.from(row.querySelectorAll('[data-column=source],[data-column=destination]'), (cell) =>
        cell.getAttribute('aria-label'),
      ).join(' → '),
    ),
  )
}

/** The sum of the connections of all rows on the screen. */
async function connectionsOf(app: Screen): Promise<number> {
  const texts = await app.table.locator('[data-column=conns]').allInnerTexts()
  return texts.reduce((sum, text) => sum + Number(text.replaceAll(/\D/g, '')), 0)
}

async function expectBucket(app: Screen, cluster: Cluster): Promise<void> {
  const count = await connectionsOf(app)
  nextBucket(cluster)
  await expect.poll(() => connectionsOf(app)).toBeGreaterThan(count)
}

async function topOf(row: Locator): Promise<number | undefined> {
  return (await row.boundingBox())?.y
}

async function openDemo(app: Screen, cluster: Cluster, page: Page): Promise<void> {
  // 25 minutes, because the demo's scan comes every 20.
  cluster.receiveDemo(100)
  await page.goto(cluster.url)
  await expect(app.source).toContainText('Live', { timeout: 60_000 })
  await app.expectRecords(cluster.backFilled)
  await expect(app.rows().first()).toBeVisible()
}

/** The demo with a reader in the list: from now on nothing is arranged anew. */
async function openList(app: Screen, cluster: Cluster, page: Page): Promise<void> {
  await openDemo(app, cluster, page)
  await app.expectCounted(cluster.backFilled)
  await app.table.focus()
  // The order that was set before that has come with it.
  await expectBucket(app, cluster)
}

test('the first row is the denial of the story, with its ports as a list', async ({ app, cluster, page }) => {
  await openDemo(app, cluster, page)
  const first = app.rows().first()
  await expect(first.getByRole('gridcell', { name: 'default/test', exact: true })).toBeVisible()
  await expect(first.getByRole('gridcell', { name: 'backend/api', exact: true })).toBeVisible()
  await expect(first.getByRole('gridcell', { name: /^Denied leaving/ })).toBeVisible()
  await expect(first.getByRole('gridcell', { name: /^tcp 80.* \+\d+, icmp.*scan\?/ })).toBeVisible()
  await expect(first.getByRole('gridcell', { name: /default-deny.*no rule allowed it/ })).toBeVisible()
})

test('three clicks in a row over three buckets open the rows that were meant', async ({
  app,
  cluster,
  page,
}) => {
  await openList(app, cluster, page)
  const before = await endsOf(app)
  for (const place of [1, 3, 5]) {
    const row = app.rows().nth(place)
    const box = await row.boundingBox()
    if (box === null) throw new Error('the row is not on the screen')
    await expectBucket(app, cluster)
    // Not at the row, but where it was before the bucket came.
    await page.mouse.click(box.x + 60, box.y + box.height / 2)
    await expect(app.openedRow).toHaveAttribute('aria-rowindex', String(place + 2))
    const [source = ''] = (before[place] ?? '').split(' → ')
    await expect(app.inspector).toContainText(source)
    await page.keyboard.press('Escape')
    await expect(app.inspector).toBeHidden()
  }
  expect(await endsOf(app)).toEqual(before)
})

test('rows keep their place between buckets and when one opens; only their counts change', async ({
  app,
  cluster,
  page,
}) => {
  await openList(app, cluster, page)
  const before = await endsOf(app)
  const top = await topOf(app.rows().nth(4))
  await expectBucket(app, cluster)
  expect(await endsOf(app)).toEqual(before)
  await app.rows().nth(2).click()
  await expect(app.inspector).toBeVisible()
  expect(await topOf(app.rows().nth(4))).toBe(top)
  for (const tab of ['By port', 'Every 15 s', 'Grouped']) {
    await app.tab(tab).click()
    await expect(app.rows().first()).toBeVisible()
    expect(
      await app
        .rows()
        .first()
        .evaluate((row) => row.getBoundingClientRect().height),
    ).toBe(40)
  }
})

test('a new group waits behind a chip, and stands first once it is pressed', async ({
  app,
  cluster,
  page,
}) => {
  await openList(app, cluster, page)
  const before = await endsOf(app)
  const trace = [buildEndOfTier('default-deny')]
  const denial = buildFlow({
    action: 'Deny',
    sourceNamespace: 'default',
    sourceName: 'newcomer',
    destNamespace: 'backend',
    destName: 'api-6f7c9d5b8d-*',
    policies: { enforced: trace, pending: trace },
  })
  cluster.advance()
  cluster.receive(denial)
  cluster.advance(2)
  const chip = page.getByRole('button', { name: /new groups?$/ })
  await expect(chip).toHaveAccessibleName('1 new group')
  expect(await endsOf(app)).toEqual(before)
  await chip.click()
  await expect(
    app.rows().first().getByRole('gridcell', { name: 'default/newcomer', exact: true }),
  ).toBeVisible()
  await expect(
    app
      .rows()
      .first()
      .getByRole('gridcell', { name: /^Denied leaving\s*new/ }),
  ).toBeVisible()
  await expect(chip).toBeHidden()
})

test('what is new stands first right after the page is loaded, and no chip asks for it', async ({
  app,
  cluster,
  page,
}) => {
  const trace = [buildEndOfTier('default-deny')]
  const denial = (sourceName: string, numConnectionsStarted: number) =>
    buildFlow(
      {
        action: 'Deny',
        sourceName,
        sourceNamespace: 'default',
        policies: { enforced: trace, pending: trace },
      },
      { numConnectionsStarted },
    )
  // Each of these was new at its time, and only the newcomer still is.
  for (let ago = 60; ago >= 2; ago--)
    cluster.receive(denial(`known-${Math.max(3, Math.ceil(ago / 10))}`, 50), ago)
  cluster.receive(denial('newcomer', 1), 3)
  const expectSettled = async () => {
    const first = app.rows().first()
    await expect(first.getByRole('gridcell', { name: 'default/newcomer', exact: true })).toBeVisible()
    await expect(first.getByRole('gridcell', { name: /^Denied leaving\s*new/ })).toBeVisible()
    await expect(app.rows()).toHaveCount(5)
    await expect(page.getByRole('button', { name: /new groups?$/ })).toBeHidden()
  }
  await page.goto(cluster.url)
  await expect(app.source).toHaveText('Live')
  await expectSettled()
  // Now the worker holds everything when the page asks for the first time.
  const other = await page.context().newPage()
  await other.goto(cluster.url)
  await page.reload()
  await expectSettled()
  await other.close()
})

test('names give way in their namespaces, and never at their end', async ({ app, cluster, page }) => {
  await page.setViewportSize({ width: 1440, height: 2400 })
  await openDemo(app, cluster, page)
  await app.rows().first().click()
  await expect(app.inspector).toBeVisible()
  await expect(app.table).toHaveAttribute('data-layout', 'narrow')
  await expect(app.table.locator('[aria-busy=true]')).toHaveCount(0)
  const cells = await app.table.evaluate((grid) =>
    Array.from(
      grid.querySelectorAll<HTMLElement>('[data-column=source],[data-column=destination]'),
      (cell) => ({
        text: cell.innerText,
        full: cell.getAttribute('aria-label') ?? '',
        clipped: cell.scrollWidth > cell.clientWidth + 1,
      }),
    ),
  )
  expect(cells.length).toBeGreaterThan(20)
  for (const { text, full, clipped } of cells) {
    expect(clipped, full).toBe(false)
    expect(full.endsWith(text.split('…').at(-1) ?? ''), `${text} of ${full}`).toBe(true)
    expect(text.endsWith('…'), text).toBe(false)
  }
  // The part of the row that the two ends share does not cut them either.
  const beyond = await app.table.evaluate((grid) =>
    Array.from(
      grid.querySelectorAll<HTMLElement>('[data-column=source]'),
      (cell) => (cell.parentElement?.scrollWidth ?? 0) - (cell.parentElement?.clientWidth ?? 0),
    ),
  )
  expect(Math.max(...beyond)).toBeLessThanOrEqual(1)
})

test('the rows count what the reader chooses, and the link says which', async ({ app, cluster, page }) => {
  await openDemo(app, cluster, page)
  await page.getByRole('combobox', { name: 'What the rows count' }).selectOption('Bytes')
  await expect(app.table.getByRole('columnheader', { name: 'Bytes' })).toBeVisible()
  await expect(app.rows().first().getByRole('gridcell', { name: /B$/ })).toBeVisible()
  await expect(page).toHaveURL(/show=bytes/)
  await page.getByRole('combobox', { name: 'Order of the rows' }).selectOption('Source')
  await expect(page).toHaveURL(/sort=source/)
  await page.reload()
  await expect(app.table.getByRole('columnheader', { name: 'Source' })).toHaveAttribute(
    'aria-sort',
    'ascending',
  )
})

test('the keyboard moves, opens, and filters; the element it is on is there', async ({
  app,
  cluster,
  page,
}) => {
  await openDemo(app, cluster, page)
  const activeExists = () =>
    app.table.evaluate((grid) => {
      const id = grid.getAttribute('aria-activedescendant')
      return id === null || document.getElementById(id) !== null
    })
  await page.keyboard.press('j')
  await page.keyboard.press('j')
  expect(await activeExists()).toBe(true)
  await app.table.evaluate((grid) => grid.scrollTo({ top: grid.scrollHeight }))
  await expect.poll(activeExists).toBe(true)
  await page.keyboard.press('k')
  await expect(app.table).toHaveAttribute('aria-activedescendant', 'flow-0')
  await page.keyboard.press('Enter')
  await expect(app.inspector).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(app.table).toBeFocused()
  await page.keyboard.press('ArrowRight')
  await page.keyboard.press('f')
  await expect(page).toHaveURL(/q=src.name\+%3D\+test/)
})

test('a phone has three lines a row', async ({ app, cluster, page }) => {
  await page.setViewportSize({ width: 390, height: 844 })
  await openDemo(app, cluster, page)
  const first = app.rows().first()
  const box = await first.boundingBox()
  expect(box?.height).toBe(75)
  const tops = await first.evaluate((row) =>
    ['action', 'source', 'port'].map(
      (id) => row.querySelector(`[data-column=${id}]`)?.getBoundingClientRect().top ?? 0,
    ),
  )
  expect(tops.toSorted((a, b) => a - b)).toEqual(tops)
  expect(new Set(tops).size).toBe(3)
})
