/** What the screen says of a hung and of a restarted Goldmane, which only a gateway of ours can tell. */
import type { Page } from '@playwright/test'

import { buildFlow, buildHit } from '../src/flows/testing/build.ts'
import { expectNoSerious } from './support/axe.ts'
import { Cluster } from './support/cluster.ts'
import { Screen } from './support/screen.ts'
import { SkippingClock } from './support/skipping-clock.ts'
import { expect, test } from './support/test.ts'

const WEB_TO_API = buildFlow()

/** Records each state that the bar says, from the first one on. Returns them so far. */
async function recordStates(page: Page): Promise<() => Promise<readonly string[]>> {
  await page.addInitScript(() => {
    const seen: string[] = []
    Object.assign(globalThis, { statesSeen: seen })
    new MutationObserver(() => {
      const state = document.querySelector('output[aria-label=Source]')?.textContent ?? ''
      if (state !== '' && state !== seen.at(-1)) seen.push(state)
    }).observe(document, { subtree: true, childList: true, characterData: true })
  })
  return () => page.evaluate(() => (globalThis as unknown as { statesSeen: string[] }).statesSeen)
}

/** Milliseconds after which a bucket is late. */
const LATE_AFTER_MS = 25_000
/** Milliseconds: the call that tells a hung Goldmane from a quiet one is given 5 s, on whatever machine. */
const NOTICED_MS = 30_000

/** One that a test started itself. */
let ownCluster: Cluster | null = null
test.afterEach(async () => {
  await ownCluster?.stop()
  ownCluster = null
})

/** A staged policy would deny it. */
const TO_CHANGE = buildFlow({
  policies: {
    enforced: [buildHit({ name: 'web-allows', action: 'Allow' })],
    pending: [buildHit({ name: 'staged-denies', kind: 'StagedNetworkPolicy', action: 'Deny' })],
  },
})

test('history that is being read is never called live, and what is counted says that it is a part', async ({
  app,
  cluster,
  page,
}) => {
  for (let ago = 238; ago >= 2; ago--) cluster.receive(TO_CHANGE, ago)
  const states = await recordStates(page)
  const { url } = cluster
  cluster.goldmane.hang({ afterResults: 100 })
  await page.goto(url)
  await expect(app.source).toHaveText('Reading')
  await app.expectRecords(100)
  // The newest of the hundred buckets is 2085 s old, of an hour.
  await expect(page.getByRole('banner')).toContainText(/Reading the last hour · 4[0-3] %/)
  const progress = page.getByRole('progressbar', { name: 'History read' })
  await expect(progress).toHaveAttribute('value', /^4[0-3]$/)
  await expect(page.getByRole('banner')).not.toContainText('behind')
  await expect(page.getByText('so far', { exact: true })).toBeVisible()
  await expect(page.getByRole('status').filter({ hasText: 'of what was read so far' })).toHaveCount(1)
  await expectNoSerious(page)
  await page.getByRole('link', { name: 'Staged changes' }).click()
  const staged = page.getByRole('region', { name: 'Staged changes' })
  await expect(staged).toContainText('Of the 100 records that can be compared 100 would change.')
  await expect(staged.getByRole('note')).toHaveText(
    'Flows are still being read: this is about what was read so far, and more may change.',
  )
  expect(await states()).not.toContain('Live')

  cluster.goldmane.resume()
  await expect(app.source).toHaveText('Live')
  await expect(staged.getByRole('note')).toHaveCount(0)
  await app.expectRecords(237)
  await page.goBack()
  await expect(page.getByText('so far', { exact: true })).toHaveCount(0)
  const seen = await states()
  expect(seen.slice(seen.indexOf('Reading'))).toEqual(['Reading', 'Live'])
})

