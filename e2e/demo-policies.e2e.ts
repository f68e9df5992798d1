/** The demo's policies are changed from the menu of the source while the page is open. */
import type { DemoStep } from '../src/demo/demo-step.ts'
import type { DemoPolicies } from '../src/demo/step-history.ts'
import { expectNoSeriousInBothThemes } from './support/axe.ts'
import { Cluster } from './support/cluster.ts'
import { nextBucket } from './support/next-bucket.ts'
import { expect, test as base } from './support/test.ts'

/** A cluster that is a demo to its page; a step that is chosen counts for what is received afterwards. */
const test = base.extend<{ cluster: Cluster }>({
  // oxlint-disable-next-line eslint/no-empty-pattern -- Playwright reads the dependencies from this pattern
  cluster: async ({}, provide) => {
    let newest: DemoPolicies['newest'] = { step: 'option-b', from: -Infinity }
    const demo: DemoPolicies = {
      get newest() {
        return newest
      },
      choose: (step: DemoStep) => {
        cluster.demoStep = step
        newest = { step, from: cluster.bucket + 15 }
        return newest
      },
    }
    const source = { kind: 'live', name: 'demo cluster', endpoint: './', demo: true } as const
    const cluster: Cluster = await Cluster.start({ gateway: { demo, config: { source } } })
    cluster.demoStep = 'option-b'
    await provide(cluster)
    await cluster.stop()
  },
})

test('option C denies lookups by the end of tier app from the next bucket on; what was before stays', async ({
  app,
  cluster,
  page,
}) => {
  cluster.receiveDemo(20)
  const count = page.getByRole('status').filter({ hasText: /records$/ })
  const lookups = encodeURIComponent('src.ns = frontend and port = 53 and reporter = src')
  await page.goto(`${cluster.url}?rows=intervals&q=${lookups}`)
  // Of the 20 buckets 18 are streamed, each with the source's record of them.
  await expect(count).toHaveText(/^18 of /)
  await expect(app.rows({ verdict: 'Deny' })).toHaveCount(0)

  await page.getByRole('button', { name: 'demo cluster', exact: true }).click()
  await page.getByRole('menuitem', { name: 'Policies of the demo…' }).click()
  const panel = page.getByRole('dialog', { name: 'Policies of the demo' })
  await expect(panel.getByRole('button', { pressed: true })).toHaveAccessibleName(/^Option B/)
  await panel.getByRole('button', { name: 'Option C: tiers app and baseline', exact: true }).click()
  await expect(panel.getByRole('status')).toHaveText(/In force from \d\d:\d\d:\d\d, seen here from/)
  await expectNoSeriousInBothThemes(page, '[role=dialog]')

  // Two of the buckets of before are still on their way, and three of these come after them.
  for (let i = 0; i < 5; i++) nextBucket(cluster)
  await page.keyboard.press('Escape')
  await expect(panel).toBeHidden()
  await app.choose('action', 'Deny')
  await expect(count).toHaveText(/^3 of /)
  await page.goto(`${cluster.url}?rows=intervals&q=${lookups}${encodeURIComponent(' and action = Allow')}`)
  await expect(count).toHaveText(/^20 of /)

  await page.getByRole('button', { name: 'demo cluster', exact: true }).click()
  await page.getByRole('menuitem', { name: 'Policies of the demo…' }).click()
  await panel.getByRole('button', { name: 'Show the flows of: Option C: tiers app and baseline' }).click()
  await expect(panel).toBeHidden()
  await expect(app.clauses).toHaveText(['src.ns in frontend, backend', 'port is 53'])
  await app.openRow({ verdict: 'Deny', source: /^frontend\/web/, port: 'udp 53' })
  await expect(app.trace.getByRole('row').last()).toContainText(/end of tier app: no rule allowed it/i)
})
