/** The strip's links, the timeline's values, selection and zoom, and facets that stay where they are. */
import type { Locator } from '@playwright/test'

import { buildFlow } from '../src/flows/testing/build.ts'
import { expect, test } from './support/test.ts'

/** Where the elements are. */
function placesOf(elements: Locator): Promise<readonly (readonly number[])[]> {
  return elements.evaluateAll((all) =>
    all.map((element) => {
      const { x, y, height } = element.getBoundingClientRect()
      return [x, y, height]
    }),
  )
}

/** The width of the first bar and its distance to the next one, in pixels. */
async function barWidths(timeline: Locator): Promise<readonly [width: number, step: number]> {
  const bars = timeline.locator('[data-bars=allowed]')
  const [, first, width, second] =
    /^M(\d+) \d+h(\d+)v\d+h-\d+zM(\d+) /.exec((await bars.getAttribute('d')) ?? '') ?? []
  return [Number(width), Number(second) - Number(first)]
}

/** Expects so many bars of allowed records: they are drawn after the records are counted. */
async function expectBars(timeline: Locator, count: number): Promise<void> {
  await expect
    .poll(async () => (await timeline.locator('[data-bars=allowed]').getAttribute('d'))?.match(/M/g)?.length)
    .toBe(count)
}

test.describe('the demo', () => {
  test.beforeEach(async ({ app, cluster, page }) => {
    cluster.receiveDemo(240)
    await page.goto(cluster.url)
    await app.expectCounted(cluster.backFilled)
    await app.expectFacets()
    await expect(page.getByRole('list', { name: 'Summary' })).toBeVisible()
  })

  test('the links of the strip filter, and take their condition out again', async ({ page }) => {
    const pairs = page.getByRole('button', { name: /denied pairs?$/ })
    await expect(page.getByText('new: first seen in the last 5 minutes')).toBeVisible()
    await pairs.click()
    await expect(page).toHaveURL(/q=action\+%3D\+Deny/)
    await expect(pairs).toHaveAttribute('aria-pressed', 'true')
    await pairs.click()
    await expect(page).not.toHaveURL(/q=/)
    await page.getByRole('button', { name: /would be allowed/ }).click()
    await expect(page).toHaveURL(/q=action\+%3D\+Deny\+and\+pending\+%3D\+Allow/)
    await page.goBack()
    await page.getByRole('button', { name: /possible scans?/ }).click()
    await expect(page).toHaveURL(/src\.ns\+%3D\+default\+and\+src\.name\+%3D\+test/)
  })

  test('the timeline tells its values to the pointer and to the keys', async ({ app, page }) => {
    await app.timeRange.hover()
    await expect(app.timeline).toContainText(/\d\d:\d\d:\d\d\d+ allowed, \d+ denied/)
    await expect(app.timeline).toContainText(/^\d+.*in 15 s/)
    await page.mouse.move(0, 0)
    await app.timeRange.focus()
    await page.keyboard.press('ArrowLeft')
    await expect(app.timeRange).toHaveAttribute('aria-valuetext', /^\d\d:\d\d:\d\d \d+ allowed, \d+ denied$/)
  })

  test('a range is dragged by its ends and as a whole, by the keys, and cleared', async ({ app, page }) => {
    const rangeIn = async () => {
      await expect(page).toHaveURL(/time=\d+-\d+/)
      const [from = '', to = ''] = (new URL(page.url()).searchParams.get('time') ?? '').split('-')
      return [Number(from), Number(to)] as const
    }
    await app.brush(0.2, 0.4)
    const [from, to] = await rangeIn()
    await app.brush(0.4, 0.5)
    await expect.poll(async () => (await rangeIn())[1]).toBeGreaterThan(to)
    const [, wider] = await rangeIn()
    expect((await rangeIn())[0]).toBe(from)
    await app.brush(0.3, 0.35)
    await expect.poll(async () => (await rangeIn())[0]).toBeGreaterThan(from)
    const [moved, end] = await rangeIn()
    expect(end - moved).toBe(wider - from)

    await app.timeRange.focus()
    await page.keyboard.press('Shift+ArrowRight')
    await expect.poll(rangeIn).toEqual([moved, end + 15])
    await app.timeline.getByRole('button', { name: /^show / }).click()
    await expect(page).not.toHaveURL(/time=/)
  })

  test('plus and Ctrl with the wheel zoom, and the way back shows everything', async ({ app, page }) => {
    const [, step] = await barWidths(app.timeline)
    await app.timeRange.focus()
    await page.keyboard.press('+')
    await expect.poll(async () => (await barWidths(app.timeline))[1]).toBeGreaterThan(step)
    await app.timeline.getByRole('button', { name: /^show / }).click()
    await expect.poll(async () => (await barWidths(app.timeline))[1]).toBe(step)
    await app.timeRange.hover()
    await page.keyboard.down('Control')
    await page.mouse.wheel(0, -100)
    await page.keyboard.up('Control')
    await expect.poll(async () => (await barWidths(app.timeline))[1]).toBeGreaterThan(step)
    // Zooming changes what is drawn, and not what is shown.
    await expect(page).not.toHaveURL(/time=/)
  })

  test('no value of a facet moves when one is clicked, and while a row is open', async ({ app, page }) => {
    const items = page.getByRole('complementary', { name: 'Facets' }).getByRole('listitem')
    const namespaces = app.facet('Source namespace')
    const names = () => namespaces.getByRole('listitem').locator('code').allInnerTexts()
    const places = await placesOf(items)
    const order = await names()
    expect(places.length).toBeGreaterThan(10)
    await namespaces.getByRole('button', { name: /^backend, / }).click()
    await expect(page).toHaveURL(/src\.ns\+%3D\+backend/)
    await app.facet('Destination namespace').locator('[data-pale=true]').first().waitFor()
    expect(await placesOf(items)).toEqual(places)
    expect(await names()).toEqual(order)
    await app
      .facet('Verdict')
      .getByRole('button', { name: /^Denied leaving, / })
      .click()
    await expect(page).toHaveURL(/reporter\+%3D\+source/)
    await expect(app.rows().first()).toBeVisible()
    expect(await placesOf(items)).toEqual(places)
    await app.rows().first().click()
    await expect(app.inspector).toBeVisible()
    expect(await placesOf(items)).toEqual(places)
  })

  test('only and without stand in a place of their own', async ({ app, page }) => {
    const value = app.facet('Source namespace').getByRole('listitem').filter({ hasText: 'backend' })
    await value.hover()
    await value.getByRole('button', { name: 'Without backend' }).click()
    await expect(page).toHaveURL(/src\.ns\+%21%3D\+backend/)
    const [name, word] = await Promise.all(
      [value.locator('code'), value.getByRole('button', { name: 'Only backend' })].map((each) =>
        each.boundingBox(),
      ),
    )
    expect((name?.x ?? 0) + (name?.width ?? 0)).toBeLessThanOrEqual(word?.x ?? 0)
  })
})

test('the bars keep their width and their place while records arrive', async ({ app, cluster, page }) => {
  for (let ago = 47; ago >= 2; ago--) cluster.receive(buildFlow(), ago)
  cluster.receive(buildFlow())
  await page.goto(cluster.url)
  await app.expectRecords(46)
  await expectBars(app.timeline, 46)
  const before = await barWidths(app.timeline)
  expect(before[1]).toBe(before[0] + 1)
  cluster.advance(2)
  await app.expectRecords(47)
  await expectBars(app.timeline, 47)
  expect(await barWidths(app.timeline)).toEqual(before)
})
