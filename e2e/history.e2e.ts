// A week of the history: chosen on the page, its gap, its flows, since when; compared; and kept across a restart.
import { manifestsOf } from '../src/demo/step-manifests.ts'
import { expectNoSeriousInBothThemes } from './support/axe.ts'
import { HistoryGateway, HOUR } from './support/history.ts'
import { expect, test } from './support/test.ts'

/** The gateway of both tests runs in their process. */
test.describe.configure({ mode: 'default' })

let gateway: HistoryGateway

test.beforeAll(async () => {
  gateway = await HistoryGateway.start()
})
test.afterAll(async () => {
  await gateway.stop()
})

test('a week is read back to before the default deny, and the live records are there again after it', async ({
  page,
}) => {
  await page.goto(gateway.url)
  const source = page.getByRole('status', { name: 'Source' })
  await expect(source).toHaveText('Live')
  const records = page
    .getByRole('contentinfo')
    .getByText(/records/)
    .first()
  await expect(records).toContainText(/5\d min in memory/)

  await page.getByRole('button', { name: /^everything held/ }).click()
  const history = page.getByRole('dialog', { name: 'Time range' }).getByRole('region', { name: 'History' })
  await expect(history).toContainText('The gateway did not run')
  await history.getByRole('button', { name: /^Last 7 days/ }).click()
  await expect(source).toHaveText('History')
  await expect(page.getByRole('contentinfo')).toContainText(
    'history: 7 d on DuckDB · summed by the hour · 1 gap',
  )
  await expect(page.getByRole('tab', { name: /^Every 1 h/ })).toBeVisible()
  await expect(page.getByRole('region', { name: 'Timeline' })).toContainText(': The gateway did not run')

  // Of the same pair both verdicts are there: it was allowed before the default deny.
  const pair = page.getByRole('row').filter({ hasText: 'prometheus-k8s' }).filter({ hasText: 'coredns' })
  await expect(pair.filter({ hasText: 'Allowed' }).first()).toBeVisible()
  await pair.filter({ hasText: 'Denied leaving' }).first().click()
  const flow = page.getByRole('complementary', { name: 'Flow' })
  // Its DNS is in each bucket of the demo, whenever the test runs; its other ports are in some.
  await flow.getByRole('button', { name: /^udp 53/ }).click()
  const since = flow.getByRole('region', { name: 'Since when' })
  await expect(since).toContainText('the history begins then')
  await expect(since).toContainText(/Denied leaving by .*default-deny since .*; before that allowed/)
  await since.getByRole('button', { name: 'Its last 24 h, unsummed' }).click()
  await expect(page.getByRole('tab', { name: /^Every 15 s/, selected: true })).toBeVisible()
  await expect(page.getByRole('contentinfo')).toContainText('history: 24 h on DuckDB')

  // The address alone opens the same, and the stream goes on beside it.
  await page.reload()
  await expect(source).toHaveText('History')
  await page.getByRole('button', { name: 'back to live' }).click()
  await expect(source).toHaveText('Live')
})

test('a part that is selected on the timeline is not read anew', async ({ page }) => {
  const asked: string[] = []
  page.on('request', (request) => {
    if (request.url().includes('/history/records')) asked.push(request.url())
  })
  await page.goto(`${gateway.url}?time=${gateway.hour - 96 * HOUR}-${gateway.hour}`)
  await expect(page.getByRole('status', { name: 'Source' })).toHaveText('History')
  const slider = page.getByRole('slider', { name: 'Time range' })
  await slider.focus()
  await slider.press('Home')
  await slider.press('Enter')
  await expect(page).toHaveURL(new RegExp(`time=${gateway.hour - 96 * HOUR}-`))
  await expect(page.getByRole('button', { name: 'all', exact: true })).toBeVisible()
  expect(asked).toHaveLength(1)
  await page.getByRole('button', { name: 'unsummed' }).click()
  await expect(page.getByRole('tab', { name: /^Every 15 s/ })).toBeVisible()
  expect(asked).toHaveLength(2)
})

test('the last day is chosen in the menu of the source, reaches to now, and can be read on', async ({
  page,
}) => {
  const asked: string[] = []
  page.on('request', (request) => {
    if (request.url().includes('/history/records')) asked.push(request.url())
  })
  await page.goto(gateway.url)
  const source = page.getByRole('status', { name: 'Source' })
  await expect(source).toHaveText('Live')
  await page.getByRole('button', { name: 'test cluster' }).click()
  await page.getByRole('menuitem', { name: /^History…/ }).click()
  const panel = page.getByRole('dialog', { name: 'History' })
  await expect(panel.getByRole('region', { name: 'Days' }).getByRole('button')).toHaveCount(9)
  await panel.getByRole('button', { name: /^Last 24 hours/ }).click()
  await expect(source).toHaveText('History')
  await expect(page).toHaveURL(/time=last-24h/)
  const badge = page.getByText(/^of 24 h, .* behind$/)
  await expect(badge).toBeVisible()
  await expect(page.getByRole('contentinfo')).toContainText('history: 24 h on DuckDB')
  // Not read again by itself, and from where it begins to what is now when the reader asks.
  expect(asked).toHaveLength(1)
  await expect(async () => {
    await page.getByRole('button', { name: 'read to now' }).click()
    expect(asked.length).toBeGreaterThan(1)
  }).toPass()
  await expect(badge).toBeVisible()
  await page.getByRole('button', { name: 'test cluster' }).click()
  await page.getByRole('menuitem', { name: 'Back to live' }).click()
  await expect(source).toHaveText('Live')
})