test('a Goldmane that hangs is never called live, by an open page nor by a new one; it recovers', async ({
  app,
  context,
  page,
}) => {
  // Two pages, and 5 s in which Goldmane may answer: on a busy machine that is more than one test is given.
  test.slow()
  const clock = new SkippingClock()
  const cluster = await Cluster.start({ gateway: { clock } })
  ownCluster = cluster
  cluster.receive(WEB_TO_API, 4)
  cluster.receive(WEB_TO_API, 3)
  await page.goto(cluster.url)
  await app.expectRow({ source: 'frontend/web-*', connections: '4' })
  await expect(app.source).toHaveText('Live')

  cluster.goldmane.hang()
  clock.skip(LATE_AFTER_MS)
  await expect(app.source).toHaveText('Goldmane does not answer', { timeout: NOTICED_MS })
  await expect(page.getByRole('alert')).toContainText('Goldmane does not answer. Still here: 2 records')
  await page.getByRole('button', { name: 'What to do' }).click()
  const panel = page.getByRole('dialog', { name: 'What to do' })
  await expect(panel).toContainText('Goldmane has not answered since')
  await expect(panel.getByRole('listitem').filter({ hasText: 'Flows' })).toContainText('failed')
  await expectNoSerious(page)
  await page.keyboard.press('Escape')

  // A scope of its own, so that the new page does not share the stream of the old one.
  const newcomer = new Screen(await context.newPage())
  await newcomer.page.goto(`${cluster.url}?scope=dst.ns+%3D+nowhere`)
  await expect(newcomer.source).toHaveText('Goldmane does not answer')
  await expect(newcomer.page.getByText('Connected to')).toHaveCount(0)

  cluster.goldmane.resume()
  cluster.receive(WEB_TO_API)
  cluster.advance(2)
  await expect(app.source).toHaveText('Live', { timeout: NOTICED_MS })
  await app.expectRow({ source: 'frontend/web-*', connections: '6' })
  await expect(newcomer.source).toHaveText('Live')
})

test('a restarted Goldmane leaves what was held, and its gap is filled once it has the flows again', async ({
  app,
  cluster,
  page,
}) => {
  cluster.receive(WEB_TO_API, 5)
  cluster.receive(WEB_TO_API, 4)
  await page.goto(cluster.url)
  await app.expectRow({ source: 'frontend/web-*', connections: '4' })

  cluster.goldmane.restart()
  cluster.receive(WEB_TO_API)
  cluster.advance(2)
  await app.expectRow({ source: 'frontend/web-*', connections: '6' })
  await expect(app.source).toHaveText('Live')
  const gap = page.getByRole('banner').getByRole('button', { name: '1 gap' })
  await expect(gap).toBeVisible()

  // Late flows, as Felix resends them: List has them, and no stream sends them.
  for (const ago of [3, 4, 5]) cluster.receive(WEB_TO_API, ago)
  await gap.click()
  const panel = page.getByRole('dialog', { name: 'Gaps' })
  await panel.getByRole('button', { name: /^Fill the gap/ }).click()
  await expect(panel.getByRole('status', { name: 'Filling' })).toHaveText('3 records filled in.')
  await app.expectRow({ source: 'frontend/web-*', connections: '12' })
  await app.expectRecords(6)
})

test('a newcomer is served from memory: all of the history, and nothing twice', async ({
  app,
  cluster,
  context,
  page,
}) => {
  for (let ago = 2; ago <= 200; ago += 2) cluster.receive(WEB_TO_API, ago)
  await page.goto(cluster.url)
  await app.expectRow({ source: 'frontend/web-*', connections: '200' })
  await expect(app.source).toHaveText('Live')
  const newcomer = new Screen(await context.newPage())
  await newcomer.page.goto(`${cluster.url}?scope=dst.ns+%3D+backend`)
  await newcomer.expectRow({ source: 'frontend/web-*', connections: '200' })
  await expect(newcomer.source).toHaveText('Live')
  await expect(newcomer.footer).not.toContainText('received twice')
  expect(cluster.goldmane.streams, 'one stream for all').toBe(1)
})
