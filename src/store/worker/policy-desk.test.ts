import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'

import { ALL } from '../../filter/tree/expression.ts'
import { parse } from '../../filter/language/parse-query.ts'
import type { LabelledKey } from '../../flows/flow.ts'
import { buildFlow, buildHit, buildKey } from '../../flows/testing/build.ts'
import { policyText, tierText } from '../../policy/testing/shop-cluster.ts'
import { STORY_CLUSTER } from '../../policy/testing/story-cluster.ts'
import type { PolicyDocument, PolicyExplanation, RunRequest } from '../policy-messages.ts'
import { DENIED, DeskPage, NOW } from '../testing/desk-page.ts'

const ALL_KEYS: RunRequest = { scope: null, stage: 'enforced' }

/** A file of the story. The lab called its default deny otherwise than the file does. */
function storyDocument(name: string): PolicyDocument {
  const url = new URL(`../../policy/testing/story/${name}.yaml`, import.meta.url)
  return {
    name: `${name}.yaml`,
    text: readFileSync(url, 'utf8').replace('name: 00-default-deny', 'name: default-deny'),
  }
}

const CLUSTER = { name: 'cluster.yaml', text: STORY_CLUSTER }
const OPTION_B = [CLUSTER, ...['00-default-deny', '01-dns', 'option-b'].map(storyDocument)]

function egressPolicy(action: string, rest = ''): string {
  return policyText('web', `selector: app == "web", types: [Egress], egress: [{ action: ${action}${rest} }]`)
}

/** Allowed by rule 0 of the policy `web`, as its source reports it. */
const ALLOWED: LabelledKey = {
  key: buildKey({ policies: { enforced: [buildHit({ name: 'web' })], pending: [] } }),
  sourceLabels: ['app=web'],
  destLabels: ['app=api'],
}

function explained(explanation: PolicyExplanation) {
  if (explanation.is !== 'explained') throw new Error(explanation.is)
  return explanation
}

describe('a load', () => {
  test('answers what is loaded, each fault with its place, and what was passed over', async () => {
    const page = new DeskPage()
    const broken = `${egressPolicy('Allow')}---\n${egressPolicy('Permit')}---\nkind: ConfigMap\napiVersion: v1\nmetadata: { name: x }\n`
    const loaded = await page.load(...OPTION_B, { name: 'a/broken.yaml', text: `${broken}---\na: [` })
    expect(loaded.counts).toMatchObject({ GlobalNetworkPolicy: 8, namespaces: 6, pods: 5 })
    expect(loaded.counts).not.toHaveProperty('tiers')
    expect(loaded.documents).toBe(5)
    expect(loaded.faultCounts).toEqual({ refused: 2, ignored: 0, unknown: 0 })
    expect(loaded.faults.map(({ place }) => [place.file, place.line])).toEqual([
      ['a/broken.yaml', 9],
      ['a/broken.yaml', 15],
    ])
    expect(loaded.passedOver.map(({ reason }) => reason)).toEqual([
      '1 object of the kind ConfigMap, which policies do not depend on',
    ])
  })

  test('of nothing unloads', async () => {
    const page = new DeskPage()
    await page.load(...OPTION_B)
    await page.load()
    expect(await page.explain(DENIED)).toEqual({ is: 'nothing loaded' })
    expect(await page.answerTo(page.give({ order: 'run', request: ALL_KEYS }))).toMatchObject({
      news: 'failed',
    })
  })

  test('of too many files says so, and leaves what is loaded', async () => {
    const page = new DeskPage()
    await page.load(...OPTION_B)
    const documents = Array.from({ length: 10_001 }, (_, i) => ({ name: `${i}`, text: '' }))
    const answer = await page.answerTo(page.give({ order: 'load', documents }))
    expect(answer).toMatchObject({ news: 'failed', trouble: { say: expect.stringContaining('10000 files') } })
    expect((await page.explain(DENIED)).is).toBe('explained')
  })

  test('that is cancelled, or replaced, is not answered', async () => {
    let now = 0
    const page = new DeskPage(() => (now += 300))
    const first = page.give({ order: 'load', documents: OPTION_B })
    const second = page.give({ order: 'load', documents: OPTION_B })
    const third = page.give({ order: 'load', documents: [] })
    page.give({ order: 'cancel', id: second })
    await page.answerTo(third)
    const fourth = page.give({ order: 'load', documents: OPTION_B })
    await page.answerTo(fourth)
    expect(page.newsOf(first)).toEqual([])
    expect(page.newsOf(second)).toEqual([])
    const progress = page.newsOf(fourth).flatMap((news) => (news.news === 'reading' ? [news.progress] : []))
    expect(progress.length).toBeGreaterThan(5)
    expect(
      progress.every(({ read, total }, i) => read <= total && read >= (progress[i - 1]?.read ?? 0)),
    ).toBe(true)
  })

  test('is held', async () => {
    const page = new DeskPage()
    const load = page.give({ order: 'load', documents: OPTION_B })
    await page.answerTo(load)
    expect(await page.ask({ order: 'hold', load }, 'held')).toEqual({ news: 'held', held: true })
    expect(await page.ask({ order: 'hold', load: load + 1 }, 'held')).toEqual({ news: 'held', held: false })
  })
})

