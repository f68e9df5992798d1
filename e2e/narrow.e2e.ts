import { expectNoSerious } from './support/axe.ts'
import { expect, test } from './support/test.ts'

/** 320 by 256 is what is left of 1280 by 1024 at 400 % zoom. */
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
    await app.expectComplete()
    await expect(app.rows().first()).toBeVisible()
    await app.expectNoSidewaysScroll()

    await test.step('a row opens over the screen, and closes', async () => {
      await app.rows().first().click()
      await expect(app.inspector.getByRole('heading').first()).toBeInViewport()
      await app.expectNoSidewaysScroll()
      await app.inspector.evaluate((panel) => panel.scrollTo({ top: panel.scrollHeight }))
      await app.inspector.getByRole('button', { name: 'Close', exact: true }).click()
      await expect(app.inspector).toBeHidden()
    })

    await test.step('every command is in reach of a finger', async () => {
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
