/** What the screen says of a hung and of a restarted Goldmane, which only a gateway of ours can tell. */
import { buildFlow } from '../src/flows/testing/build.ts'
import { expectNoSerious } from './support/axe.ts'
import { Screen } from './support/screen.ts'
import { expect, test } from './support/test.ts'

const WEB_TO_API = buildFlow()

/** Milliseconds: a bucket is late after 25 s, and the call that tells a hung Goldmane from a quiet one takes 5 s. */
const NOTICED_MS = 60_000

test('a Goldmane that hangs is never called live, by an open page nor by a new one; it recovers', async ({
  app,
  cluster,
  context,
  page,
}) => {
  test.slow()
  cluster.receive(WEB_TO_API, 4)
  cluster.receive(WEB_TO_API, 3)
  await page.goto(cluster.url)
  await app.expectRow({ source: 'frontend/web-*', connections: '4' })
  await expect(app.source).toHaveText('Live')

  cluster.goldmane.hang()
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
