/** Names and words that tell rows apart are whole, and what gives way keeps its end. */
import type { Locator, Page } from '@playwright/test'

import type { Cluster } from './support/cluster.ts'
import type { Screen } from './support/screen.ts'
import { expect, test } from './support/test.ts'

async function openDemo(app: Screen, cluster: Cluster, page: Page): Promise<void> {
  // 25 minutes, because the demo's scan comes every 20.
  cluster.receiveDemo(100)
  await page.goto(cluster.url)
  await expect(app.source).toContainText('Live', { timeout: 60_000 })
  await app.expectRecords(cluster.backFilled)
  await expect(app.rows().first()).toBeVisible()
}

/** The texts in the element that its boxes cut, or end with an ellipsis. */
async function cutTexts(within: Locator): Promise<readonly string[]> {
  return within.evaluateAll((roots) =>
    roots
      .flatMap((root) => [root, ...root.querySelectorAll('*')])
      .filter(
        (element) =>
          // A box of one pixel holds a text for screen readers alone.
          element.clientWidth > 1 &&
          // Both are rounded, and not in the same way.
          element.scrollWidth > element.clientWidth + 1 &&
          getComputedStyle(element).overflowX !== 'visible',
      )
      .map((element) => element.textContent),
  )
}

/** Of each row its two ends and what decided, as shown and in full. */
async function namesOf(app: Screen) {
  return app.rows().evaluateAll((rows) =>
    rows.map((row) => {
      const cells = ['source', 'destination', 'decided'].map((column) =>
        row.querySelector(`[data-column=${column}]`),
      )
      const [source, destination, decided] = cells.map((cell) => cell?.textContent ?? '')
      return {
        workloads: cells.slice(0, 2).map((cell) => ({
          shown: cell?.textContent?.split('/').at(-1) ?? '',
          full: cell?.getAttribute('aria-label')?.split('/').at(-1) ?? '',
        })),
        policy: row.querySelector('[data-column=decided] code')?.textContent ?? '',
        shown: [source, destination, decided].join(' '),
        full: cells.map((cell) => cell?.getAttribute('aria-label')).join(' '),
      }
    }),
  )
}

test('beside an answer at 1440 pixels no name is cut that tells two rows apart', async ({
  app,
  cluster,
  page,
}) => {
  // So high that all groups of the demo are on the screen.
  await page.setViewportSize({ width: 1440, height: 4600 })
  await openDemo(app, cluster, page)
  await app.rows().first().click()
  await expect(app.inspector).toBeVisible()
  await expect(app.table).toHaveAttribute('data-layout', 'narrow')
  await expect(app.table.locator('[aria-busy=true]')).toHaveCount(0)

  const names = await namesOf(app)
  expect(names.length).toBeGreaterThan(60)
  const policies = new Set(names.map(({ policy }) => policy))
  expect(policies.size).toBeGreaterThan(10)
  for (const policy of policies) expect(policy).not.toContain('…')
  // The middle of a long workload may give way where no other workload begins and ends like it.
  const workloads = names.flatMap((row) => row.workloads)
  const known = Array.from(new Set(workloads.map((each) => each.full)))
  for (const { shown } of workloads) {
    const [head = '', tail = ''] = shown.split('…')
    if (shown.includes('…'))
      expect(known.filter((name) => name.startsWith(head) && name.endsWith(tail))).toHaveLength(1)
    else expect(known).toContain(shown)
  }
  const full = new Map(names.map((row) => [row.shown, row.full]))
  for (const row of names) expect(full.get(row.shown)).toBe(row.full)
  expect(await cutTexts(app.table.locator('[data-column=source],[data-column=destination]'))).toEqual([])
  expect(await cutTexts(app.table.locator('[data-column=decided]'))).toEqual([])
})

test('on a phone the reason gives way to the name of the policy', async ({ app, cluster, page }) => {
  await page.setViewportSize({ width: 390, height: 3000 })
  await openDemo(app, cluster, page)
  const decided = app.table.locator('[data-column=decided]')
  const denied = app.rows({ verdict: 'Deny' }).locator('[data-column=decided]')
  await expect(denied.filter({ hasText: /^default-denyno rule$/ }).first()).toBeVisible()
  await expect(
    denied.filter({ hasText: /^01-dns-clients-egressno rule( allowed it)?$/ }).first(),
  ).toBeVisible()
  expect(await cutTexts(decided)).toEqual([])
})

test('facets show verdicts and titles whole, and the end of each value', async ({ app, cluster, page }) => {
  await openDemo(app, cluster, page)
  const rail = page.getByRole('complementary', { name: 'Facets' })
  const values = app.facet('Decided by').getByRole('listitem')
  await expect(values.first()).toBeVisible()
  // Counts as after an hour in a large cluster: the words have to fit beside them.
  await app
    .facet('Verdict')
    .getByText(/^[0-9,]+$/)
    .evaluateAll((counts) => counts.forEach((count) => (count.textContent = '88,888')))
  expect(await cutTexts(app.facet('Verdict'))).toEqual([])
  expect(await cutTexts(rail.getByRole('heading'))).toEqual([])
  const long = values.filter({ hasText: '10-ingress-controller' })
  const end = long.getByText('ntroller', { exact: true })
  const [right, limit] = await Promise.all([
    end.evaluate((element) => element.getBoundingClientRect().right),
    long
      .getByRole('button')
      .first()
      .evaluate((button) => button.lastElementChild?.getBoundingClientRect().left),
  ])
  expect(right).toBeLessThanOrEqual(limit ?? 0)
  await expect(long.getByRole('button').first()).toHaveAttribute('title', /^10-ingress-controller\n/)
})

test('the bars show the source and its age at every width, and the hint ends before the button', async ({
  app,
  cluster,
  page,
}) => {
  await openDemo(app, cluster, page)
  for (const width of [1440, 1280, 768, 720, 390])
    await test.step(`${width} pixels`, async () => {
      await page.setViewportSize({ width, height: 844 })
      const age = page.getByRole('banner').getByText('behind').locator('xpath=ancestor::p')
      // What comes after the first rows may stand beside it for a moment.
      await expect.poll(() => cutTexts(age)).toEqual([])
      const hint = page.locator('.cm-placeholder')
      const button = page.getByRole('button', { name: 'Add a filter' })
      await expect(hint).toBeVisible()
      const [hintBox, buttonBox] = await Promise.all([hint.boundingBox(), button.boundingBox()])
      expect((hintBox?.x ?? 0) + (hintBox?.width ?? 0)).toBeLessThanOrEqual(buttonBox?.x ?? 0)
    })
})
