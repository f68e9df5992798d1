import { gzipSync } from 'node:zlib'

import { writeFlow } from '../src/capture/write.ts'
import { buildEndOfTier, buildFlow, buildHit } from '../src/flows/testing/build.ts'
import { expect, test } from './support/test.ts'

const NAMESPACED = buildHit({
  kind: 'CalicoNetworkPolicy',
  namespace: 'shop',
  name: 'allow-web',
  tier: 'security',
  ruleIndex: 3,
})

const WEB = buildFlow({ policies: { enforced: [NAMESPACED], pending: [NAMESPACED] } })
const DB = buildFlow({
  sourceName: 'api-*',
  sourceNamespace: 'backend',
  destName: 'db-0',
  destNamespace: 'db',
  destPort: 5432,
})
const DNS = buildFlow({ destName: 'coredns-*', destNamespace: 'kube-system', destPort: 53, proto: 'udp' })

test.describe('a filter that is added from the list of fields', () => {
  test.beforeEach(async ({ app, cluster, page }) => {
    for (const flow of [WEB, DB, DNS]) cluster.receive(flow, 3)
    await page.goto(`${cluster.url}?rows=flows`)
    await expect(app.rows()).toHaveCount(3)
  })

  const CASES = [
    { field: 'tier', value: 'security', leaves: 'backend/api-*' },
    { field: 'kind', value: 'CalicoNetworkPolicy', leaves: 'backend/api-*' },
    { field: 'policy.ns', value: 'shop', leaves: 'backend/api-*' },
    { field: 'policy', value: 'allow-web', leaves: 'backend/api-*' },
    { field: 'proto', value: 'udp', leaves: 'kube-system/coredns-*' },
    { field: 'port', value: '5432', leaves: 'db/db-0' },
    { field: 'name', value: 'db-0', leaves: 'db/db-0' },
    { field: 'src.name', value: 'api-*', leaves: 'db/db-0' },
  ] as const
  for (const { field, value, leaves } of CASES) {
    test(`${field}: ${value}`, async ({ app }) => {
      await app.choose(field, value)
      await expect(app.rows()).toHaveCount(1)
      await app.expectRow({ destination: leaves })
    })
  }

  test('a value can be excluded, and taken back', async ({ app, page }) => {
    await app.openValues('dst.ns')
    await page.getByRole('button', { name: 'Without db', exact: true }).click()
    await expect(app.clauses).toHaveText(['dst.ns is not db'])
    await expect(app.rows()).toHaveCount(2)
    await page.getByRole('button', { name: 'Without db', exact: true }).click()
    await expect(app.clauses).toHaveCount(0)
  })
})

test('a value that only Goldmane knows is offered as not held', async ({ app, cluster, page }) => {
  cluster.receive(WEB, 3)
  await page.goto(`${cluster.url}?rows=flows`)
  await expect(app.rows()).toHaveCount(1)
  // In the current bucket, which the hints include and the stream does not.
  cluster.receive(DB, 1)
  await app.openValues('dst.ns')
  const offered = page.getByRole('dialog').getByRole('listitem').filter({ hasText: 'db' })
  await expect(offered).toContainText('not held')
})

test.describe('the columns', () => {
  for (const name of [
    'Last',
    'First seen',
    'Verdict',
    'Pending',
    'Source',
    'Destination',
    'Port',
    'Reporter',
    'Decided by',
    'Connections',
  ]) {
    test(`sort by ${name.toLowerCase()}, both ways`, async ({ app, cluster, page }) => {
      for (const flow of [WEB, DB, DNS]) cluster.receive(flow, 3)
      cluster.receive(buildFlow({ action: 'Deny', reporter: 'Dst' }, { numConnectionsStarted: 9 }), 4)
      await page.goto(`${cluster.url}?rows=flows&sort=bytes`)
      await expect(app.rows()).toHaveCount(4)
      const header = app.table.getByRole('columnheader', { name: new RegExp(`^${name}`) })
      const order = () =>
        app
          .rows()
          .evaluateAll((rows) =>
            rows
              .toSorted((a, b) => Number(a.ariaRowIndex) - Number(b.ariaRowIndex))
              .map((row) => row.textContent.replace(/\d+ (s|min)$/, '')),
          )
      if (['First seen', 'Pending', 'Reporter'].includes(name)) await app.showColumn(name)
      await header.getByRole('button', { name, exact: true }).click()
      const first = await header.getAttribute('aria-sort')
      await expect(header).toHaveAttribute('aria-sort', /ascending|descending/)
      await expect.poll(order).toHaveLength(4)
      const one = await order()
      await header.getByRole('button', { name, exact: true }).click()
      await expect(header).not.toHaveAttribute('aria-sort', first ?? '')
      await expect.poll(order).toEqual(one.toReversed())
    })
  }
})

test('a flow’s times carry their zone, and its raw record is copied as Goldmane writes it', async ({
  app,
  cluster,
  page,
}) => {
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
  cluster.receive(WEB, 3)
  await page.goto(`${cluster.url}?rows=flows`)
  await app.openRow({ source: 'frontend/web-*' })
  await app.inspector.getByRole('button', { name: /^Counters/ }).click()
  await expect(
    app.inspector.getByRole('definition').filter({ hasText: /\d{2}:\d{2}:\d{2} UTC$/ }),
  ).toHaveCount(2)
  await app.inspector.getByRole('button', { name: /^Raw record/ }).click()
  await app.inspector.getByRole('button', { name: 'Copy', exact: true }).click()
  await expect
    .poll(async () => JSON.parse(await page.evaluate(() => navigator.clipboard.readText())) as unknown)
    .toMatchObject({ Key: { sourceName: 'web-*', destPort: '80', action: 'Allow' }, packetsIn: '6' })
})

test('Goldmane’s own JSON, packed with gzip, opens like any capture', async ({ app, cluster, page }) => {
  const denied = buildFlow({
    sourceName: 'test',
    sourceNamespace: 'default',
    action: 'Deny',
    policies: { enforced: [buildEndOfTier('default-deny')], pending: [] },
  })
  const text = [WEB, DB, denied]
    .map((flow) => JSON.stringify(JSON.parse(writeFlow(flow)), null, 2))
    .join('\n')
  await page.goto(cluster.url)
  await page
    .getByLabel('Capture file')
    .setInputFiles({ name: 'flows.json.gz', mimeType: 'application/gzip', buffer: gzipSync(text) })
  await expect(app.source).toHaveText('Capture')
  await expect(page.getByText('Goldmane flows')).toBeVisible()
  await expect(app.footer).toContainText('3 records')
  await app.openRow({ verdict: 'Deny', source: 'default/test' })
  await expect(app.trace).toContainText('default-deny')
})
