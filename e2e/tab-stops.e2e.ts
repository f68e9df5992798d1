/** Each part of the screen is one stop of Tab, with the arrow keys inside; and the keys of a part do what they say. */
import type { Page } from '@playwright/test'

import type { Screen } from './support/screen.ts'
import { expect, test } from './support/test.ts'

/** The part that has the focus: of the frame, the footer, or the link that skips to the list. */
function focusedPart(page: Page): Promise<string> {
  return page.evaluate(() => {
    const focused = document.activeElement
    if (focused === null || focused === document.body) return 'none'
    const part = focused.closest<HTMLElement>('[data-part]')?.dataset['part']
    return part ?? (focused.closest('footer') === null ? (focused.textContent ?? '') : 'footer')
  })
}

/** The parts that Tab stops at, from the top of the page to its end. */
async function tabStops(page: Page): Promise<readonly string[]> {
  const stops: string[] = []
  for (let i = 0; i < 30; i++) {
    await page.keyboard.press('Tab')
    const part = await focusedPart(page)
    if (part === 'none') break
    stops.push(part)
  }
  return stops
}

/** What has the focus, by its name. */
function focusedName(page: Page): Promise<string> {
  return page.evaluate(() => {
    const focused = document.activeElement
    return focused?.getAttribute('aria-label') ?? focused?.textContent ?? ''
  })
}

async function openDenial({ page, app }: { page: Page; app: Screen }): Promise<void> {
  await app.table.focus()
  await page.keyboard.press('j')
  await page.keyboard.press('Enter')
  await expect(app.trace).toBeVisible()
}

test.beforeEach(async ({ app, cluster, page }) => {
  cluster.receiveDemo(20)
  await page.goto(cluster.url)
  await app.expectPreloaded()
  await app.expectShortcuts()
  await expect(app.rows().first()).toBeVisible()
  await expect(page.getByRole('list', { name: 'Summary' })).toBeVisible()
  await app.expectFacets()
})

const CLOSED = [
  'Skip to the list',
  'top',
  'query',
  'timeline',
  'strip',
  'facets',
  'tools',
  'list',
  'footer',
] as const

test('each part is one stop of Tab', async ({ page }) => {
  expect(await tabStops(page)).toEqual(CLOSED)
})

test('the answer is one stop more, which begins at its headline', async ({ app, page }) => {
  await openDenial({ app, page })
  await page.keyboard.press('Tab')
  await expect(app.inspector.getByRole('heading', { level: 2 })).toBeFocused()
  await page.keyboard.press('Tab')
  expect(await focusedPart(page)).toBe('footer')
  await page.keyboard.press('Shift+Tab')
  await page.keyboard.press('Shift+Tab')
  await expect(app.table).toBeFocused()
})

test('arrow keys go through a part, and Tab leaves it from anywhere', async ({ app, page }) => {
  const press = async (...keys: string[]) => {
    for (const key of keys) await page.keyboard.press(key)
    return focusedName(page)
  }
  await test.step('the query leaves its text at the ends, and shows the chips then', async () => {
    await press('/')
    await page.keyboard.type('action = deny')
    await press('Enter')
    await expect(app.clauses).toHaveCount(1)
    expect(await press('ArrowRight')).toBe('Hide noise')
    expect(await press('ArrowLeft', 'ArrowLeft')).toBe('Query')
    await press('Home', 'ArrowLeft')
    await expect(page.getByRole('button', { name: 'Clear', exact: true })).toBeFocused()
    expect(await press('Home')).toContain('action')
    await press('Delete')
    await expect(app.clauses).toHaveCount(0)
    await expect(app.query).toBeFocused()
    await press('Tab')
    expect(await focusedPart(page)).toBe('timeline')
  })
  await test.step('the timeline has the arrow keys for its bars, and below them what bars show', async () => {
    expect(await press('ArrowDown')).toBe('Bars show')
    expect(await press('ArrowLeft')).toBe('Time range')
  })
  await test.step('the bar of the list goes from the tabs to the tools', async () => {
    await page.getByRole('tab', { name: /^Grouped/ }).focus()
    await press('ArrowRight', 'ArrowRight')
    await expect(page.getByRole('tab', { name: /^Every 15 s/ })).toHaveAttribute('aria-selected', 'true')
    expect(await press('ArrowRight')).toBe('Order of the rows')
    const order = page.getByRole('combobox', { name: 'Order of the rows' })
    const before = await order.inputValue()
    expect(await press('ArrowRight', 'ArrowLeft')).toBe('Order of the rows')
    await expect(order).toHaveValue(before)
    await press('Tab')
    await expect(app.table).toBeFocused()
  })
  await test.step('the headings are above the first row', async () => {
    expect(await press('ArrowUp', 'ArrowRight')).toBe('Source')
    await press('ArrowDown')
    await expect(app.table).toBeFocused()
  })
})

test('the keys of the open row copy its link and its Markdown, and unfold the answer', async ({
  app,
  context,
  page,
}) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  await openDenial({ app, page })
  await page.keyboard.press('y')
  await expect(app.footer).toContainText('Link copied')
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(page.url())
  await page.keyboard.press('Shift+Y')
  await expect(app.footer).toContainText('Copied as Markdown')
  expect(await page.evaluate(() => navigator.clipboard.readText())).toMatch(/^### \*\*Denied leaving:\*\*/)

  await page.keyboard.press('i')
  await expect(app.footer).toContainText('unfold')
  for (const title of ['Labels', 'Counters', 'Changes', 'What cannot', 'Raw']) {
    const fold = app.inspector.getByRole('button', { name: new RegExp(`^${title}`) })
    await page.keyboard.press(String(await fold.getAttribute('aria-keyshortcuts')))
    await expect(fold).toHaveAttribute('aria-expanded', 'true')
  }
  await page.keyboard.press('Escape')
  await expect(app.table).toBeFocused()
})
