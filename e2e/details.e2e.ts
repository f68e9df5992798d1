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

test.describe('each filter control', () => {
  test.beforeEach(async ({ app, cluster, page }) => {
    for (const flow of [WEB, DB, DNS]) cluster.receive(flow, 3)
    await page.goto(`${cluster.url}?rows=flows`)
    await expect(app.rows()).toHaveCount(3)
  })

  const CASES = [
    { control: 'Policy', tab: 'Tier', value: 'security', leaves: 'backend/api-*' },
    { control: 'Policy', tab: 'Policy kind', value: 'CalicoNetworkPolicy', leaves: 'backend/api-*' },
    { control: 'Policy', tab: 'Policy namespace', value: 'shop', leaves: 'backend/api-*' },
    { control: 'Policy', tab: 'Policy', value: 'allow-web', leaves: 'backend/api-*' },
    { control: 'Port', tab: 'Protocol', value: 'udp', leaves: 'kube-system/coredns-*' },
    { control: 'Port', tab: 'Port', value: '5432', leaves: 'db/db-0' },
    { control: 'Either end', tab: 'Name', value: 'db-0', leaves: 'db/db-0' },
    { control: 'Source', tab: 'Source', value: 'api-*', leaves: 'db/db-0' },
  ] as const
  for (const { control, tab, value, leaves } of CASES) {
    test(`${control}, ${tab.toLowerCase()}: ${value}`, async ({ app }) => {
      await app.choose(control, value, tab)
      await expect(app.rows()).toHaveCount(1)
      await app.expectRow({ destination: leaves })
    })
  }

  test('a value can be excluded, and taken back', async ({ app, page }) => {
    await app.filter.getByRole('button', { name: 'Destination' }).click()
    await page.getByRole('button', { name: 'Exclude db', exact: true }).click()
    await expect(app.clauses).toHaveText(['dst.ns != db'])
    await expect(app.rows()).toHaveCount(2)
    await page.getByRole('button', { name: 'Exclude db', exact: true }).click()
    await expect(app.clauses).toHaveCount(0)
  })
})

test('a value that only Goldmane knows is offered as not held', async ({ app, cluster, page }) => {
  cluster.receive(WEB, 3)
  await page.goto(`${cluster.url}?rows=flows`)
  await expect(app.rows()).toHaveCount(1)
  // In the current bucket, which the hints include and the stream does not.
  cluster.receive(DB, 1)
  await app.filter.getByRole('button', { name: 'Destination' }).click()
  const offered = page.getByRole('dialog').getByRole('listitem').filter({ hasText: 'db' })
  await expect(offered).toContainText('not held')
})

test.describe('the columns', () => {
  test('are resized by key and by mouse, and stay so', async ({ app, cluster, page }) => {
    cluster.receive(WEB, 3)
    await page.goto(`${cluster.url}?rows=flows`)
    const heading = app.table.getByRole('columnheader', { name: /^Destination/ })
    const width = async () => Math.round((await heading.boundingBox())?.width ?? 0)
    const edge = page.getByRole('separator', { name: 'Width of Destination' })
    const before = await width()
    await edge.focus()
    await page.keyboard.press('ArrowLeft')
    await page.keyboard.press('ArrowLeft')
    await expect.poll(width).toBe(before - 32)

    const box = await edge.boundingBox()
    if (box === null) throw new Error('the edge is on the screen')
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2)
    await page.mouse.down()
    await page.mouse.move(box.x + box.width / 2 + 60, box.y + box.height / 2, { steps: 4 })
    await page.mouse.up()
    await expect.poll(width).toBeGreaterThan(before)
    const after = await width()
    await page.reload()
    await expect(heading).toBeVisible()
    await expect.poll(width).toBe(after)
  })

  for (const name of [
    'Last seen',
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
              .map((row) => row.textContent.replace(/^\d+ (s|min)/, '')),
          )
      if (name === 'First seen') await app.showColumn(name)
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
