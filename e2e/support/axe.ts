import { readFile } from 'node:fs/promises'

import { expect, type Page } from '@playwright/test'
import type axe from 'axe-core'

/** Its script, which defines `axe` in the page. */
const SCRIPT = new URL('../../node_modules/axe-core/axe.min.js', import.meta.url)

/**
 * The rules of axe 4.13 that never find anything serious: axe gives whatever they find their own impact, minor or moderate.
 * They take a quarter of the time of a run.
 */
const NEVER_SERIOUS = [
  'aria-allowed-role',
  'aria-deprecated-role',
  'empty-heading',
  'empty-table-header',
  'focus-order-semantics',
  'form-field-multiple-labels',
  'heading-order',
  'hidden-content',
  'html-xml-lang-mismatch',
  'image-redundant-alt',
  'landmark-banner-is-top-level',
  'landmark-contentinfo-is-top-level',
  'landmark-main-is-top-level',
  'landmark-no-duplicate-banner',
  'landmark-no-duplicate-contentinfo',
  'landmark-no-duplicate-main',
  'landmark-one-main',
  'landmark-unique',
  'meta-viewport-large',
  'no-autoplay-audio',
  'page-has-heading-one',
  'presentation-role-conflict',
  'region',
  'scope-attr-valid',
  'server-side-image-map',
  'skip-link',
  'table-duplicate-name',
]

/** The rules that look at colours, which alone differ between the themes. */
const OF_COLOURS = ['color-contrast', 'link-in-text-block']

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
    const rules = colorScheme === 'dark' ? OF_COLOURS : undefined
    expect(await seriousIn(page, within, rules), `serious violations in the ${colorScheme} theme`).toEqual([])
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

/** `rules`: those that are run; without them all that may find something serious. */
async function seriousIn(page: Page, within: string, rules?: string[]): Promise<readonly string[]> {
  // It is run in the page alone, and would not see into frames.
  expect(page.frames(), 'frames of the page').toHaveLength(1)
  // Once in each document: to read the script takes as long as many of its checks.
  if (await page.evaluate(() => !('axe' in globalThis))) await page.evaluate(await readFile(SCRIPT, 'utf8'))
  const options: axe.RunOptions = {
    resultTypes: ['violations'],
    ...(rules === undefined
      ? { rules: Object.fromEntries(NEVER_SERIOUS.map((rule) => [rule, { enabled: false }])) }
      : { runOnly: { type: 'rule', values: rules } }),
  }
  return page.evaluate(
    async ({ within: selector, options: chosen }) => {
      // The script above defines it.
      const { violations } = await (globalThis as unknown as { axe: typeof axe }).axe.run(
        { include: [[selector]] },
        chosen,
      )
      const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')
      return serious.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join('\n')}`)
    },
    { within, options },
  )
}
