import { expect, test } from './support/test.ts'

const hit = (name: string, action: string) => ({
  kind: 'CalicoNetworkPolicy',
  name,
  namespace: 'shop',
  tier: 'default',
  action,
  policy_index: 0,
  rule_index: 0,
  trigger: null,
})

function whiskerRecord(change: object): string {
  return JSON.stringify({
    start_time: '2026-09-27T11:32:15Z',
    end_time: '2026-09-27T11:32:30Z',
    action: 'Deny',
    source_name: 'scraper-655c844475-*',
    source_namespace: 'shop',
    source_labels: 'app=scraper | team=shop',
    dest_name: 'web-574ff6d9fd-*',
    dest_namespace: 'shop',
    dest_labels: 'app=web',
    protocol: 'tcp',
    dest_port: 80,
    reporter: 'Dst',
    policies: { enforced: [hit('web-guard', 'Deny')], pending: [] },
    packets_in: 8,
    packets_out: 0,
    bytes_in: 592,
    bytes_out: 0,
    ...change,
  })
}

const DENIED = whiskerRecord({})
const ENDED = whiskerRecord({
  dest_name: 'ledger-*',
  policies: {
    enforced: [
      {
        kind: 'EndOfTier',
        name: '',
        namespace: '',
        tier: 'default',
        action: 'Deny',
        policy_index: 0,
        rule_index: -1,
        trigger: { ...hit('ledger-isolation', 'ActionUnspecified'), kind: 'NetworkPolicy' },
      },
    ],
    pending: [],
  },
})
const PASSED = whiskerRecord({
  action: 'Allow',
  dest_name: 'coredns-*',
  dest_namespace: 'kube-system',
  protocol: 'udp',
  dest_port: 53,
  policies: {
    enforced: [
      {
        ...hit('calico-system.cluster-dns', 'Pass'),
        namespace: 'kube-system',
        tier: 'calico-system',
        rule_index: 1,
      },
      { ...hit('kns.kube-system', 'Allow'), kind: 'Profile', namespace: '', tier: '', policy_index: 1 },
    ],
    pending: null,
  },
})

test.describe('a capture file', () => {
  test('opens without any network, and shows its flows with their traces', async ({
    app,
    cluster,
    page,
    context,
  }) => {
    await page.goto(cluster.url)
    await expect(app.source).toHaveText('Live')
    await app.expectPreloaded()
    await context.setOffline(true)
    await cluster.stopGateway()
    await app.openCapture({ name: 'incident.jsonl', text: [DENIED, ENDED, PASSED].join('\n') })

    await expect(app.source).toHaveText('Capture')
    await expect(page.getByText('Whisker records')).toBeVisible()
    await expect(app.rows()).toHaveCount(3)
    await app.expectRow({ verdict: 'Deny', destination: 'shop/web-574ff6d9fd-*', decidedBy: /web-guard/ })
    await app.expectRow({ verdict: 'Deny', destination: 'shop/ledger-*', decidedBy: /ledger-isolation/ })
    await app.openRow({ verdict: 'Allow', destination: 'kube-system/coredns-*' })
    await expect(app.trace).toContainText('calico-system.cluster-dns')
    await expect(app.trace).toContainText('rule 2')
    await expect(app.trace).toContainText('kns.kube-system')
    await expect(app.inspector).toContainText('with staged policies cannot be said')
    await app.choose('action', 'Deny')
    await expect(app.rows()).toHaveCount(2)
  })

  test('a broken line is reported with its number, and everything around it is kept', async ({
    app,
    cluster,
    page,
  }) => {
    await page.goto(cluster.url)
    await app.openCapture({
      name: 'broken.jsonl',
      text: [DENIED, '{"start_time": "2026-09-27T11:32:15Z", "action": oops', ENDED, ''].join('\n'),
    })
    await expect(app.rows()).toHaveCount(2)
    await app.footer.getByRole('button', { name: '1 refused' }).click()
    await expect(page.getByRole('dialog', { name: 'What could not be read' })).toContainText('Line 2')
  })

  test('is opened by dropping it on the page', async ({ app, cluster, page }) => {
    await page.goto(cluster.url)
    await expect(app.source).toHaveText('Live')
    await app.dropCapture({ name: 'incident.jsonl', text: [DENIED, ENDED].join('\n') })
    await expect(app.source).toHaveText('Capture')
    await expect(app.rows()).toHaveCount(2)
  })

  test('is opened by dropping it where the server does not say what to show', async ({
    app,
    cluster,
    page,
  }) => {
    await page.route('**/config.json', (route) => route.fulfill({ status: 502 }))
    await page.goto(cluster.url)
    await expect(page.getByRole('heading', { name: 'Flowtrace cannot reach its server' })).toBeVisible()
    await app.dropCapture({ name: 'incident.jsonl', text: DENIED })
    await expect(app.source).toHaveText('Capture')
    await expect(app.rows()).toHaveCount(1)
  })

  test('an action that we do not know is kept and shown as it is', async ({ app, cluster, page }) => {
    await page.goto(cluster.url)
    await app.openCapture({ name: 'newer.jsonl', text: whiskerRecord({ action: 'Audit' }) })
    await expect(app.rows().getByRole('gridcell', { name: 'Audit' })).toBeVisible()
    await expect(app.footer).toContainText('1 unknown value')
  })

  test('a list as Whisker answers it, and the way back to the cluster', async ({ app, cluster, page }) => {
    await page.goto(cluster.url)
    await app.openCapture({
      name: 'list.json',
      text: `{"total":{"totalPages":1},"items":[${DENIED},${PASSED}]}`,
    })
    await expect(app.rows()).toHaveCount(2)
    await page.getByRole('button', { name: 'list.json' }).click()
    await page.getByRole('menuitem', { name: 'Back to test cluster' }).click()
    await expect(app.source).toHaveText('Live')
    await expect(app.rows()).toHaveCount(0)
  })

  test('something else is refused in words', async ({ app, cluster, page }) => {
    await page.goto(cluster.url)
    await app.openCapture({ name: 'holiday.txt', text: 'dear diary\nno flows today\n' })
    const dialog = page.getByRole('dialog', { name: 'holiday.txt was not opened' })
    await expect(dialog.getByRole('list', { name: 'Reasons' })).toContainText('Line 1')
    await dialog.getByRole('button', { name: 'Back' }).click()
    await expect(app.source).toHaveText('Live')
  })
})

test('a trace that is pasted onto the page opens as a capture and is explained', async ({
  app,
  cluster,
  page,
}) => {
  await page.goto(cluster.url)
  await expect(app.table).toBeVisible()
  // Once, and at once: what reads it is loaded after the first paint.
  await app.pasteText(JSON.stringify({ enforced: [hit('web-guard', 'Deny')], pending: [] }))
  await expect(page).toHaveTitle(/^pasted trace/)
  await expect(app.timeline).toContainText('No record of this capture has a time.')
  await page
    .getByRole('group', { name: 'Source namespace' })
    .getByRole('button', { name: 'not recorded, 1 record', exact: true })
    .click()
  await expect(page).toHaveURL(/q=src\.ns\+%3D\+%22%22/)
  await app.openRow({ decidedBy: /web-guard rule 1/ })
  await expect(app.inspector.getByRole('heading', { level: 2 })).toContainText('Denied')
  await expect(app.trace).toContainText('web-guard rule 1')
  await expect(app.inspector).toContainText('not recorded')
})