describe('an explanation', () => {
  test("of the story's denied connection: hit by hit, and as a whole", async () => {
    const page = new DeskPage()
    await page.load(...OPTION_B)
    const { enforced, pending, says, differences, inForce } = explained(await page.explain(DENIED))
    expect(differences).toEqual([])
    expect(inForce).toEqual({ from: null, until: null })
    const trigger = { kind: 'GlobalNetworkPolicy', namespace: '', tier: 'default' }
    expect(enforced).toEqual([
      {
        is: 'end of tier',
        trigger: { ...trigger, name: 'default-deny' },
        triggerPlace: { file: '00-default-deny.yaml', line: 1, column: 1, endLine: 9 },
        tier: null,
        conditions: [expect.objectContaining({ holds: 'true', by: 'record' })],
      },
    ])
    expect(pending).toMatchObject([
      { is: 'end of tier', trigger: { ...trigger, name: '01-dns-clients-egress' } },
    ])
    expect(says.enforced).toEqual({
      verdict: 'Deny',
      deciding: [
        {
          words: 'Deny end of tier default, for GlobalNetworkPolicy default-deny',
          place: { file: '00-default-deny.yaml', line: 1, column: 1, endLine: 9 },
        },
      ],
      needsTrace: false,
      missing: [],
    })
  })

  test('of a rule: its text as written, and its conditions, those that the trace proves among them', async () => {
    const page = new DeskPage()
    const rule = ', protocol: TCP, destination: { nets: [10.0.0.0/8], ports: [80] }'
    await page.load({ name: 'web.yaml', text: egressPolicy('Allow', rule) })
    const { enforced, says, differences } = explained(await page.explain(ALLOWED))
    expect(differences).toEqual([])
    expect(enforced).toEqual([
      {
        is: 'rule',
        policy: { kind: 'GlobalNetworkPolicy', namespace: '', name: 'web', tier: 'default' },
        rule: {
          place: { file: 'web.yaml', line: 4, column: 59, endLine: 4 },
          text: expect.stringContaining('{ action: Allow, protocol: TCP, destination: { nets'),
        },
        conditions: [
          { text: 'selects the source: app == "web"', holds: 'true', by: 'record', missing: [] },
          { text: 'protocol TCP', holds: 'true', by: 'record', missing: [] },
          { text: 'destination nets 10.0.0.0/8', holds: 'true', by: 'trace', missing: [] },
          { text: 'destination ports 80', holds: 'true', by: 'record', missing: [] },
        ],
      },
    ])
    expect(says.enforced).toMatchObject({ verdict: 'Allow', needsTrace: true })
    // The pending trace was not recorded.
    expect(says.pending).toMatchObject({ verdict: 'Allow', needsTrace: true })
  })

  test('of a trace that other policies made: stale hits, and what contradicts', async () => {
    const page = new DeskPage()
    await page.load({ name: 'web.yaml', text: egressPolicy('Deny') })
    const { enforced, differences, says } = explained(await page.explain(ALLOWED))
    const why = 'rule 1 of GlobalNetworkPolicy web says Deny, and said Allow'
    expect(enforced).toMatchObject([{ is: 'stale', why, policy: { name: 'web' }, place: { line: 1 } }])
    expect(differences).toEqual([{ stage: 'enforced', hit: 0, why }])
    expect(says.enforced).toMatchObject({ verdict: 'Deny', needsTrace: false })
    await page.load({ name: 'tier.yaml', text: tierText('app', 1) })
    expect(explained(await page.explain(ALLOWED)).enforced).toMatchObject([
      { is: 'stale', policy: null, place: null },
    ])
  })

  test('of an unknown verdict names what is missing', async () => {
    const page = new DeskPage()
    await page.load({
      name: 'web.yaml',
      text: egressPolicy('Allow', ', destination: { nets: [10.0.0.0/8] }'),
    })
    const flow = { ...ALLOWED, key: buildKey({ policies: { enforced: [], pending: [] } }) }
    expect(explained(await page.explain(flow)).says.enforced).toMatchObject({
      verdict: 'unknown',
      missing: ['the address of the destination'],
      needsTrace: false,
    })
    expect(await page.explain({ ...flow, key: buildKey({ reporter: 'ReporterUnspecified' }) })).toEqual({
      is: 'unreported',
    })
  })
})

