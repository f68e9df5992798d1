/** The time range: sliding or fixed, typed or dragged, in a link; and what is new since the reader marked it as seen. */
import type { Locator, Page } from '@playwright/test'

import { buildFlow } from '../src/flows/testing/build.ts'
import type { FlowKey } from '../src/flows/flow.ts'
import { expectNoSerious, expectNoSeriousInBothThemes } from './support/axe.ts'
import type { Cluster } from './support/cluster.ts'
import type { Screen } from './support/screen.ts'
import { expect, test } from './support/test.ts'

test.use({ timezoneId: 'Europe/Berlin' })

const denied = (destPort: number, key: Partial<FlowKey> = {}) =>
  buildFlow({ sourceName: 'test', sourceNamespace: 'default', action: 'Deny', destPort, ...key })

const TO_DB = { destName: 'db-0', destNamespace: 'db' }

/** What the strip says "new" means once the reader marked what was seen. */
const SINCE_MARKED = /^new: first seen since you marked at \d\d:\d\d$/

/** The strip's link to the groups of new denials. */
function newDenials(page: Page): Locator {
  return page.getByRole('button', { name: /^\d+ new denials?$/ })
}

function markedAsNew(app: Screen): Locator {
  return app.rows().filter({ has: app.page.getByText('new', { exact: true }).filter({ visible: true }) })
}

/** The time range in an address, in Unix seconds. */
function rangeIn(address: string): readonly [from: number, to: number] {
  const [, from = '', to = ''] = /^(\d+)-(\d+)$/.exec(new URL(address).searchParams.get('time') ?? '') ?? []
  return [Number(from), Number(to)]
}

function clipboard(page: Page): Promise<string> {
  return page.evaluate(() => navigator.clipboard.readText())
}

/** One record in each of the newest `buckets` buckets that a stream receives at once. */
function receiveSteadily(cluster: Cluster, buckets: number): void {
  for (let ago = buckets + 1; ago >= 2; ago--) cluster.receive(buildFlow(), ago)
}

test.describe('a sliding time range', () => {
  test('moves with the newest record, and names its start and end', async ({ app, cluster, page }) => {
    receiveSteadily(cluster, 40)
    cluster.receive(buildFlow())
    await page.goto(`${cluster.url}?rows=intervals`)
    await app.expectRecords(40)
    await app.chooseTime('Last 5 minutes')
    await expect(page).toHaveURL(/time=last-5m/)
    await app.expectCount('20 records')
    // The newest bucket in the stream is two buckets before the current one.
    const newest = cluster.bucket - 15
    await app.expectRange(newest - 300, newest)
    await expect(app.timeButton).toHaveText(/^last 5 min/)
    await expect(app.timeRange).toHaveAttribute('aria-valuetext', /^last 5 min, /)

    cluster.advance(2)
    await app.expectRecords(41)
    await app.expectRange(newest - 270, newest + 30)
    // The bucket between has no record.
    await app.expectCount('19 records')
  })

  test('stands still while the view is paused, and moves on afterwards', async ({ app, cluster, page }) => {
    receiveSteadily(cluster, 40)
    cluster.receive(buildFlow())
    await page.goto(`${cluster.url}?rows=intervals&time=last-5m`)
    await app.expectRecords(40)
    const newest = cluster.bucket - 15
    await app.expectRange(newest - 300, newest)
    await page.getByRole('button', { name: 'Pause' }).click()
    cluster.advance(2)
    await expect(page.getByText('Paused · 1 record waiting')).toBeVisible()
    await app.expectRange(newest - 300, newest)
    await app.expectCount('20 records')
    // Another length counts back from the same end.
    await app.chooseTime('Everything held')
    await app.chooseTime('Last 15 minutes')
    await app.expectRange(newest - 900, newest)
    await page.getByRole('button', { name: 'Resume' }).click()
    await app.expectRange(newest - 870, newest + 30)
  })

  test('is counted from the end of a capture too', async ({ app, cluster, page }) => {
    const capture = cluster.demoCapture(60)
    await page.goto(`${cluster.url}?time=last-5m`)
    await app.openCapture({ name: 'flows.ndjson', text: capture })
    await app.expectRecords(capture.split('\n').length)
    await app.expectRange(cluster.bucket - 300, cluster.bucket)
    await expect(app.rows().first()).toBeVisible()
  })

  test('is kept in the address; a copied link is pinned to what is seen, and says so', async ({
    app,
    cluster,
    page,
  }) => {
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
    receiveSteadily(cluster, 40)
    cluster.receive(buildFlow())
    await page.goto(`${cluster.url}?rows=intervals&time=last-300s`)
    await app.expectRecords(40)
    await app.expectShortcuts()
    const newest = cluster.bucket - 15
    await app.expectRange(newest - 300, newest)

    const copy = page.getByRole('button', { name: 'Copy link, pinned' })
    await expect(copy).toHaveAttribute('title', /pinned to .*The one in the address bar keeps sliding/)
    await copy.click()
    await expect(copy).toContainText('Copied')
    const link = await clipboard(page)
    expect(rangeIn(link)).toEqual([newest - 300, newest])
    await page.keyboard.press('c')
    await expect(app.footer).toContainText('Link copied, its range pinned to')
    expect(await clipboard(page)).toBe(link)
    await expect(page).toHaveURL(/time=last-300s/)

    await test.step('the link shows the same once time has passed, the address does not', async () => {
      cluster.advance(2)
      await app.expectRecords(41)
      await app.expectRange(newest - 270, newest + 30)
      await page.goto(link)
      await app.expectRecords(41)
      await app.expectRange(newest - 300, newest)
      await app.expectCount('20 records')
      await expect(page.getByRole('button', { name: 'Copy link', exact: true })).toBeVisible()
    })
  })

  test('is reported when the link’s value is not valid', async ({ app, cluster, page }) => {
    receiveSteadily(cluster, 2)
    await page.goto(`${cluster.url}?time=last-5s`)
    await expect(page.getByText('the time range “last-5s”')).toBeVisible()
    await expect(app.timeButton).toHaveText(/^everything held/)
  })

  test('is dragged or moved by keys into a fixed one, and Escape shows everything again', async ({
    app,
    cluster,
    page,
  }) => {
    receiveSteadily(cluster, 80)
    await page.goto(`${cluster.url}?time=last-5m`)
    await app.expectRecords(80)
    const newest = cluster.bucket - 15
    await app.expectRange(newest - 300, newest)
    await app.timeRange.focus()
    await page.keyboard.press('PageUp')
    await expect(page).toHaveURL(`${cluster.url}?time=${newest - 600}-${newest - 300}`)
    await expect(app.timeButton).toHaveText(/^chosen range/)
    await page.keyboard.press('Escape')
    await expect(page).toHaveURL(cluster.url)

    await app.chooseTime('Last 15 minutes')
    await expect(page).toHaveURL(/time=last-15m/)
    await app.brush(0.2, 0.4)
    await expect(page).toHaveURL(/time=\d+-\d+/)
    await app.timeline.getByRole('button', { name: /^show / }).click()
    await expect(page).toHaveURL(cluster.url)
  })

  test('limits all other numbers on the screen', async ({ app, cluster, page }) => {
    receiveSteadily(cluster, 40)
    await page.goto(`${cluster.url}?time=last-5m&q=proto+%3D+sctp`)
    const effects = page.getByRole('list', { name: 'What each clause takes away' }).getByRole('listitem')
    await expect(effects.first()).toContainText('20 · drop it')
    await expect(effects.last()).toContainText(/^last 5 min, [\d:]{8} – [\d:]{8} CES?T/)
    await effects
      .first()
      .getByRole('button', { name: /^Drop proto = sctp/ })
      .click()
    await expect.poll(() => app.tabCount('Every 15 s')).toBe(20)
    await expect(app.facet('Verdict').getByRole('button', { name: 'Allowed, 20 records' })).toBeVisible()
  })
})

