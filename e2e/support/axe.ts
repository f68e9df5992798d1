import { AxeBuilder } from '@axe-core/playwright'
import { expect, type Page } from '@playwright/test'

/** Expects axe to report no serious or critical violation; `within` is a selector of the part that is checked. */
export async function expectNoSerious(page: Page, within = 'html'): Promise<void> {
  // Without the legacy mode each run opens a page of its own to put the results of frames together, of which there are none,
  // and takes three times the processor time.
  expect(page.frames(), 'frames of the page').toHaveLength(1)
  const { violations } = await new AxeBuilder({ page })
    .setLegacyMode()
    .options({ resultTypes: ['violations'] })
    .include(within)
    .analyze()
  const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')
  expect(serious.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join('\n')}`)).toEqual([])
}
