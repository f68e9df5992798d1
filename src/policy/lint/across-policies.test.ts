/** Lint rules that compare policies and tiers: what each finds, what it leaves alone, and that a comment silences it. */
import { describe, expect, test } from 'vitest'
import { lintObjects, silencedObjects } from '../testing/lint-objects.ts'
import { policyText, tierText } from '../testing/shop-cluster.ts'

/** An egress policy of tier app for the pods of some label. */
function inApp(name: string, selector: string, egress: string, more = ''): string {
  return policyText(
    `app.${name}`,
    `tier: app, selector: ${JSON.stringify(selector)}, types: [Egress], egress: [${egress}]${more}`,
  )
}

/** An egress policy of the default tier. */
function inDefault(name: string, spec: string): string {
  return policyText(name, `types: [Egress], ${spec}`)
}

function staged(spec: string, name = 'x'): string {
  return policyText(name, `types: [Egress], ${spec}`, 'StagedGlobalNetworkPolicy')
}

const APP = tierText('app', 20)
const WEB_TO_API = inApp('web', 'app == "web"', '{ action: Allow, destination: { selector: app == "api" } }')
const DNS = inDefault('dns', 'egress: [{ action: Allow, protocol: UDP, destination: { ports: [53] } }]')

describe('tier-swallows', () => {
  const TRAP = [APP, WEB_TO_API, DNS]

  test('a tier that ends before what a later one allows the same endpoints', () => {
    expect(lintObjects('tier-swallows', TRAP)).toEqual(['Tier app'])
  })

  test('a tier of which one policy passes, and another one does not', () => {
    const api = inApp('api', 'app == "api"', '{ action: Allow, protocol: TCP }, { action: Pass }')
    expect(lintObjects('tier-swallows', [...TRAP, api])).toEqual(['Tier app'])
  })

  test('a tier that no manifest declares, at its first policy', () => {
    const last = policyText('app.last', 'tier: app, order: 1, types: [Egress]')
    const later = policyText('late.x', 'tier: late, types: [Egress], egress: [{ action: Allow }]')
    expect(lintObjects('tier-swallows', [last, later])).toEqual(['Tier app'])
  })

  test.each([
    ['that passes at its end', [tierText('app', 20, 'Pass'), WEB_TO_API, DNS]],
    [
      'after what allows',
      [
        APP,
        WEB_TO_API,
        tierText('first', 1, 'Pass'),
        policyText('first.x', 'tier: first, types: [Egress], egress: [{ action: Allow }]'),
      ],
    ],
    [
      'whose policy ends with a rule that passes',
      [APP, inApp('web', 'app == "web"', '{ action: Deny, protocol: SCTP }, { action: Pass }'), DNS],
    ],
    [
      'in which another policy lets the same endpoints through',
      [
        APP,
        WEB_TO_API,
        inApp('rest', 'has(app)', '{ action: Pass, protocol: UDP, destination: { ports: ["50:60"] } }'),
        DNS,
      ],
    ],
    [
      'in which two policies together let all of these endpoints through',
      [
        APP,
        inApp('all', 'all()', '{ action: Allow, protocol: TCP }'),
        inApp('a', 'has(app)', '{ action: Pass }'),
        inApp('b', '!has(app)', '{ action: Pass }'),
        DNS,
      ],
    ],
    ['that denies the same by a rule, which is meant', [APP, inApp('web', 'all()', '{ action: Deny }'), DNS]],
    ['that allows the same', [APP, inApp('web', 'all()', '{ action: Allow, protocol: UDP }'), DNS]],
    [
      'for other endpoints',
      [APP, WEB_TO_API, inDefault('api', 'selector: app == "api", egress: [{ action: Allow }]')],
    ],
    ['before a tier that denies only', [APP, WEB_TO_API, inDefault('x', 'egress: [{ action: Deny }]')]],
    [
      'for the other direction',
      [APP, WEB_TO_API, policyText('in', 'types: [Ingress], ingress: [{ action: Allow }]')],
    ],
    [
      'of staged policies alone',
      [APP, policyText('app.x', 'tier: app, types: [Egress]', 'StagedGlobalNetworkPolicy'), DNS],
    ],
    [
      'of the namespace of another policy, by another label of names',
      [
        APP,
        policyText('app.x', 'tier: app, namespaceSelector: projectcalico.org/name == "lab", types: [Egress]'),
        policyText('default.y', 'types: [Egress], egress: [{ action: Allow }]', 'NetworkPolicy'),
      ],
    ],
  ])('no tier %s', (_, texts) => {
    expect(lintObjects('tier-swallows', texts)).toEqual([])
  })

  test('not the default tier before kube-baseline, which is made for what no policy selects', () => {
    const baseline =
      'apiVersion: policy.networking.k8s.io/v1alpha2\nkind: ClusterNetworkPolicy\nmetadata: { name: b }\n' +
      'spec: { tier: Baseline, priority: 1, subject: { namespaces: {} }, egress: [{ action: Accept, to: [{ namespaces: {} }] }] }\n'
    expect(lintObjects('tier-swallows', [DNS, baseline])).toEqual([])
  })

  test('is silenced at the tier', () => {
    expect(silencedObjects('tier-swallows', TRAP)).toEqual({ byItsName: [], byOthers: ['Tier app'] })
  })
})