describe('of versions', () => {
  const name = 'GlobalNetworkPolicy web'
  const versions: readonly PolicyDocument[] = [
    { name, text: egressPolicy('Allow'), until: NOW },
    { name, text: egressPolicy('Allow', ', protocol: TCP'), from: NOW, until: NOW + 100 },
    { name, text: egressPolicy('Deny'), from: NOW + 100 },
  ]

  test('those are taken that were in force at the time of the record', async () => {
    const page = new DeskPage()
    const loaded = await page.load(...versions)
    expect(loaded).toMatchObject({ documents: 3, past: 2, counts: { GlobalNetworkPolicy: 1 } })
    const at = async (time: number) => {
      const { enforced, inForce, says } = explained(await page.explain(ALLOWED, time))
      const [hit] = enforced
      return [
        inForce.from,
        says.enforced.verdict,
        hit?.is === 'rule' ? hit.rule.text.includes('TCP') : hit?.is,
      ]
    }
    expect(await at(NOW - 1000)).toEqual([null, 'Allow', false])
    expect(await at(NOW - 15)).toEqual([null, 'Allow', false])
    expect(await at(NOW)).toEqual([NOW, 'Allow', true])
    expect(await at(NOW + 85)).toEqual([NOW, 'Allow', true])
    expect(await at(NOW + 1000)).toEqual([NOW + 100, 'Deny', 'stale'])
  })

  test('of two in force during the record the one that its trace fits', async () => {
    const page = new DeskPage()
    await page.load(...versions)
    const allowed = explained(await page.explain(ALLOWED, NOW + 90))
    expect([allowed.inForce.from, allowed.differences]).toEqual([NOW, []])
    const denied = {
      ...ALLOWED,
      key: buildKey({
        action: 'Deny',
        policies: { enforced: [buildHit({ name: 'web', action: 'Deny' })], pending: [] },
      }),
    }
    expect(explained(await page.explain(denied, NOW + 90)).inForce).toEqual({ from: NOW + 100, until: null })
  })

  test('the newest are taken for a record without a time', async () => {
    const page = new DeskPage()
    await page.load(...versions)
    const answer = await page.ask(
      { order: 'explain', flow: ALLOWED, during: { from: 0, to: 0 } },
      'explained',
    )
    expect(explained(answer.explanation).inForce.from).toBe(NOW + 100)
  })
})

function fill({ store }: DeskPage, count = 40): void {
  for (let i = 0; i < count; i++)
    store.append(buildFlow({ ...ALLOWED.key, destPort: i + 1 }, { numConnectionsStarted: 2, startTime: NOW }))
  for (let i = 0; i < 3; i++)
    store.append(
      buildFlow({ ...DENIED.key, destPort: i + 1 }, { sourceLabels: ['app=test'], startTime: NOW }),
    )
}

