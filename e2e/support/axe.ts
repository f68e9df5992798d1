import { AxeBuilder } from '@axe-core/playwright'
import { expect, type Page } from '@playwright/test'

/** Expects axe to report no serious or critical violation; `within` is a selector of the part that is checked. */
export async function expectNoSerious(page: Page, within = 'html'): Promise<void> {
  expect(await seriousIn(page, within), 'serious violations').toEqual([])
}

/**
 * As {@link expectNoSerious}, in the light theme and then in the dark one. Loading the page anew for each would take longer
 * than the checks. The dark theme stays.
 */
export async function expectNoSeriousInBothThemes(page: Page, within = 'html'): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    await expect(page.locator('html')).toHaveAttribute('data-theme', colorScheme)
    await expectNoTransition(page)
    expect(await seriousIn(page, within), `serious violations in the ${colorScheme} theme`).toEqual([])
  }
}

/** A colour that changes over time is not yet what the reader sees; what one element inherits starts the next one's change. */
async function expectNoTransition(page: Page): Promise<void> {
  await expect
    .poll(() =>
      page.evaluate(async () => {
        await new Promise((resolve) => {
          requestAnimationFrame(() => requestAnimationFrame(resolve))
        })
        return document.getAnimations().filter((animation) => animation instanceof CSSTransition).length
      }),
    )
    .toBe(0)
}

async function seriousIn(page: Page, within: string): Promise<readonly string[]> {
  // Without the legacy mode each run opens a page of its own to put the results of frames together, of which there are none,
  // and takes three times the processor time.
  expect(page.frames(), 'frames of the page').toHaveLength(1)
  const { violations } = await new AxeBuilder({ page })
    .setLegacyMode()
    .options({ resultTypes: ['violations'] })
    .include(within)
    .analyze()
  const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')
  return serious.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join('\n')}`)
}