test('a range of which nothing is kept says why', async ({ page }) => {
  const { gap, hour } = gateway
  await page.goto(`${gateway.url}?time=${gap.from + HOUR}-${gap.to - HOUR}`)
  await expect(page.getByRole('heading', { name: 'No record of this range was kept' })).toBeVisible()
  await expect(page.getByText(/The gateway did not run\.$/)).toBeVisible()
  await page.goto(`${gateway.url}?time=${hour - 700 * 24 * HOUR}-${hour - 699 * 24 * HOUR}`)
  await expect(page.getByRole('heading', { name: 'This range is older than what is kept' })).toBeVisible()
  await page.getByRole('button', { name: 'Read the oldest that is kept' }).click()
  await expect(page.getByRole('row').filter({ hasText: 'prometheus-k8s' }).first()).toBeVisible()
})

test('the days before and after the default deny are compared, and a row opens in one of them', async ({
  page,
}) => {
  const { denied } = gateway
  const windows = `${denied - 24 * HOUR}-${denied},${denied}-${denied + 24 * HOUR}`
  await page.goto(`${gateway.url}?screen=compare&compare=${windows}`)
  await expect(page.getByRole('heading', { level: 2 })).toContainText(
    /pairs are newly denied, (\d+ of them were|all of them) allowed before/,
  )
  const flipped = page.getByRole('region', { name: 'Flipped' })
  const row = flipped.getByRole('listitem').filter({ hasText: 'frontend/web → backend/api tcp 80' })
  await expect(row).toContainText(/Allowed.*Denied leaving.*default-deny/)
  await row.getByRole('link', { name: / in A, open in Flows$/ }).click()
  await expect(page.getByRole('status', { name: 'Source' })).toHaveText('History')
  await expect(page.getByRole('row').filter({ hasText: 'web' }).first()).toContainText('Allowed')
})

const NEVER_HIT = {
  name: 'ftp.yaml',
  text: `apiVersion: projectcalico.org/v3
kind: GlobalNetworkPolicy
metadata: { name: old-ftp }
spec:
  selector: app == "ftp"
  types: [Ingress]
  ingress:
    - action: Log
    - action: Allow
      protocol: TCP
      destination: { ports: [21] }
`,
}

test('rules of loaded policies that were not hit for a week are listed with their text', async ({
  app,
  page,
}) => {
  await page.goto(gateway.url)
  await expect(page.getByRole('status', { name: 'Source' })).toHaveText('Live')
  await app.dropFiles([...manifestsOf('part-1'), NEVER_HIT])
  const panel = page.getByRole('dialog', { name: 'Policies' })
  const section = panel.getByRole('region', { name: 'Rules not hit' })
  await section.getByRole('button', { name: '7 days' }).click()
  await expect(section).toContainText(/\d of \d+ rules were not hit in what was recorded of this time/)
  await expect(section).toContainText('The gateway did not run')
  const policy = section
    .getByRole('list', { name: 'Policies with rules not hit' })
    .getByRole('listitem')
    .filter({ hasText: 'old-ftp' })
  await expect(policy).toContainText('no rule of it was hit')
  await policy.getByText('ingress rule 2').click()
  await expect(policy).toContainText('destination: { ports: [21] }')
  await expect(section.getByRole('list', { name: 'Policies with rules not known' })).toContainText(
    'ingress rule 1 Log not known',
  )
  // The story's own rules carried the traffic until its default deny.
  await expect(section).not.toContainText('NetworkPolicy backend/api')
  await expectNoSeriousInBothThemes(page, '[role=dialog]')
})

test('a restart of the gateway loses nothing', async ({ page }) => {
  const until = gateway.hour - 12 * HOUR
  await page.goto(`${gateway.url}?time=${until - 12 * HOUR}-${until}`)
  const records = page
    .getByRole('contentinfo')
    .getByText(/records/)
    .first()
  await expect(page.getByRole('status', { name: 'Source' })).toHaveText('History')
  await expect(records).toContainText(/\d records/)
  const before = await records.innerText()
  const range = { from: 0, to: 2 ** 32 }
  const held = await gateway.store.have('test', range)
  await gateway.restart()
  await page.reload()
  await expect(page.getByRole('status', { name: 'Source' })).toHaveText('History')
  await expect(records).toHaveText(before)
  // What Goldmane still had was not stored a second time, and what came meanwhile was.
  const now = new Map((await gateway.store.have('test', range)).map((each) => [each.start, each]))
  for (const each of held) expect(now.get(each.start)?.rows).toBeGreaterThanOrEqual(each.rows)
  expect(await gateway.store.gaps('test', range)).toEqual([
    { ...gateway.gap, cause: 'The gateway did not run' },
  ])
})
