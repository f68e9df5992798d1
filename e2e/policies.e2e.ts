/** Policies on the page: loaded by drop and paste, and their rules beside the hits of a recorded flow. */
import { readFileSync } from 'node:fs'

import { buildEndOfTier, buildFlow, buildHit } from '../src/flows/testing/build.ts'
import type { PolicyHit } from '../src/flows/flow.ts'
import type { Cluster } from './support/cluster.ts'
import { expectNoSeriousInBothThemes } from './support/axe.ts'
import { expect, test } from './support/test.ts'

function storyFile(name: string): { name: string; text: string } {
  const text = readFileSync(new URL(`../src/policy/testing/story/${name}`, import.meta.url), 'utf8')
  return { name, text }
}

const STORY = [storyFile('00-default-deny.yaml'), storyFile('01-dns.yaml')]
const BROKEN = {
  name: 'broken.yaml',
  text: 'apiVersion: projectcalico.org/v3\nkind: Tier\nmetadata:\n  name: [app\nspec: {}\n',
}

const both = (hit: PolicyHit) => ({ enforced: [hit], pending: [hit] })
const TEST_POD = { sourceName: 'test', sourceNamespace: 'default', reporter: 'Src' } as const

/** The story's denial, a lookup of names that its second step allows, and a flow that no loaded rule denied. */
function receiveStory(cluster: Cluster): void {
  const dns = buildHit({ name: '01-dns-clients-egress', action: 'Allow', ruleIndex: 0 })
  const gone = buildHit({ name: 'gone', action: 'Deny', ruleIndex: 2 })
  const labels = { sourceLabels: ['run=test'] }
  cluster.receive(
    buildFlow(
      { ...TEST_POD, action: 'Deny', policies: both(buildEndOfTier('00-default-deny')) },
      { ...labels, destLabels: ['app=api'] },
    ),
    2,
  )
  const toDns = { destName: 'coredns', destNamespace: 'kube-system', proto: 'udp', destPort: 53 }
  cluster.receive(
    buildFlow(
      { ...TEST_POD, ...toDns, action: 'Allow', policies: both(dns) },
      { ...labels, destLabels: ['k8s-app=kube-dns'] },
    ),
    2,
  )
  cluster.receive(buildFlow({ ...TEST_POD, destName: 'db', action: 'Deny', policies: both(gone) }, labels), 2)
}

test('dropped policies say what is wrong with them, and stand beside the hits of each flow', async ({
  app,
  cluster,
  page,
}) => {
  receiveStory(cluster)
  await page.goto(cluster.url)
  await app.expectRecords(3)
  await app.dropFiles([...STORY, BROKEN])
  const panel = page.getByRole('dialog', { name: 'Policies' })

  await test.step('the panel counts them, and names the place of a fault', async () => {
    await expect(panel.getByRole('region', { name: 'What is loaded' })).toContainText(
      '3 GlobalNetworkPolicies',
    )
    await expect(panel.getByRole('list', { name: 'List of faults' })).toContainText(
      'broken.yaml:5:1 left out',
    )
    await expect(panel).toContainText('nothing is uploaded')
    await panel.getByRole('button', { name: 'Compare' }).click()
    await expect(panel).toContainText(
      'Of 3 groups 3 keep their verdict, 0 would change; of 0 it cannot be said.',
    )
    await expectNoSeriousInBothThemes(page, '[role=dialog]')
    await page.keyboard.press('Escape')
    await expect(panel).toBeHidden()
  })

  const verdict = app.inspector.getByRole('region', { name: 'By the loaded policies' })
  await test.step('the lookup: its rule as written, its place and its conditions', async () => {
    await app.openRow({ verdict: 'Allow' })
    const rule = app.trace.getByRole('figure', { name: 'Rule as written' })
    await expect(rule).toContainText('01-dns.yaml:10')
    await expect(rule).toContainText('protocol: UDP')
    const conditions = app.trace.getByRole('list', { name: 'Conditions' })
    await expect(conditions.getByRole('listitem').filter({ hasText: 'ports 53' })).toContainText('recorded')
    await expect(verdict).toContainText('Allow, as recorded')
    await expectNoSeriousInBothThemes(page, 'aside')
  })

  await test.step('the denial: the policy that made the end of the tier count', async () => {
    await app.openRow({ verdict: 'Deny', destination: 'backend/api' })
    await expect(app.trace).toContainText('00-default-deny, which made the end count: 00-default-deny.yaml:1')
    await expect(verdict).toContainText('Deny, as recorded')
  })

  await test.step('a hit of a policy that is not loaded', async () => {
    await app.openRow({ verdict: 'Deny', destination: 'backend/db' })
    await expect(app.trace).toContainText('The loaded policies have no such hit: GlobalNetworkPolicy gone')
    await expect(verdict).toContainText('The loaded policies differ from those in force then.')
  })
})

test('a capture opens beside the policies of one drop; what is pasted is loaded, and removed', async ({
  app,
  cluster,
  page,
}) => {
  await page.goto(cluster.url)
  await app.expectShortcuts()
  const capture = cluster.demoCapture(2)
  await app.dropFiles([
    ...STORY,
    { name: 'incident.jsonl', text: capture },
    { name: 'notes.md', text: 'notes' },
  ])
  await app.expectRecords(capture.split('\n').length)
  await expect(app.footer).toContainText('2 files of policies loaded beside the capture')

  await app.pasteText(
    'apiVersion: projectcalico.org/v3\nkind: Tier\nmetadata: { name: app }\nspec: { order: 5 }\n',
  )
  const panel = page.getByRole('dialog', { name: 'Policies' })
  await expect(panel.getByRole('region', { name: 'What is loaded' })).toContainText('1 tier')
  await panel.getByRole('button', { name: 'Remove pasted text' }).click()
  await expect(panel).not.toContainText('1 tier')
  await panel.getByRole('button', { name: 'Remove all' }).click()
  await expect(panel).toContainText('none loaded')
  await expect(panel.getByRole('button', { name: 'Choose files…' })).toBeFocused()
})
