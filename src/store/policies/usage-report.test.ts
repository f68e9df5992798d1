import { expect, test } from 'vitest'

import { buildHit } from '../../flows/testing/build.ts'
import type { RecordedHit } from '../../flows/recorded-hit.ts'
import { policyText, tierText } from '../../policy/testing/shop-cluster.ts'
import type { PolicyDocument } from '../policy-messages.ts'
import { DeskPage } from '../testing/desk-page.ts'

function policy(name: string, rules: string, rest = ''): PolicyDocument {
  return {
    name: `${name}.yaml`,
    text: policyText(name, `selector: all(), types: [Egress], egress: [${rules}]${rest}`),
  }
}

function hit(name: string, ruleIndex: number, last = 200): RecordedHit {
  return {
    reporter: 'Src',
    stage: 'enforced',
    hit: buildHit({ kind: 'GlobalNetworkPolicy', namespace: '', tier: 'default', name, ruleIndex }),
    first: 100,
    last,
    records: 3,
  }
}

const TWO = '{ action: Allow }, { action: Allow, protocol: TCP }'

async function reportOf(hits: readonly RecordedHit[], ...documents: readonly PolicyDocument[]) {
  const page = new DeskPage()
  await page.load(...documents)
  return (await page.ask({ order: 'use', hits }, 'used')).report
}

test('rules without a hit are listed by their policies in the order of evaluation, each with its text', async () => {
  const report = await reportOf(
    [hit('late', 1), hit('gone', 0), hit('gone', 1)],
    policy('late', TWO, ', order: 9'),
    policy('early', TWO, ', order: 1'),
  )
  expect(report).toMatchObject({ policies: 2, rules: 4, notHit: 3, notKnown: 0, unused: 1, notLoaded: 1 })
  expect(
    report.listed.map((each) => [each.policy.name, each.isUnused, each.rules.map(({ numbers }) => numbers)]),
  ).toEqual([
    [
      'early',
      true,
      [
        [1, 1],
        [2, 2],
      ],
    ],
    ['late', false, [[1, 1]]],
  ])
  expect(report.listed[0]?.rules[1]?.written).toMatchObject({
    place: { file: 'early.yaml' },
    text: expect.stringContaining('protocol: TCP'),
  })
})

test('hits of before a version are not its own, and it says since when it is in force', async () => {
  const version = { ...policy('web', TWO), from: 500 }
  const report = await reportOf([hit('web', 0, 500), hit('web', 1, 600)], version)
  expect(report).toMatchObject({ notHit: 1, unused: 0 })
  expect(report.listed[0]).toMatchObject({
    since: 500,
    stale: { last: 500 },
    rules: [{ numbers: [1, 1] }],
  })
})

test('rules of which no hit tells are apart; so are those of policies that do nothing for workloads', async () => {
  const report = await reportOf(
    [],
    policy('untracked', '{ action: Allow }', ', doNotTrack: true, applyOnForward: true'),
    policy('log', '{ action: Log }, { action: Deny }'),
    { name: 'tier.yaml', text: tierText('app', 5) },
  )
  expect(report).toMatchObject({ rules: 3, notHit: 1, notKnown: 2 })
  expect(report.listedUnknown.map((each) => [each.policy.name, each.rules[0]?.traceless])).toEqual([
    ['log', 'log'],
    ['untracked', 'untracked'],
  ])
})

test('so many rules are listed, and all are counted', async () => {
  const many = Array.from({ length: 600 }, () => '{ action: Deny }').join(', ')
  const report = await reportOf([], policy('wide', many))
  expect(report.notHit).toBe(report.rules)
  expect(report.listed.flatMap(({ rules }) => rules).length).toBeLessThanOrEqual(500)
})

test('without policies the worker refuses', async () => {
  const page = new DeskPage()
  expect(await page.answerTo(page.give({ order: 'use', hits: [] }))).toMatchObject({
    news: 'failed',
    trouble: { say: 'No policies are loaded.' },
  })
})

test('other work is done between the slices of a long report', async () => {
  let ms = 0
  // Each step is a slice.
  const page = new DeskPage(() => (ms += 100))
  await page.load(policy('a', TWO), policy('b', TWO))
  let isOtherDone = false
  setImmediate(() => (isOtherDone = true))
  const { report } = await page.ask({ order: 'use', hits: [hit('a', 0)] }, 'used')
  expect(report).toMatchObject({ policies: 2, rules: 4, notHit: 3 })
  expect(isOtherDone).toBe(true)
})