test.describe('a typed time range', () => {
  test.beforeEach(async ({ app, cluster, page }) => {
    receiveSteadily(cluster, 40)
    await page.goto(cluster.url)
    await app.expectRecords(40)
  })

  test('as a length: what cannot be understood says what can', async ({ app, cluster, page }) => {
    await app.openTimePanel()
    const length = app.timePanel.getByLabel('Last', { exact: true })
    await length.fill('20')
    await expect(app.timePanel).toContainText('A number with s, m or h, from 15 s to 24 h.')
    await length.fill('25h')
    await expect(app.timePanel).toContainText('A number with s, m or h, from 15 s to 24 h.')
    await length.fill('90s')
    await page.keyboard.press('Enter')
    await expect(page).toHaveURL(/time=last-90s/)
    const newest = cluster.bucket - 15
    await app.expectRange(newest - 90, newest)

    await app.openTimePanel()
    await expect(app.timePanel.getByRole('button', { name: /^Last 90 s/ })).toHaveAttribute(
      'aria-pressed',
      'true',
    )
    await expect(app.timePanel.getByRole('button', { pressed: true })).toHaveCount(1)
  })

  test('from and to, each with its zone, on a narrow screen', async ({ app, page }) => {
    await page.setViewportSize({ width: 360, height: 740 })
    await page.emulateMedia({ reducedMotion: 'reduce' })
    await app.openTimePanel()
    await expectNoSeriousInBothThemes(page, '[role=dialog]')
    const from = app.timePanel.getByLabel('From')
    const to = app.timePanel.getByLabel('To')
    await from.fill('2026-07-01T12:00:00')
    await to.fill('2026-12-01T12:00:00')
    // Summer and winter time differ.
    await expect(from).toHaveAccessibleDescription(/^(CEST|GMT\+2)$/)
    await expect(to).toHaveAccessibleDescription(/^(CET|GMT\+1)$/)
    await to.fill('2026-07-01T11:00:00')
    await expect(app.timePanel.getByText('an end after it')).toBeInViewport()
    await expect(app.timePanel.getByRole('button', { name: 'Apply' }).last()).toBeDisabled()
    await to.fill('2026-07-01T13:00:00')
    await to.press('Enter')
    await expect(app.timePanel).toBeHidden()
    await expect(page).toHaveURL(/time=1782900000-1782903600/)
    await expect(app.timeline).toContainText('12:00:00 – 13:00:00')
    await expect(app.timeline).toContainText(/1 Jul 2026, (CEST|GMT\+2)/)
    await app.expectNoSidewaysScroll()
  })
})

