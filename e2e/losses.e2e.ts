/** What the page says of what it did not get: a browser that is too slow, a gateway without memory for the hour. */
import { buildFlow } from '../src/flows/testing/build.ts'
import { expectNoSerious } from './support/axe.ts'
import { Cluster } from './support/cluster.ts'
import { startStallingRelay } from './support/stalling-relay.ts'
import { expect, test } from './support/test.ts'

const WEB_TO_API = buildFlow()
const LABEL_BYTES = 20_000
const MEMORY_BYTES = 4 * 2 ** 20
/** Buckets, and flows in each: 40 MB, much more than what the sockets between gateway and browser take. */
const [BURST_BUCKETS, BURST_FLOWS] = [40, 50]

/** Twenty kilobytes that no other flow has, so that the gateway's memory is soon full. */
function heavyFlow(serial: number) {
  return buildFlow(
    { destName: 'heavy-*', destPort: 1 + serial },
    { sourceLabels: [`serial=${serial}`, `load=${'x'.repeat(LABEL_BYTES)}`] },
  )
}

/** Waits until the gateway has received so many flows. */
async function expectReceived(cluster: Cluster, flows: number): Promise<void> {
  await expect
    .poll(async () => cluster.metric('flowtrace_flows_received_total'), { timeout: 30_000 })
    .toBe(flows)
}

/**
 * Fills an hour with more than the gateway has memory for, of which it then holds the newest part. Returns the address of
 * the page.
 */
async function receiveHeavyHour(cluster: Cluster): Promise<string> {
  for (let ago = 238; ago >= 2; ago--) for (const n of [0, 1]) cluster.receive(heavyFlow(2 * ago + n), ago)
  const { url } = cluster
  await expectReceived(cluster, 2 * 237)
  return url
}

test('a browser that reads too slowly is told what it lost, goes on, and can ask for it', async ({
  app,
  page,
}) => {
  test.slow()
  const cluster = await Cluster.start({ ahead: -900, memory: MEMORY_BYTES })
  const relay = await startStallingRelay(cluster.url)
  try {
    cluster.receive(WEB_TO_API, 3)
    cluster.receive(WEB_TO_API, 2)
    await page.goto(relay.url)
    await app.expectRecords(2)
    await expect(app.source).toHaveText('Live')

    relay.stall()
    for (let bucket = 0; bucket < BURST_BUCKETS; bucket++) {
      for (let flow = 0; flow < BURST_FLOWS; flow++) cluster.receive(heavyFlow(bucket * BURST_FLOWS + flow))
      cluster.advance()
    }
    cluster.receive(WEB_TO_API)
    cluster.advance(2)
    const burst = BURST_BUCKETS * BURST_FLOWS
    // Goldmane has sent all of it, so that the gateway has dropped what it had no memory for.
    await expectReceived(cluster, burst + 3)
    relay.resume()

    const bar = page.getByRole('banner')
    await expect(bar).toContainText(/\d+ buckets lost/)
    await expect(app.footer).toContainText(/\d+ buckets lost/)
    await expect(app.source).toHaveText('Live')
    await test.step('it goes on with what came after', async () => {
      await app.expectRow({ source: 'frontend/web-*', destination: 'backend/api-*', connections: '6' })
      cluster.receive(WEB_TO_API)
      cluster.advance(2)
      await app.expectRow({ source: 'frontend/web-*', destination: 'backend/api-*', connections: '8' })
    })

    await test.step('what was lost is named, with its cause, and Goldmane still has it', async () => {
      await bar.getByRole('button', { name: /buckets lost/ }).click()
      const panel = page.getByRole('dialog', { name: 'Gaps' })
      await expect(
        panel.getByRole('listitem').filter({ hasText: 'this page read too slowly' }),
      ).not.toHaveCount(0)
      await expectNoSerious(page, '[role=dialog]')
      const all = panel.getByRole('button', { name: 'Fill all' })
      await ((await all.count()) > 0 ? all : panel.getByRole('button', { name: /^Fill the gap/ })).click()
      await expect(panel.getByRole('status', { name: 'Filling' })).toHaveText(/^[\d,]+ records filled in\.$/)
      await app.expectRecords(burst + 4)
      await expect(app.footer).not.toContainText('lost')
    })
  } finally {
    await relay.close()
    await cluster.stop()
  }
})

test.describe('a gateway that has no memory for the hour', () => {
  test('says so, and a new page gets the oldest part from Goldmane', async ({ app, page }) => {
    const cluster = await Cluster.start({ memory: MEMORY_BYTES })
    try {
      const url = await receiveHeavyHour(cluster)
      const evicted = await cluster.metric('flowtrace_ring_evicted_total')
      expect(evicted).toBeGreaterThan(200)
      await page.goto(url)
      await app.expectRecords(2 * 237)
      await expect(app.source).toHaveText('Live')
      await expect(app.footer).toContainText(`${evicted} evicted by the gateway`)
      await expect(app.footer).not.toContainText('lost')
      await app.footer.getByRole('button', { name: 'of 256 MB' }).click()
      const panel = page.getByRole('dialog', { name: 'Memory for flows' })
      await expect(panel).toContainText(`it has dropped ${evicted} records before they were an hour old`)
      await expectNoSerious(page, '[role=dialog]')
    } finally {
      await cluster.stop()
    }
  })

  test('tells a page that comes while Goldmane is away what it cannot have, and then fills it', async ({
    app,
    page,
  }) => {
    test.slow()
    const cluster = await Cluster.start({ memory: MEMORY_BYTES })
    try {
      const url = await receiveHeavyHour(cluster)
      await cluster.stopGoldmane()
      await page.goto(url)
      await expect(app.source).toHaveText('Not connected')
      await page
        .getByRole('banner')
        .getByRole('button', { name: /buckets lost/ })
        .click()
      const panel = page.getByRole('dialog', { name: 'Gaps' })
      await expect(panel.getByRole('listitem')).toContainText(
        'lost: the gateway had no memory for it, and Goldmane did not give it',
      )
      await expectNoSerious(page, '[role=dialog]')
      await cluster.startGoldmane()
      await expect(app.source).toHaveText('Live', { timeout: 30_000 })
      await panel.getByRole('button', { name: /^Fill the gap/ }).click()
      await expect(panel.getByRole('status', { name: 'Filling' })).toHaveText(
        /^[\d,]+ records filled in\.$/,
        {
          timeout: 60_000,
        },
      )
      await app.expectRecords(2 * 237)
    } finally {
      await cluster.stop()
    }
  })
})
