import { expectNoSeriousInBothThemes } from './support/axe.ts'
import type { Screen } from './support/screen.ts'
import { expectTargetSizes } from './support/target-size.ts'
import { expect, test } from './support/test.ts'

/** 200 % zoom of 1440 by 900, a small window, a phone held sideways. */
const LOW = [
  { width: 720, height: 450 },
  { width: 640, height: 360 },
  { width: 844, height: 390 },
] as const

/** The rows of which the whole is on the screen and nothing lies over. */
async function rowsInSight({ table }: Screen): Promise<number> {
  return table.evaluate(
    (grid) =>
      [...grid.querySelectorAll('[role=row]:has([role=gridcell])')].filter((row) => {
        const { left, top, bottom, height } = row.getBoundingClientRect()
        const onTop = [top + 2, top + height / 2, bottom - 2].map((y) =>
          document.elementFromPoint(left + 40, y),
        )
        return onTop.every((element) => element !== null && row.contains(element))
      }).length,
  )
}

for (const size of LOW) {
  test(`at ${size.width} by ${size.height} pixels four rows are in sight, and each opens`, async ({
    app,
    cluster,
    page,
  }) => {
    cluster.receiveDemo(20)
    await page.setViewportSize(size)
    await page.goto(cluster.url)
    await app.expectPreloaded()
    await app.expectRecords(cluster.backFilled)
    await expect.poll(() => rowsInSight(app)).toBeGreaterThanOrEqual(4)
    await app.expectNoSidewaysScroll()
    await app.rows().nth(3).click()
    await expect(app.inspector).toBeVisible()
    await expect(app.openedRow).toHaveAttribute('aria-rowindex', '5')
  })

  test(`at ${size.width} by ${size.height} pixels the links of the strip open from the query bar`, async ({
    app,
    cluster,
    page,
  }) => {
    cluster.receiveDemo(20)
    await page.setViewportSize(size)
    await page.goto(cluster.url)
    await app.expectPreloaded()
    const menu = app.queryBar.getByRole('button', { name: /^What deserves attention: \d+ denied, / })
    await expect(menu).toBeInViewport({ ratio: 1 })
    await menu.focus()
    await page.keyboard.press('Enter')
    const links = page.getByRole('list', { name: 'Summary' }).getByRole('button')
    await expect(links.first()).toBeFocused()
    for (const link of await links.all()) await expect(link).toBeInViewport({ ratio: 1 })
    await expectTargetSizes(page)
    await page.keyboard.press('Enter')
    await expect(page).toHaveURL(/q=action\+%3D\+Deny/)
    await expect(menu).toBeFocused()
  })
}

test('on a phone the rows begin in the upper quarter, and the screens are at the foot', async ({
  app,
  cluster,
  page,
}) => {
  cluster.receiveDemo(20)
  await page.setViewportSize({ width: 390, height: 844 })
  await page.goto(cluster.url)
  await app.expectPreloaded()
  await expect
    .poll(async () => Math.round((await app.rows().first().boundingBox())?.y ?? 0))
    .toBeLessThanOrEqual(200)
  const screens = await page.getByRole('navigation', { name: 'Screens' }).boundingBox()
  expect((screens?.y ?? 0) + (screens?.height ?? 0)).toBe(844)
  await app.expectNoSidewaysScroll()
  await expectTargetSizes(page)
})

test('F6 goes through the parts, Tab first skips to the list, Escape goes one step back', async ({
  app,
  cluster,
  page,
}) => {
  cluster.receiveDemo(20)
  await page.goto(cluster.url)
  await app.expectPreloaded()
  await app.expectShortcuts()
  await app.expectFacets()
  const partWithFocus = () =>
    page.evaluate(() => document.activeElement?.closest('[data-part]')?.getAttribute('data-part') ?? null)

  await page.keyboard.press('Tab')
  await expect(page.getByRole('link', { name: 'Skip to the list' })).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(app.table).toBeFocused()
  await page.keyboard.press('j')
  await page.keyboard.press('Enter')
  await expect(app.inspector).toBeVisible()

  for (const part of ['answer', 'query', 'timeline', 'facets', 'list']) {
    await page.keyboard.press('F6')
    await expect.poll(partWithFocus).toBe(part)
  }
  await page.keyboard.press('Shift+F6')
  await expect.poll(partWithFocus).toBe('facets')

  await test.step('the facets are one stop, with arrows inside', async () => {
    const focused = () => page.evaluate(() => document.activeElement?.outerHTML)
    const first = await focused()
    await page.keyboard.press('ArrowDown')
    await expect.poll(focused).not.toBe(first)
    expect(await partWithFocus()).toBe('facets')
    await expect(app.footer).toContainText('filter by the value')
    await page.keyboard.press('Tab')
    await expect.poll(partWithFocus).toBe('tools')
  })
  await test.step('from the query Escape goes to the list', async () => {
    await page.keyboard.press('/')
    await expect(app.query).toBeFocused()
    await page.keyboard.press('Escape')
    await expect(app.table).toBeFocused()
  })
})

