import type { Locator, Page } from '@playwright/test'

import { buildEndOfTier, buildFlow, buildHit } from '../src/flows/testing/build.ts'
import { expectNoSerious, expectNoSeriousInBothThemes } from './support/axe.ts'
import type { Screen } from './support/screen.ts'
import { expect, test } from './support/test.ts'

const DENIED = '?q=action+%3D+Deny'

/** Expects a box to lie inside the viewport as a whole, with nothing scrolled. */
async function expectWholeInView(page: Page, part: Locator): Promise<void> {
  const viewport = page.viewportSize() ?? { width: 0, height: 0 }
  await expect
    .poll(async () => {
      const box = await part.boundingBox()
      if (box === null) return 'not on the screen'
      const isInside =
        box.x >= 0 &&
        box.y >= 0 &&
        box.x + box.width <= viewport.width &&
        box.y + box.height <= viewport.height
      return isInside ? 'inside' : JSON.stringify(box)
    })
    .toBe('inside')
}

/** The row of the demo's story: default/test was denied on its way to the api of backend. */
function story(app: Screen): Locator {
  return app
    .rows()
    .filter({ hasText: /default\/\s*test.*api/s })
    .first()
}

/** Opens the next row by keyboard. */
async function openNext(app: Screen, page: Page, rowIndex: number): Promise<void> {
  await page.keyboard.press('j')
  await page.keyboard.press('Enter')
  await expect(app.openedRow).toHaveAttribute('aria-rowindex', String(rowIndex))
}

test.describe('the answer to a denial of the demo', () => {
  test.beforeEach(async ({ app, cluster, page }) => {
    // 22 minutes: the demo's scan comes every 20, and its ports belong to the story's group.
    cluster.receiveDemo(88)
    await page.goto(`${cluster.url}${DENIED}`)
    // The order of the rows is set when all of them are there.
    await app.expectRecords(cluster.backFilled)
    await expect(app.rows().first()).toBeVisible()
    await app.expectShortcuts()
  })

  test('stands whole on the first screen, opened by one click', async ({ app, page }) => {
    await story(app).click()
    await expect(app.inspector.getByRole('heading', { level: 2 })).toContainText(
      'default/test could not open tcp 80',
    )
    await expectWholeInView(page, app.trace)
    await expectWholeInView(page, app.inspector.getByRole('region', { name: 'What would allow it' }))
    await expectWholeInView(page, app.inspector.getByRole('group', { name: 'Raw record' }))
    await expect(app.inspector.getByRole('region', { name: 'What would allow it' })).toContainText(
      /^What would allow itTo allow it: an egress rule on default\/test/,
    )
    expect(await app.inspector.evaluate((panel) => panel.scrollHeight - panel.clientHeight)).toBe(0)
    await expectNoSerious(page, 'aside[aria-label=Flow]')
  })

  test('shows the trace in view for every denied row, by keyboard alone', async ({ app, page }) => {
    const rows = Number(await app.table.getAttribute('aria-rowcount'))
    expect(rows).toBeGreaterThan(8)
    for (let rowIndex = 2; rowIndex <= rows; rowIndex++) {
      await openNext(app, page, rowIndex)
      await expect(app.inspector.getByText('Looking for the other end’s record…')).toBeHidden()
      await expectWholeInView(page, app.trace)
    }
  })

  test('takes the focus by Enter or i, unfolds by number, scrolls by Space, and gives the focus back', async ({
    app,
    page,
  }) => {
    await openNext(app, page, 2)
    const headline = app.inspector.getByRole('heading', { level: 2 })
    await expect(headline).toBeVisible()
    await page.keyboard.press('Enter')
    await expect(headline).toBeFocused()
    for (const digit of ['1', '2', '3', '4', '5']) await page.keyboard.press(digit)
    await expect(app.inspector.getByRole('button', { expanded: true })).toHaveCount(5)
    const scrolled = () => app.inspector.evaluate((panel) => panel.scrollTop)
    await expect.poll(scrolled).toBeGreaterThan(0)
    const before = await scrolled()
    await page.keyboard.press('Shift+Space')
    await expect.poll(scrolled).toBeLessThan(before)
    await page.keyboard.press('Escape')
    await expect(app.table).toBeFocused()
    await expect(app.inspector).toBeVisible()
    await page.keyboard.press('i')
    await expect(headline).toBeFocused()
    await page.keyboard.press('Escape')
    await page.keyboard.press('Escape')
    await expect(app.inspector).toBeHidden()
  })

  test('opens another port of the group in its place', async ({ app, page }) => {
    await story(app).click()
    const ports = app.inspector.getByRole('list', { name: 'Ports' })
    await expect(ports.getByRole('button', { pressed: true })).toHaveText(/^tcp 80/)
    await ports.getByRole('button', { expanded: false }).last().click()
    await page
      .getByRole('menu', { name: 'Other ports' })
      .getByRole('menuitem', { name: /^icmp:/ })
      .click()
    await expect(app.inspector.getByRole('heading', { level: 2 })).toContainText('icmp')
    await expect(ports.getByRole('button', { pressed: true })).toHaveText(/^icmp/)
  })

  test('is read in order by a screen reader: headings, a path in words, names of buttons', async ({
    app,
  }) => {
    await app.rows().first().click()
    await expect(app.inspector.getByRole('heading')).toHaveText([
      /^Denied leaving/,
      'Path',
      'What decided, in order',
      'What would allow it',
      /^Labels and service/,
      /^Counters/,
      /^Changes over time/,
      /^What cannot be told/,
      /^Raw record/,
    ])
    const path = app.inspector.getByRole('region', { name: 'Path' })
    await expect(path).toContainText('Leaving the source: Denied here.')
    await expect(path).toContainText('default-deny selects it, and no rule allowed it in tier default')
    await expect(path).toContainText('Entering the destination: Never reached.')
    await expect(path).toContainText('inferred')
    for (const name of ['Copy as text', 'Copy link', 'Close', 'Only this', 'Copy as Markdown'])
      await expect(app.inspector.getByRole('button', { name, exact: true })).toBeVisible()
  })
})