describe('a run', () => {
  test('counts what changes against the recorded verdicts, by groups', async () => {
    const page = new DeskPage()
    fill(page)
    await page.load({
      name: 'web.yaml',
      text: egressPolicy('Deny', ', protocol: TCP, destination: { ports: ["1:10"] } }, { action: Allow'),
    })
    const { result } = await page.ask({ order: 'run', request: ALL_KEYS }, 'ran')
    expect(result.counts['allow-to-deny']).toMatchObject({
      groups: 1,
      keys: 10,
      records: 10,
      connections: 20,
    })
    expect(result.counts.same).toMatchObject({ groups: 0, keys: 30 })
    // No policy governs the test pod, whose namespace's profile allows everything.
    expect(result.counts['deny-to-allow']).toMatchObject({ groups: 1, keys: 3 })
    expect(result).toMatchObject({ unreported: 0, leftOut: 0, changedTotal: 2 })
    expect(result.changed).toMatchObject([
      {
        kind: 'allow-to-deny',
        direction: 'egress',
        keys: 10,
        key: { sourceName: 'web-*' },
        after: {
          verdict: 'Deny',
          deciding: [{ words: 'Deny GlobalNetworkPolicy web rule 1', place: { file: 'web.yaml', line: 4 } }],
        },
      },
      { kind: 'deny-to-allow', keys: 3 },
    ])
  })

  test('says of unknown keys whether their traces fit', async () => {
    const page = new DeskPage()
    page.store.append(buildFlow(ALLOWED.key))
    await page.load({
      name: 'web.yaml',
      text: egressPolicy('Allow', ', destination: { nets: [10.0.0.0/8] }'),
    })
    const { result } = await page.ask({ order: 'run', request: ALL_KEYS }, 'ran')
    expect(result.counts.unknown).toMatchObject({ keys: 1, groups: 1 })
    expect(result.fitting).toMatchObject({ keys: 1, groups: 1 })
    await page.load({
      name: 'web.yaml',
      text: egressPolicy('Pass', ', destination: { nets: [10.0.0.0/8] } }, { action: Deny'),
    })
    const other = await page.ask({ order: 'run', request: ALL_KEYS }, 'ran')
    expect([other.result.counts.unknown.keys, other.result.fitting.keys]).toEqual([1, 0])
  })

  test('is limited to its scope, and takes staged policies as enforced where that is asked', async () => {
    const page = new DeskPage()
    fill(page)
    await page.load({
      name: 'web.yaml',
      text: egressPolicy('Deny').replace('kind: Global', 'kind: StagedGlobal'),
    })
    const keysOf = async (request: RunRequest) =>
      (await page.ask({ order: 'run', request }, 'ran')).result.counts['allow-to-deny'].keys
    expect(await keysOf({ scope: null, stage: 'pending' })).toBe(40)
    const parsed = parse('port<=5')
    const filter = parsed.ok ? parsed.expression : ALL
    const scope = { filter, time: null, until: null, frozen: null }
    expect(await keysOf({ scope, stage: 'pending' })).toBe(5)
    expect(await keysOf({ scope: { ...scope, time: { from: 0, to: NOW } }, stage: 'pending' })).toBe(0)
    expect(await keysOf(ALL_KEYS)).toBe(0)
  })

  test('that is cancelled is not answered, and the next one is', async () => {
    let now = 0
    const page = new DeskPage(() => (now += 300))
    fill(page, 200)
    await page.load({ name: 'web.yaml', text: egressPolicy('Deny') })
    const first = page.give({ order: 'run', request: ALL_KEYS })
    page.give({ order: 'cancel', id: first })
    const second = page.give({ order: 'run', request: ALL_KEYS })
    const third = page.give({ order: 'run', request: ALL_KEYS })
    expect(await page.answerTo(third)).toMatchObject({
      news: 'ran',
      result: { counts: { 'allow-to-deny': { keys: 200 } } },
    })
    expect(
      [...page.newsOf(first), ...page.newsOf(second)].filter(({ news }) => news !== 'evaluated'),
    ).toEqual([])
    const progress = page.newsOf(third).flatMap((news) => (news.news === 'evaluated' ? [news.progress] : []))
    expect(progress.length).toBeGreaterThan(2)
  })

  test('ends when its source is closed', async () => {
    let now = 0
    const page = new DeskPage(() => (now += 20))
    fill(page, 200)
    await page.load({ name: 'web.yaml', text: egressPolicy('Deny') })
    const id = page.give({ order: 'run', request: ALL_KEYS })
    page.isOpen = false
    expect(await page.answerTo(id)).toMatchObject({ news: 'failed' })
    expect(await page.answerTo(page.give({ order: 'run', request: ALL_KEYS }))).toMatchObject({
      news: 'failed',
    })
  })

  test('is of the policies that were loaded while it ran', async () => {
    let now = 0
    const page = new DeskPage(() => (now += 20))
    fill(page, 500)
    await page.load({ name: 'web.yaml', text: egressPolicy('Deny') })
    const id = page.give({ order: 'run', request: ALL_KEYS })
    await page.load({ name: 'web.yaml', text: egressPolicy('Allow') })
    expect(page.newsOf(id).filter(({ news }) => news === 'ran')).toEqual([])
    expect(await page.answerTo(id)).toMatchObject({
      result: { counts: { 'allow-to-deny': { keys: 0 }, same: { keys: 500 } } },
    })
  })
})