test.describe('what is new', () => {
  test.beforeEach(async ({ app, cluster, page }) => {
    for (let ago = 43; ago >= 2; ago--) {
      cluster.receive(buildFlow(), ago)
      cluster.receive(denied(80), ago)
    }
    await page.goto(cluster.url)
    await app.expectRecords(84)
    await app.expectShortcuts()
    await app.expectPreloaded()
  })

  test('since the reader marked: denials first seen afterwards are counted, marked and filtered for', async ({
    app,
    cluster,
    page,
  }) => {
    const news = newDenials(page)
    await page.keyboard.press('Shift+M')
    await expect(app.footer).toContainText('Marked as seen up to')
    await expect(page.getByText(SINCE_MARKED)).toHaveAttribute(
      'title',
      /^First seen after \d+ \w+ \d{4}.* CES?T, and in nothing held before/,
    )
    await expect(page.getByRole('button', { name: '1 denied pair' })).toBeVisible()
    await expect(news).toBeHidden()

    cluster.receive(denied(80))
    cluster.receive(denied(22))
    cluster.receive(denied(5432, TO_DB))
    cluster.receive(denied(80, { sourceName: 'shell' }))
    cluster.advance(2)
    await app.expectRecords(88)
    await expect(news).toHaveAccessibleName('2 new denials')
    // New rows wait, so that nothing moves, until the reader asks for them.
    await page.getByRole('button', { name: '2 new groups' }).click()
    await expect(app.rows()).toHaveCount(4)
    await expect(markedAsNew(app)).toHaveCount(2)
    await expect(markedAsNew(app).filter({ hasText: 'tcp 5432' })).toHaveCount(1)
    await expect(markedAsNew(app).filter({ hasText: 'shell' })).toHaveCount(1)
    await expectNoSerious(page)

    await test.step('by port, one that its pair did not use before is marked too', async () => {
      await app.tab('By port').click()
      await expect(markedAsNew(app)).toHaveCount(3)
      await expect(markedAsNew(app).filter({ hasText: 'tcp 22' })).toHaveCount(1)
      await page.goBack()
    })

    await news.click()
    await expect(app.rows()).toHaveCount(2)
    await app.expectRow({ verdict: 'Deny', source: 'default/test', port: 'tcp 5432' })
    await app.expectRow({ verdict: 'Deny', source: 'default/shell', port: 'tcp 80' })
    await expect(news).toHaveAccessibleName('2 new denials')
    await page.goBack()

    await test.step('it is remembered, until it is forgotten or marked anew', async () => {
      await page.reload()
      await expect(news).toHaveAccessibleName('2 new denials')
      await expect(page.getByText(SINCE_MARKED)).toBeVisible()
      await page.getByRole('button', { name: 'mark as seen' }).click()
      await expect(news).toBeHidden()
      await page.getByRole('button', { name: 'forget' }).click()
      await expect(page.getByText('new: first seen in the last 5 minutes')).toBeVisible()
      await expect(news).toHaveAccessibleName('2 new denials')
    })
  })

  test('is told from all that is held, in a time range too, and not claimed where that is too little', async ({
    app,
    cluster,
    page,
  }) => {
    await page.keyboard.press('Shift+M')
    cluster.receive(denied(80))
    cluster.receive(denied(22, TO_DB))
    cluster.advance(2)
    await app.expectRecords(86)
    await expect(newDenials(page)).toHaveAccessibleName('1 new denial')
    await app.chooseTime('Last 5 minutes')
    // In the range both are seen for the first time.
    await expect(app.rows({ verdict: 'Deny' })).toHaveCount(2)
    await expect(newDenials(page)).toHaveAccessibleName('1 new denial')
    await expect(markedAsNew(app)).toHaveCount(1)
    await expect(markedAsNew(app)).toContainText('tcp 22')

    await page.goto(cluster.url)
    await app.openCapture({ name: 'short.ndjson', text: cluster.demoCapture(4) })
    await expect(app.source).toContainText('Capture')
    await expect(
      page.getByText(/^nothing is called new: (less than 5 minutes|what is held ends)/),
    ).toBeVisible()
    await expect(page.getByRole('button', { name: /denied pairs?$/ })).toBeVisible()
    await expect(newDenials(page)).toBeHidden()
    await expect(markedAsNew(app)).toHaveCount(0)
  })

  test('is said by the help and the palette', async ({ app, page }) => {
    await page.keyboard.press('?')
    await expect(app.help.getByText('Mark as seen: what comes afterwards is new')).toBeVisible()
    await page.keyboard.press('Escape')
    await page.keyboard.press('Control+k')
    await page.keyboard.type('mark as seen')
    await page.keyboard.press('Enter')
    await expect(page.getByText(SINCE_MARKED)).toBeVisible()
  })
})
