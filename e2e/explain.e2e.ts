import type { Locator } from '@playwright/test'

import { buildEndOfTier, buildFlow, buildHit } from '../src/flows/testing/build.ts'
import type { FlowKey } from '../src/flows/flow.ts'
import { expectNoSeriousInBothThemes } from './support/axe.ts'
import { expect, test } from './support/test.ts'

/** The denial of the demo's story, as Goldmane records it. */
const STORY: Partial<FlowKey> = {
  sourceName: 'test',
  sourceNamespace: 'default',
  reporter: 'Src',
  action: 'Deny',
  policies: {
    enforced: [buildEndOfTier('default-deny')],
    pending: [buildEndOfTier('01-dns-clients-egress')],
  },
}

const allowed = [buildHit({ name: 'allow-web', ruleIndex: 1 })]
const refused = [buildEndOfTier('api-isolation')]
const LOCK = buildHit({
  kind: 'StagedGlobalNetworkPolicy',
  tier: 'app',
  name: 'sgnp-lockdown',
  action: 'Deny',
})

function section(inspector: Locator, name: string): Locator {
  return inspector.getByRole('region', { name }).or(inspector.getByRole('group', { name }))
}

test.describe('a flow explained', () => {
  test('the recorded denial reads as one sentence, a cause and what the staged policies say', async ({
    app,
    cluster,
    page,
  }) => {
    cluster.receive(buildFlow(STORY), 2)
    await page.goto(cluster.url)
    await app.openRow({ verdict: 'Deny', source: 'default/test' })
    await expect(app.inspector.getByRole('heading', { level: 2 })).toHaveText(
      'Denied leaving: default/test could not open tcp 80 to backend/api.',
    )
    await expect(app.trace).toContainText('End of tier default: no rule allowed it')
    await expect(app.trace).toContainText('default-deny selects this end')
    await expect(app.inspector).toContainText('same with staged policies')

    await test.step('it never left: the other end is inferred, not recorded', async () => {
      const path = section(app.inspector, 'Path')
      await expect(path).toContainText('Leaving the source: Denied here.')
      await expect(path).toContainText('Entering the destination: Never reached.')
      await expect(path).toContainText('inferred')
    })

    await test.step('what cannot be told says how to learn it', async () => {
      await app.inspector.getByRole('button', { name: /^What cannot be told/ }).click()
      const why = app.inspector.getByRole('term').filter({ hasText: 'Why no rule of the tier matched' })
      await expect(why).toBeVisible()
      await expect(app.inspector).toContainText('Read the egress rules of every policy of the tier')
    })
  })

  test('both ends: it left the source, and was refused at the destination', async ({
    app,
    cluster,
    page,
  }) => {
    cluster.receive(buildFlow({ policies: { enforced: allowed, pending: allowed } }), 2)
    const policies = { enforced: refused, pending: refused }
    cluster.receive(buildFlow({ reporter: 'Dst', action: 'Deny', policies }), 2)
    await page.goto(cluster.url)
    await app.openRow({ verdict: 'Allow' })
    const path = section(app.inspector, 'Path')
    await expect(path).toContainText('Leaving: allowed.allow-web rule 2')
    await expect(path).toContainText(/Denied here\.api-isolation selects it.* inferred/)
    await expect(app.inspector).toContainText('recorded at both ends')
    await app.inspector.getByRole('button', { name: /^What cannot be told/ }).click()
    await expect(app.inspector).toContainText(
      'It left frontend/web-*, allowed by GlobalNetworkPolicy allow-web rule 2; refused at backend/api-* because no rule allowed it',
    )
  })

  test('only this conversation: both ends, nothing else', async ({ app, cluster, page }) => {
    cluster.receive(buildFlow(), 2)
    cluster.receive(buildFlow({ reporter: 'Dst' }), 2)
    cluster.receive(buildFlow({ destPort: 443 }), 2)
    await page.goto(cluster.url)
    await app.openRow({ port: 'tcp 80' })
    await app.inspector.getByRole('button', { name: 'Only this' }).click()
    await expect(app.rows({ port: 'tcp 80' })).toHaveCount(2)
    await expect(app.rows()).toHaveCount(2)
  })

  test('an end without a record is unknown, not denied', async ({ app, cluster, page }) => {
    cluster.receive(buildFlow(), 2)
    await page.goto(cluster.url)
    await app.openRow({ verdict: 'Allow' })
    const path = section(app.inspector, 'Path')
    await expect(path).toContainText('Entering: no record.backend/api has no record here cannot be said')
  })

  test('change over time: until when by what, from when by what else, side by side', async ({
    app,
    cluster,
    page,
  }) => {
    cluster.receive(buildFlow({ policies: { enforced: allowed, pending: allowed } }), 4)
    cluster.receive(buildFlow({ action: 'Deny', policies: { enforced: refused, pending: refused } }), 3)
    await page.goto(cluster.url)
    await app.openRow({ verdict: 'Deny' })
    await app.inspector.getByRole('button', { name: /^Changes over time/ }).click()
    const change = section(app.inspector, 'Changes over time')
    await expect(change).toContainText(
      /Until \d\d:\d\d:\d\d allowed by GlobalNetworkPolicy allow-web rule 2; from then denied because no rule allowed it/,
    )
    await expect(change).toContainText('Why the trace changed is not known')
    await change.getByRole('button', { name: 'Side by side' }).click()
    const sides = change.getByRole('table', { name: 'Trace before and after' })
    await expect(sides.getByRole('columnheader')).toHaveText([/^Before until/, /^After from/])
    await expect(sides.getByRole('row').last().getByRole('cell')).toHaveText([
      /Allow.*allow-web rule 2/,
      /Deny.*End of tier.*api-isolation.*other action, policy, rule/,
    ])
  })

  test('goes into a ticket as Markdown, with the link that opens it again', async ({
    app,
    cluster,
    page,
    context,
  }) => {
    await context.grantPermissions(['clipboard-read', 'clipboard-write'])
    cluster.receive(buildFlow(STORY), 2)
    await page.goto(cluster.url)
    await app.openRow({ verdict: 'Deny' })
    await app.inspector.getByRole('button', { name: 'Copy as Markdown' }).click()
    await expect(app.inspector.getByRole('button', { name: 'Copied' })).toBeVisible()
    const ticket = await page.evaluate(() => navigator.clipboard.readText())
    expect(ticket).toContain('### **Denied leaving:** `default/test` could not open **tcp 80**')
    expect(ticket).toContain(
      '| tier default | end of tier default: no rule allowed it, Deny, trigger GlobalNetworkPolicy default-deny',
    )
    expect(ticket).toContain('- Connections: 2 refused')
    expect(ticket).toContain(`<${page.url()}>`)
  })
})

