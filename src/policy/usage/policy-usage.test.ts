import { describe, expect, test } from 'vitest'

import { buildEndOfTier, buildHit } from '../../flows/testing/build.ts'
import type { RecordedHit } from '../../flows/recorded-hit.ts'
import { readManifests } from '../manifest/read-manifests.ts'
import { isNotHit, isUnused, type PolicyUsage, usageOf } from './policy-usage.ts'

const WEB = `apiVersion: projectcalico.org/v3
kind: GlobalNetworkPolicy
metadata: { name: web }
spec:
  selector: app == 'web'
  types: [Ingress, Egress]
  egress:
    - action: Allow
      protocol: UDP
    - action: Log
    - action: Deny
  ingress:
    - action: Allow
`
const PEERS = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { namespace: shop, name: peers }
spec:
  podSelector: {}
  policyTypes: [Ingress]
  ingress:
    - from: [{ podSelector: { matchLabels: { a: b } } }, { podSelector: { matchLabels: { a: c } } }]
    - ports: [{ port: 80 }]
`

function hit(of: Partial<RecordedHit['hit']>, more: Partial<RecordedHit> = {}): RecordedHit {
  const named = { kind: 'GlobalNetworkPolicy', namespace: '', name: 'web', tier: 'default' } as const
  return {
    reporter: 'Src',
    stage: 'enforced',
    hit: buildHit({ ...named, ...of }),
    first: 100,
    last: 200,
    records: 3,
    ...more,
  }
}

function usageIn(text: string, hits: readonly RecordedHit[]): PolicyUsage {
  const { manifests } = readManifests([{ name: 'a.yaml', text }])
  const [policy] = usageOf(hits, manifests).policies
  if (policy === undefined) throw new Error('no policy was read')
  return policy
}

/** Each rule with what is known of it. */
function words({ rules }: PolicyUsage): readonly string[] {
  return rules.map(({ direction, numbers: [first, last], times, traceless }) => {
    const number = first === last ? first : `${first}-${last}`
    return `${direction} ${number}: ${times === null ? (traceless ?? 'not hit') : times.records}`
  })
}

describe('a rule', () => {
  test('is hit by hits of its direction and number, and the others are not', () => {
    const usage = usageIn(WEB, [hit({ ruleIndex: 0, action: 'Allow' })])
    expect(words(usage)).toEqual(['ingress 1: not hit', 'egress 1: 3', 'egress 2: log', 'egress 3: not hit'])
    expect(usage.rules.filter(isNotHit)).toHaveLength(2)
    expect(isUnused(usage)).toBe(false)
  })

  test('has the times of all its hits', () => {
    const late = hit(
      { ruleIndex: 0, action: 'Allow', tier: 'default' },
      { first: 150, last: 900, records: 1 },
    )
    const [, rule] = usageIn(WEB, [hit({ ruleIndex: 0, action: 'Allow' }), late]).rules
    expect(rule?.times).toEqual({ first: 100, last: 900, records: 4 })
  })

  test('of Kubernetes is hit where one of those that it is converted to is', () => {
    const kubernetes = { kind: 'NetworkPolicy', namespace: 'shop', name: 'peers' } as const
    const usage = usageIn(PEERS, [hit({ ...kubernetes, ruleIndex: 1, action: 'Allow' }, { reporter: 'Dst' })])
    expect(words(usage)).toEqual(['ingress 1-2: 3', 'ingress 3: not hit'])
  })

  test('is another one where its action was another', () => {
    const usage = usageIn(WEB, [hit({ ruleIndex: 0, action: 'Deny' })])
    expect(words(usage)).toContain('egress 1: not hit')
    expect(usage.stale).toEqual({ first: 100, last: 200, records: 3 })
  })

  test('before conntrack is not said to be without hits', () => {
    const untracked = WEB.replace('types:', 'doNotTrack: true\n  applyOnForward: true\n  types:')
    expect(words(usageIn(untracked, []))).toContain('egress 1: untracked')
  })
})

test('a policy whose tier ended in its name is used', () => {
  const end = buildEndOfTier('web')
  const usage = usageIn(WEB, [hit({}, { hit: end })])
  expect(usage.endOfTier).toEqual({ first: 100, last: 200, records: 3 })
  expect(isUnused(usage)).toBe(false)
  expect(isUnused(usageIn(WEB, []))).toBe(true)
})

describe('a staged policy', () => {
  const staged = WEB.replace('kind: Global', 'kind: StagedGlobal')
  const pending = hit(
    { kind: 'StagedGlobalNetworkPolicy', ruleIndex: 0, action: 'Allow' },
    { stage: 'pending' },
  )

  test('is hit in pending traces', () => {
    expect(words(usageIn(staged, [pending]))).toEqual([
      'ingress 1: not hit',
      'egress 1: 3',
      'egress 2: log',
      'egress 3: not hit',
    ])
  })

  test('is not judged where no pending trace was recorded', () => {
    expect(words(usageIn(staged, [hit({ ruleIndex: 0, action: 'Allow' })]))).toContain('egress 1: no pending')
  })
})

test('an enforced policy is not hit twice because the pending trace has it too', () => {
  const both = (['enforced', 'pending'] as const).map((stage) =>
    hit({ ruleIndex: 0, action: 'Allow' }, { stage }),
  )
  expect(words(usageIn(WEB, both))).toContain('egress 1: 3')
})

test('hits of policies that are not loaded are told, those of profiles are not', () => {
  const { manifests } = readManifests([{ name: 'a.yaml', text: WEB }])
  const other = hit({ name: 'other' })
  const profile = hit({ kind: 'Profile', name: 'kns.shop', tier: '' })
  expect(usageOf([other, profile], manifests).unknown).toEqual([other])
})

test('hits that ended before a policy was as it is are of what it was before', () => {
  const { manifests } = readManifests([{ name: 'a.yaml', text: WEB }])
  const before = hit({ ruleIndex: 0, action: 'Allow' }, { last: 500 })
  const since = hit({ ruleIndex: 2, action: 'Deny' }, { last: 501 })
  const [usage] = usageOf([before, since], manifests, () => 500).policies
  expect(usage?.stale).toMatchObject({ last: 500 })
  expect(usage?.rules.map(({ times }) => times?.last ?? null)).toEqual([null, null, null, 501])
})