test('why two names are named is told when asked', async ({ app, cluster, page }) => {
  const policies = {
    enforced: [buildEndOfTier('default-deny')],
    pending: [buildEndOfTier('01-dns-clients-egress')],
  }
  cluster.receive(buildFlow({ action: 'Deny', policies }), 2)
  await page.goto(cluster.url)
  await app.rows().first().click()
  await expect(app.inspector).toContainText('same with staged policies')
  await expect(app.inspector).not.toContainText('01-dns-clients-egress')
  await app.inspector.getByRole('button', { name: 'Why two names?' }).click()
  await expect(app.inspector).toContainText('the policy named differs (01-dns-clients-egress)')
})

test('the width is moved by key and by pointer, within limits, and remembered', async ({
  app,
  cluster,
  page,
}) => {
  cluster.receive(buildFlow(), 2)
  await page.goto(cluster.url)
  await app.rows().first().click()
  const width = async () => (await app.inspector.boundingBox())?.width
  await expect.poll(width).toBe(440)
  const handle = page.getByRole('separator', { name: 'Width of the answer' })
  await handle.focus()
  await page.keyboard.press('ArrowLeft')
  await expect.poll(width).toBe(460)
  await page.keyboard.press('End')
  await expect.poll(width).toBe(560)
  await page.reload()
  await expect.poll(width).toBe(560)
  const box = await handle.boundingBox()
  if (box === null) throw new Error('the handle is on the screen')
  await page.mouse.move(box.x + box.width / 2, box.y + 200)
  await page.mouse.down()
  await page.mouse.move(box.x + 400, box.y + 200, { steps: 4 })
  await page.mouse.up()
  await expect.poll(width).toBe(420)
})

const LOCK = buildHit({ kind: 'StagedGlobalNetworkPolicy', name: 'lock', action: 'Deny' })
const STATES = [
  {
    state: 'pending differs',
    flow: buildFlow({ policies: { enforced: [buildHit()], pending: [LOCK] } }),
    says: 'To keep it under the staged policies: an egress rule on frontend/web before rule 1 of StagedGlobalNetworkPolicy lock',
  },
  {
    state: 'the trace contradicts',
    flow: buildFlow({ action: 'Deny', policies: { enforced: [buildHit()], pending: [] } }),
    says: 'What would allow it cannot be said: the last enforced hit says Allow, the record itself Deny.',
  },
  {
    state: 'the ends are unknown',
    flow: buildFlow({ reporter: 'ReporterUnspecified', action: 'Deny' }),
    says: 'What would allow it cannot be said: the record does not say which end decided.',
  },
] as const
for (const { state, flow, says } of STATES) {
  test(`where ${state}: says so, and axe finds nothing serious`, async ({ app, cluster, page }) => {
    cluster.receive(flow, 2)
    await page.emulateMedia({ reducedMotion: 'reduce' })
    await page.goto(cluster.url)
    await app.rows().first().click()
    await expect(app.inspector).toContainText(says)
    await page.keyboard.press('i')
    for (const digit of ['1', '2', '3', '4', '5']) await page.keyboard.press(digit)
    await expectNoSeriousInBothThemes(page, 'aside[aria-label=Flow]')
  })
}
