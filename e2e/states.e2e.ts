/** What the screen says of a Goldmane that is away, hung or restarted, and of clocks that differ. */
import { buildFlow } from '../src/flows/testing/build.ts'
import { expectNoSerious } from './support/axe.ts'
import { Cluster } from './support/cluster.ts'
import { expect, test } from './support/test.ts'

const WEB_TO_API = buildFlow()

test.describe('a Goldmane that is away', () => {
  test('is told with its cause and the next try; what was received stays, and it recovers', async ({
    app,
    cluster,
    page,
  }) => {
    cluster.receive(WEB_TO_API, 4)
    cluster.receive(WEB_TO_API, 3)
    await page.goto(cluster.url)
    await app.expectRow({ source: 'frontend/web-*', connections: '4' })

    await cluster.stopGoldmane()
    await expect(app.source).toHaveText('Not connected')
    await expect(page.getByRole('banner')).toContainText(/Not connected for \d+ s/)
    const alert = page.getByRole('alert')
    await expect(alert).toContainText('Nothing listens on Goldmane’s port.')
    await expect(alert).toContainText('Still here: 2 records')
    await expect(alert).toContainText(/tries again in \d+ s|trying…/)
    await app.expectRow({ source: 'frontend/web-*', connections: '4' })
    await expectNoSerious(page)

    await test.step('the inspector says why it has no figures of Goldmane', async () => {
      await app.openRow({ source: 'frontend/web-*' })
      await app.inspector.getByRole('button', { name: /^Counters/ }).click()
      const lines = app.inspector.getByRole('region', { name: 'Goldmane’s last hour' })
      await expect(lines).toContainText('What Goldmane holds of this is not known now.')
      await expect(lines).toContainText('Goldmane cannot be reached.')
      await page.keyboard.press('Escape')
    })

    cluster.receive(WEB_TO_API)
    cluster.advance(3)
    await cluster.startGoldmane()
    await app.tryNow()
    await expect(app.source).toHaveText('Live')
    await app.expectRow({ source: 'frontend/web-*', connections: '6' })
    await expect(alert).toHaveCount(0)
  })

  test('is not connected to for a new page, which has nothing that could stay', async ({
    app,
    cluster,
    page,
  }) => {
    await cluster.stopGoldmane()
    await page.goto(cluster.url)
    await expect(page.getByRole('alert')).toContainText('Goldmane cannot be reached.')
    await expect(page.getByRole('region', { name: 'Not connected' })).not.toContainText('records')
    await expect(app.source).toHaveText('Not connected')
    await expect(page.getByRole('banner')).not.toContainText('Not connected for')
    cluster.receive(WEB_TO_API, 3)
    await cluster.startGoldmane()
    await app.expectRow({ source: 'frontend/web-*', connections: '2' })
  })
})

test('a cluster whose clock is ahead is told, and its flows are not from the future', async ({
  app,
  page,
}) => {
  const cluster = await Cluster.start({ ahead: 600 })
  try {
    cluster.receive(WEB_TO_API, 2)
    await page.goto(cluster.url)
    await app.expectRow({ source: 'frontend/web-*' })
    await expect(page.getByRole('banner')).toContainText(
      /the cluster’s clock is 10 min ahead of this browser’s/,
    )
    await expect(page.getByRole('banner')).toContainText(/([1-5]\d s|1 min) behind/)
    await expectNoSerious(page)
  } finally {
    await cluster.stop()
  }
})