for (const size of [
  { width: 1440, height: 900 },
  { width: 768, height: 900 },
]) {
  test(`every target has 24 pixels at ${size.width}`, async ({ app, cluster, page }) => {
    cluster.receiveDemo(20)
    await page.setViewportSize(size)
    await page.goto(cluster.url)
    await app.expectPreloaded()
    await expect(app.rows().first()).toBeVisible()
    await expectTargetSizes(page)
    await app.rows().first().click()
    await expect(app.trace).toBeVisible()
    await expectTargetSizes(page)
  })
}

test('forced colours show the selected tab, the screen and the open row by a border', async ({
  app,
  cluster,
  page,
}) => {
  cluster.receiveDemo(20)
  await page.emulateMedia({ forcedColors: 'active' })
  await page.goto(cluster.url)
  await app.expectPreloaded()
  await app.rows().first().click()
  await expect(app.openedRow).toHaveCSS('outline-style', 'solid')
  const tab = page.getByRole('tab', { selected: true }).first()
  const other = page.getByRole('tab', { selected: false }).first()
  const edgeOf = (locator: typeof tab) =>
    locator.evaluate((element) => getComputedStyle(element).borderBottomColor)
  expect(await edgeOf(tab)).not.toBe(await edgeOf(other))
  const screen = page.getByRole('navigation', { name: 'Screens' }).getByRole('link', { name: 'Flows' })
  await expect(screen).toHaveCSS('outline-style', 'solid')
  const strip = page.getByRole('list', { name: 'Summary' }).getByRole('button').first()
  await strip.click()
  await expect(strip).toHaveAttribute('aria-pressed', 'true')
  await expect(strip).toHaveCSS('outline-style', 'solid')
  await app.table.focus()
  for (const key of ['j', 'ArrowRight']) await page.keyboard.press(key)
  await expect(app.table).toHaveAttribute('aria-activedescendant', /^flow-\d+-./)
  const cell = await app.table.getAttribute('aria-activedescendant')
  await expect(page.locator(`[id="${cell}"]`)).toHaveCSS('outline-style', 'solid')
  await page.keyboard.press('Control+k')
  await expect(app.palette.locator('[data-highlighted]')).toHaveCSS('outline-style', 'solid')
})

test('axe finds nothing serious in the menus, in the panel of the time range, and with a lost connection', async ({
  app,
  cluster,
  page,
}) => {
  cluster.receiveDemo(8)
  await page.emulateMedia({ reducedMotion: 'reduce' })
  await page.goto(cluster.url)
  await app.expectPreloaded()
  await expect(app.rows().first()).toBeVisible()
  const menu = page.getByRole('menu')
  await test.step('the menu of the source', async () => {
    await page.getByRole('button', { name: 'test cluster', exact: true }).click()
    await expect(menu).toBeVisible()
    await expectNoSeriousInBothThemes(page, '[role=menu]')
    await page.keyboard.press('Escape')
    await expect(menu).toBeHidden()
  })
  await test.step('the menu of a cell', async () => {
    await app.rows().first().getByRole('gridcell').nth(1).click({ button: 'right' })
    await expect(menu).toBeVisible()
    await expectNoSeriousInBothThemes(page, '[role=menu]')
    await page.keyboard.press('Escape')
    await expect(menu).toBeHidden()
  })
  await test.step('the panel of the time range', async () => {
    await app.openTimePanel()
    await expectNoSeriousInBothThemes(page, '[role=dialog]')
    await page.keyboard.press('Escape')
    await expect(app.timePanel).toBeHidden()
  })
  await test.step('a lost connection', async () => {
    await cluster.stopGateway()
    await expect(page.getByRole('alert').first()).toBeVisible()
    await expectNoSeriousInBothThemes(page)
  })
})
