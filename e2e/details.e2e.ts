import { gzipSync } from 'node:zlib'

import { writeFlow } from '../src/capture/write.ts'
import { buildEndOfTier, buildFlow, buildHit } from '../src/flows/testing/build.ts'
import type { Screen } from './support/screen.ts'
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
  test('leaves the rows with the value, for every kind of field', async ({ app }) => {
    for (const { field, value, leaves } of CASES)
      await test.step(`${field}: ${value}`, async () => {
        await app.choose(field, value)
        await expect(app.rows()).toHaveCount(1)
        await app.expectRow({ destination: leaves })
        await app.queryBar.getByRole('button', { name: 'Clear' }).click()
        await expect(app.rows()).toHaveCount(3)
      })
  })

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
  /** Of each column, how many rows have its least value, the next one and so on. */
  const CASES = {
    Last: [1, 3],
    'First seen': [1, 1, 2],
    Verdict: [3, 1],
    Pending: [3, 1],
    Source: [1, 3],
    Destination: [2, 1, 1],
    Port: [2, 1, 1],
    Reporter: [1, 3],
    'Decided by': [2, 1, 1],
    Connections: [2, 1, 1],
  } as const
  test('sort both ways, each by its own values', async ({ app, cluster, page }) => {
    cluster.receive(WEB, 6)
    for (const flow of [WEB, DB, DNS]) cluster.receive(flow, 3)
    const policies = { enforced: [buildEndOfTier('default-deny')], pending: [] }
    const denied = buildFlow({ action: 'Deny', reporter: 'Dst', policies }, { numConnectionsStarted: 9 })
    cluster.receive(denied, 4)
    await page.goto(`${cluster.url}?rows=flows&sort=bytes`)
    await expect(app.rows()).toHaveCount(4)
    for (const [name, ascending] of Object.entries(CASES))
      await test.step(name, () => expectSortedBothWays(app, name, ascending))
  })
})

/** Sorts by the column, which is shown if it is hidden, by both directions. `ascending`: its runs of equal values. */
async function expectSortedBothWays(app: Screen, name: string, ascending: readonly number[]): Promise<void> {
  const header = app.table.getByRole('columnheader', { name: new RegExp(`^${name}`) })
  if (['First seen', 'Pending', 'Reporter'].includes(name)) await app.showColumn(name)
  // Rows that are equal in the column keep their order both ways, so only the column's own values are compared.
  const order = async () => {
    const column = await header.getAttribute('aria-colindex')
    return app.rows().evaluateAll(
      (rows, index) =>
        rows
          .toSorted((a, b) => Number(a.ariaRowIndex) - Number(b.ariaRowIndex))
          .map((row) => {
            const cell = row.querySelector(`[role=gridcell][aria-colindex="${index}"]`)
            // The age of a row ticks, its time does not.
            return cell?.querySelector('time')?.dateTime ?? cell?.textContent
          }),
      column,
    )
  }
  /** The lengths of the runs of equal values, from the least one on. */
  const runs = async () => {
    const values = await order()
    const starts = values.flatMap((value, i) => (i === 0 || value !== values[i - 1] ? [i] : []))
    const lengths = starts.map((start, i) => (starts[i + 1] ?? values.length) - start)
    return (await header.getAttribute('aria-sort')) === 'ascending' ? lengths : lengths.toReversed()
  }
  await header.getByRole('button', { name, exact: true }).click()
  await expect(header).toHaveAttribute('aria-sort', /ascending|descending/)
  const first = await header.getAttribute('aria-sort')
  await expect.poll(runs).toEqual(ascending)
  const one = await order()
  await header.getByRole('button', { name, exact: true }).click()
  await expect(header).toHaveAttribute('aria-sort', first === 'ascending' ? 'descending' : 'ascending')
  await expect.poll(order).toEqual(one.toReversed())
}

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