describe('equal-order', () => {
  const ALLOW = 'egress: [{ action: Allow, protocol: TCP, destination: { ports: [80] } }]'
  const RIVALS = [
    inDefault('a', `order: 5, ${ALLOW}`),
    inDefault('b', 'order: 5, selector: has(app), egress: [{ action: Deny }]'),
  ]

  test('two policies of which one denies what the other allows', () => {
    expect(lintObjects('equal-order', RIVALS)).toEqual(['GlobalNetworkPolicy b'])
  })

  test('two policies without an order', () => {
    const texts = [inDefault('a', ALLOW), inDefault('b', 'egress: [{ action: Deny }]')]
    expect(lintObjects('equal-order', texts)).toEqual(['GlobalNetworkPolicy b'])
  })

  test.each([
    ['orders that differ', inDefault('b', 'order: 6, egress: [{ action: Deny }]')],
    ['policies that agree', inDefault('b', 'order: 5, egress: [{ action: Allow }]')],
    [
      'what is denied is something else',
      inDefault('b', 'order: 5, egress: [{ action: Deny, protocol: UDP }]'),
    ],
    ['the other direction', policyText('b', 'order: 5, types: [Ingress], ingress: [{ action: Deny }]')],
    ['a policy without rules', inDefault('b', 'order: 5')],
    ['a rule that only logs', inDefault('b', 'order: 5, egress: [{ action: Log }]')],
  ])('not %s', (_, rival) => {
    expect(lintObjects('equal-order', [inDefault('a', `order: 5, ${ALLOW}`), rival])).toEqual([])
  })

  test('not policies that select no endpoint together', () => {
    const texts = [
      inDefault('a', `order: 5, selector: app == "web", ${ALLOW}`),
      inDefault('b', 'order: 5, selector: app == "api", egress: [{ action: Deny }]'),
    ]
    expect(lintObjects('equal-order', texts)).toEqual([])
  })

  test('is silenced at the policy that comes second', () => {
    expect(silencedObjects('equal-order', RIVALS)).toEqual({
      byItsName: [],
      byOthers: ['GlobalNetworkPolicy b'],
    })
  })
})

describe('after-the-end', () => {
  const LATE = inDefault(
    'late',
    'order: 9, selector: app == "web", egress: [{ action: Allow, protocol: TCP }]',
  )
  const END = inDefault('end', 'order: 1, selector: has(app), egress: [{ action: Deny }]')

  test('a policy whose endpoints an earlier one decides for every connection', () => {
    expect(lintObjects('after-the-end', [LATE, END])).toEqual(['GlobalNetworkPolicy late'])
  })

  test.each([
    ['an earlier order', inDefault('end', 'order: 10, selector: has(app), egress: [{ action: Deny }]')],
    [
      'fewer endpoints',
      inDefault('end', 'order: 1, selector: app == "web" && tier == "x", egress: [{ action: Deny }]'),
    ],
    ['some connections', inDefault('end', 'order: 1, egress: [{ action: Deny, notProtocol: UDP }]')],
    ['a rule that only logs', inDefault('end', 'order: 1, egress: [{ action: Log }]')],
    ['another tier', policyText('app.end', 'tier: app, types: [Egress], egress: [{ action: Pass }]')],
    ['the other direction', policyText('end', 'order: 1, types: [Ingress], ingress: [{ action: Deny }]')],
    [
      'a staged one',
      policyText('end', 'order: 1, types: [Egress], egress: [{ action: Deny }]', 'StagedGlobalNetworkPolicy'),
    ],
  ])('not with %s', (_, other) => {
    expect(lintObjects('after-the-end', [LATE, other])).toEqual([])
  })

  test('not a policy without rules, which is for the end of the tier', () => {
    expect(lintObjects('after-the-end', [END, inDefault('late', 'order: 9, selector: has(app)')])).toEqual([])
  })

  test('is silenced at the policy that is not reached', () => {
    expect(silencedObjects('after-the-end', [LATE, END])).toEqual({
      byItsName: [],
      byOthers: ['GlobalNetworkPolicy late'],
    })
  })
})

describe('staged-shadowed', () => {
  const ENFORCED = inDefault('x', 'order: 5, egress: [{ action: Allow }]')
  const SHADOWED = [ENFORCED, staged('order: 5, egress: [{ action: Deny }]')]

  test('a staged policy of the same name and order as an enforced one', () => {
    expect(lintObjects('staged-shadowed', SHADOWED)).toEqual(['StagedGlobalNetworkPolicy x'])
  })

  test('also of Kubernetes, where all have one order', () => {
    const spec = 'spec: { podSelector: {}, policyTypes: [Ingress], ingress: [{}] }'
    const texts = [
      `apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: { name: x, namespace: a }\n${spec}\n`,
      `apiVersion: projectcalico.org/v3\nkind: StagedKubernetesNetworkPolicy\nmetadata: { name: x, namespace: a }\n${spec}\n`,
    ]
    expect(lintObjects('staged-shadowed', texts)).toEqual(['StagedKubernetesNetworkPolicy a/x'])
  })

  test.each([
    ['an order before it', [ENFORCED, staged('order: 4, egress: [{ action: Deny }]')]],
    ['another name', [ENFORCED, staged('order: 5, egress: [{ action: Deny }]', 'y')]],
    [
      'an enforced twin without rules',
      [inDefault('x', 'order: 5'), staged('order: 5, egress: [{ action: Deny }]')],
    ],
    ['a deletion, which Felix never sees', [ENFORCED, staged('order: 5, stagedAction: Delete')]],
    [
      'the other direction alone',
      [
        policyText('x', 'order: 5, types: [Ingress], ingress: [{ action: Allow }]'),
        staged('order: 5, egress: [{ action: Deny }]'),
      ],
    ],
  ])('not with %s', (_, texts) => {
    expect(lintObjects('staged-shadowed', texts)).toEqual([])
  })

  test('is silenced at the staged policy', () => {
    expect(silencedObjects('staged-shadowed', SHADOWED)).toEqual({
      byItsName: [],
      byOthers: ['StagedGlobalNetworkPolicy x'],
    })
  })
})
