import AxeBuilder from '@axe-core/playwright'
import type { Page } from '@playwright/test'

import { expect, test } from './support/test.ts'

for (const theme of ['light', 'dark'] as const) {
  test(`axe finds nothing serious on the main screen, ${theme}`, async ({ screen, cluster, page }) => {
    cluster.receiveDemo(20)
    await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' })
    await page.goto(cluster.url)
    await screen.openRow({ verdict: 'Deny', source: 'default/test' })
    await expect(screen.trace).toBeVisible()
    await expectNoSerious(page)

    await screen.filter.getByRole('button', { name: 'Policy' }).click()
    await expect(page.getByRole('dialog').getByRole('listitem').first()).toBeVisible()
    await expectNoSerious(page)
  })
}

async function expectNoSerious(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze()
  const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')
  expect(serious.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join('\n')}`)).toEqual([])
}
