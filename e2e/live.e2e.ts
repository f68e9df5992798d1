import { buildEndOfTier, buildFlow, buildHit } from '../src/flows/testing/build.ts'
import { expectNoSerious } from './support/axe.ts'
import { expect, test } from './support/test.ts'

const WEB_TO_API = buildFlow()
const TEST_TO_API = buildFlow(
  {
    sourceName: 'test',
    sourceNamespace: 'default',
    action: 'Deny',
    policies: {
      enforced: [buildEndOfTier('default-deny')],
      pending: [buildEndOfTier('01-dns-clients-egress')],
    },
  },
  { sourceLabels: ['run=test'], bytesIn: 0, packetsIn: 0 },
)
const API_TO_DB = buildFlow({
  sourceName: 'api-*',
  sourceNamespace: 'backend',
  destName: 'db-0',
  destNamespace: 'db',
  destPort: 5432,
})

test.describe('a live cluster', () => {
  test('shows what Goldmane holds, and adds a new bucket to the rows in place', async ({
    app,
    cluster,
    page,
  }) => {
    cluster.receive(WEB_TO_API, 4)
    cluster.receive(TEST_TO_API, 3)
    await page.goto(cluster.url)
    await expect(app.source).toHaveText('Live')
    await app.expectRow({
      verdict: 'Allow',
      source: 'frontend/web-*',
      destination: 'backend/api-*',
      connections: '2',
    })
    await app.expectRow({
      verdict: 'Deny',
      source: 'default/test',
      destination: 'backend/api-*',
      connections: '2',
    })

    // A reader in the list: nothing is arranged anew, also where the order of what was read has only just come.
    await app.table.focus()
    cluster.receive(WEB_TO_API)
    cluster.receive(API_TO_DB)
    cluster.advance(2)
    await app.expectRow({ source: 'frontend/web-*', connections: '4' })
    await expect(app.rows()).toHaveCount(2)
    await app.showNewGroups(1)
    await app.expectRow({ source: 'backend/api-*', destination: 'db/db-0', port: 'tcp 5432' })
    await expect(app.rows()).toHaveCount(3)
  })

  test('goes on streaming while a row is open', async ({ app, cluster, page }) => {
    cluster.receive(WEB_TO_API, 3)
    await page.goto(cluster.url)
    await app.openRow({ source: 'frontend/web-*' })
    cluster.receive(WEB_TO_API)
    cluster.advance(2)
    await expect(app.inspector.getByRole('button', { name: /^Counters 4 started/ })).toBeVisible()
  })

  test('stands still while paused, counts the records that arrive, and catches up', async ({
    app,
    cluster,
    page,
  }) => {
    cluster.receive(WEB_TO_API, 3)
    await page.goto(cluster.url)
    await app.expectRow({ source: 'frontend/web-*', connections: '2' })
    await page.getByRole('button', { name: 'Pause' }).click()
    cluster.receive(WEB_TO_API)
    cluster.receive(API_TO_DB)
    cluster.advance(2)
    await expect(page.getByText('Paused · 2 records waiting')).toBeVisible()
    await app.expectRow({ source: 'frontend/web-*', connections: '2' })
    await expect(app.rows()).toHaveCount(1)
    await page.getByRole('button', { name: 'Resume' }).click()
    await app.expectRow({ source: 'frontend/web-*', connections: '4' })
    await app.showNewGroups(1)
    await app.expectRow({ destination: 'db/db-0' })
  })

  test('recovers by itself when the server was killed and came back: nothing twice, nothing missing', async ({
    app,
    cluster,
    page,
  }) => {
    cluster.receive(WEB_TO_API, 4)
    cluster.receive(WEB_TO_API, 3)
    await page.goto(cluster.url)
    await app.expectRow({ source: 'frontend/web-*', connections: '4' })
    await app.expectPreloaded()

    await cluster.stopGateway()
    await expect(app.source).toHaveText('Not connected')
    await expect(page.getByRole('alert')).toContainText('Still here: 2 records')
    await app.expectRow({ source: 'frontend/web-*', connections: '4' })

    cluster.receive(WEB_TO_API)
    cluster.receive(TEST_TO_API)
    cluster.advance(3)
    await cluster.startGateway()
    await expect(app.source).toHaveText('Live')
    await app.expectRow({ source: 'frontend/web-*', connections: '6' })
    // The group waits, or stands there at once where it came while the history was read, which sets the order anew.
    const waiting = page.getByRole('button', { name: '1 new group' })
    await expect(waiting.or(app.rows().filter({ hasText: 'default/test' })).first()).toBeVisible()
    if (await waiting.isVisible()) await waiting.click()
    await app.expectRow({ source: 'default/test', connections: '2' })
    await expect(app.rows()).toHaveCount(2)
    await expect(page.getByRole('alert')).toHaveCount(0)
  })

  test('reconnects when the stream breaks half way through a back-fill', async ({ app, cluster, page }) => {
    for (let ago = 2; ago <= 9; ago++) cluster.receive(WEB_TO_API, ago)
    cluster.goldmane.fail({ call: 'Stream', code: 14, message: 'shutting down', afterResults: 3, times: 1 })
    await page.goto(cluster.url)
    await app.expectRow({ source: 'frontend/web-*', connections: '16' })
    await expect(app.source).toHaveText('Live')
    await expect(app.rows()).toHaveCount(1)
  })

  test('says in words that Goldmane refuses, and tries again when asked', async ({ app, cluster, page }) => {
    cluster.receive(WEB_TO_API, 3)
    // The gateway has its stream already: it meets the refusal when it opens another one, also for the new page.
    cluster.goldmane.fail({ call: 'Stream', code: 7, message: 'not for you', times: 99 })
    cluster.goldmane.breakStreams()
    await page.goto(cluster.url)
    await expect(page.getByRole('alert')).toContainText('not for you')
    cluster.goldmane.clearFailures()
    await app.tryNow()
    await app.expectRow({ source: 'frontend/web-*' })
    await expect(page.getByRole('alert')).toHaveCount(0)
  })

  test('a gap that Goldmane can fill is filled from the screen, once', async ({ app, cluster, page }) => {
    cluster.receive(WEB_TO_API, 9)
    cluster.receive(WEB_TO_API, 3)
    await page.goto(cluster.url)
    await app.expectRow({ source: 'frontend/web-*', connections: '4' })
    const gap = page.getByRole('banner').getByRole('button', { name: '1 gap' })
    await expect(gap).toBeVisible()

    await test.step('nothing is held for it', async () => {
      await gap.press('Enter')
      const panel = page.getByRole('dialog', { name: 'Gaps' })
      await panel.getByRole('button', { name: /^Fill the gap/ }).press('Enter')
      await expect(panel.getByRole('status', { name: 'Filling' })).toHaveText(
        'Goldmane holds nothing for this time.',
      )
      await expectNoSerious(page)
      await page.keyboard.press('Escape')
      await expect(gap).toBeFocused()
    })

    // Late flows: List has them, and no stream sends them.
    for (const ago of [8, 7, 6, 5, 4]) cluster.receive(WEB_TO_API, ago)
    cluster.receive(TEST_TO_API, 6)
    await app.timeline.getByRole('button', { name: /^Fill the gap/ }).click()
    await expect(app.footer).toContainText('6 records filled in.')
    await expect(page.getByRole('banner')).toContainText('no gaps')
    await app.expectRecords(8)
    await app.expectRow({ source: 'frontend/web-*', connections: '14' })
    await app.showNewGroups(1)
    await app.expectRow({ source: 'default/test', connections: '2' })
    await expect(app.timeline.getByRole('button', { name: /^Fill the gap/ })).toHaveCount(0)
  })

  test('keeps a value of a newer Calico as unknown, and counts it', async ({ app, cluster, page }) => {
    const hit = buildHit({ kind: 'Unknown(99)', name: 'from-the-future' })
    cluster.receive(buildFlow({ policies: { enforced: [hit], pending: [hit] } }), 3)
    await page.goto(cluster.url)
    await app.expectRow({ decidedBy: /from-the-future/ })
    await expect(app.footer).toContainText('unknown value')
  })
})
