/** A window that is resized or zoomed across a width or a height at which other elements are drawn. */
import type { Locator, Page } from '@playwright/test'

import { expect, test } from './support/test.ts'

test.beforeEach(async ({ app, cluster, page }) => {
  cluster.receiveDemo(20)
  await page.goto(cluster.url)
  await app.expectPreloaded()
  await app.expectShortcuts()
  await expect(app.rows().first()).toBeVisible()
  await expect(page.getByRole('list', { name: 'Summary' })).toBeVisible()
})

const resize = (page: Page, width: number, height = 900): Promise<void> =>
  page.setViewportSize({ width, height })

const facets = (page: Page) => page.getByRole('complementary', { name: 'Facets' })
const valueIn = (place: Locator) =>
  place.getByRole('group', { name: 'Destination namespace' }).getByRole('button', { name: /^backend, / })
const facetsButton = (page: Page) => page.getByRole('button', { name: 'Facets', exact: true })

test('the focus stays on the link of a screen', async ({ page }) => {
  const link = page.getByRole('navigation', { name: 'Screens' }).getByRole('link', { name: 'Compare' })
  await link.focus()
  for (const width of [639, 640]) {
    await resize(page, width)
    await expect(link).toBeFocused()
  }
})

test('the focus goes from the facets to their button, and from there into them', async ({ app, page }) => {
  const value = valueIn(facets(page))
  // A column has the name of the second one.
  for (const control of [value, facets(page).getByRole('button', { name: 'Verdict' })]) {
    await resize(page, 900)
    await control.focus()
    await resize(page, 899)
    await expect(facetsButton(page)).toBeFocused()
  }
  await page.keyboard.press('Enter')
  const panel = page.getByRole('dialog', { name: 'Facets' })
  await valueIn(panel).focus()
  await resize(page, 900)
  await expect(value).toBeFocused()

  await test.step('also where the answer takes their place', async () => {
    await app.rows().first().click()
    await expect(app.inspector).toBeVisible()
    await resize(page, 1280)
    const hide = page.getByRole('button', { name: 'Hide the facets' })
    const show = page.getByRole('button', { name: 'Show the facets' })
    for (const control of [value, hide]) {
      await control.focus()
      await resize(page, 1279)
      await expect(show).toBeFocused()
      await resize(page, 1280)
      await expect(hide).toBeFocused()
    }
  })
})

test('the focus goes from the strip into the menu of a low window, and back', async ({ page }) => {
  await page.getByRole('button', { name: 'mark as seen' }).focus()
  await resize(page, 1440, 619)
  await expect(page.getByRole('button', { name: /^What deserves attention: / })).toBeFocused()
  await resize(page, 1440, 620)
  const strip = page.getByRole('region', { name: 'What deserves attention' })
  await expect(strip.locator(':focus')).toHaveCount(1)
})

test('what was opened in the facets is open at every width', async ({ page }) => {
  const port = facets(page).getByRole('group', { name: 'Port' })
  await facets(page).getByRole('button', { name: 'Tier' }).click()
  await port.getByRole('button', { name: /more$/ }).click()
  await port.getByRole('searchbox').fill('44')
  await resize(page, 899)
  await facetsButton(page).click()
  const panel = page.getByRole('dialog', { name: 'Facets' })
  await expect(panel.getByRole('button', { name: 'Tier' })).toHaveAttribute('aria-expanded', 'true')
  await expect(panel.getByRole('searchbox', { name: 'Search port' })).toHaveValue('44')
  await panel.getByRole('button', { name: 'Tier' }).click()
  await resize(page, 900)
  await expect(facets(page).getByRole('button', { name: 'Tier' })).toHaveAttribute('aria-expanded', 'false')
  await expect(port.getByRole('searchbox')).toHaveValue('44')
})