test.describe('staged changes', () => {
  test.beforeEach(({ cluster }) => {
    const policies = { enforced: allowed, pending: [LOCK] }
    cluster.receive(buildFlow({ policies }), 2)
    cluster.receive(buildFlow({ destName: 'db-*', destPort: 5432, policies }), 2)
    cluster.receive(buildFlow(STORY), 2)
    cluster.receive(buildFlow({ sourceName: 'jobs-*', policies: { enforced: allowed, pending: [] } }), 2)
  })

  test('says what promoting a staged policy would deny, pair by pair', async ({ app, cluster, page }) => {
    await page.goto(cluster.url)
    await page.getByRole('link', { name: 'Staged changes' }).click()
    await expect(page).toHaveURL(/screen=staged/)
    const lockdown = page.getByRole('article')
    await expect(lockdown.getByRole('heading')).toHaveText(
      'Enforcing StagedGlobalNetworkPolicy sgnp-lockdown would deny 2 pairs that are allowed now.',
    )
    await expect(lockdown).toContainText('4 connections started, 2.8 kB would be denied')
    await expect(page.getByRole('region', { name: 'Staged changes' })).toContainText(
      'Of the 3 records that can be compared 2 would change. 1 record cannot be compared',
    )
    const pairs = lockdown.getByRole('list', { name: 'Pairs that would be denied' }).getByRole('listitem')
    await expect(pairs).toHaveCount(2)

    await test.step('a pair opens beside the list', async () => {
      await pairs.filter({ hasText: 'backend/db' }).getByRole('button').click()
      await expect(app.inspector.getByRole('heading', { level: 2 })).toContainText('backend/db')
      await expect(app.trace).toContainText('sgnp-lockdown')
    })

    await test.step('the groups of a change are shown in the table', async () => {
      await lockdown.getByRole('button', { name: 'Show the groups' }).click()
      await expect(app.clauses).toHaveText(['changed is yes', 'policy is sgnp-lockdown'])
      await expect(app.rows({ staged: 'Deny' })).toHaveCount(2)
    })
  })

  test('are those of the filter', async ({ app, cluster, page }) => {
    await page.goto(`${cluster.url}?screen=staged&q=dst.name+%3D+%22db-*%22`)
    await expect(page.getByRole('article').getByRole('heading')).toContainText('would deny 1 pair')
    await page.goto(`${cluster.url}?screen=staged&q=src.ns+%3D+default`)
    await expect(page.getByRole('heading', { name: 'No verdict would change' })).toBeVisible()
    await page.getByRole('link', { name: 'Flows' }).click()
    await app.expectRow({ source: 'default/test' })
  })
})

test('axe finds nothing serious where verdicts are explained', async ({ app, cluster, page }) => {
  cluster.receiveDemo(8)
  cluster.receive(buildFlow({ policies: { enforced: allowed, pending: [LOCK] } }), 4)
  cluster.receive(buildFlow({ action: 'Deny', policies: { enforced: refused, pending: [LOCK] } }), 3)
  await page.emulateMedia({ reducedMotion: 'reduce' })
  await page.goto(`${cluster.url}?screen=staged&q=src.name+%3D+%22web-*%22`)
  await page.getByRole('article').getByRole('listitem').getByRole('button').first().click()
  await app.inspector.getByRole('heading', { level: 2 }).focus()
  await page.keyboard.press('3')
  await section(app.inspector, 'Changes over time')
    .getByRole('button', { name: 'Side by side' })
    .first()
    .click()
  await page.keyboard.press('4')
  await expectNoSeriousInBothThemes(page)
})
