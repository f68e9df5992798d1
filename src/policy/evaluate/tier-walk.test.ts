/** The order of evaluation, paragraph by paragraph of `calico-semantics.md`. */
import { describe, expect, test } from 'vitest'

import { ensure } from '../../lib/assert.ts'
import {
  type Attempt,
  documents,
  hitLines,
  policyText,
  shopManifests,
  tierText,
  traceOf,
} from '../testing/shop-cluster.ts'
import { ConnectionEvaluator } from './connection-evaluator.ts'
import { endpointOfHost } from './endpoint.ts'
import { orderTiers } from './tier-order.ts'

const ALLOW_ALL = 'types: [Egress], egress: [{ action: Allow }]'
const DENY_ALL = 'types: [Egress], egress: [{ action: Deny }]'
const PASS_ALL = 'types: [Egress], egress: [{ action: Pass }]'
const NO_RULES = 'types: [Egress]'

function lines(texts: readonly string[], attempt: Attempt = {}): readonly string[] {
  return hitLines(traceOf(shopManifests(documents(...texts)), attempt))
}

/** The kinds and names of the policies, in order of evaluation. */
function order(...texts: readonly string[]): readonly string[] {
  const { tiers, policies } = shopManifests(documents(...texts))
  return orderTiers({ tiers, policies }).flatMap((tier) =>
    tier.policies.map(({ kind, name }) => `${kind} ${name}`),
  )
}

describe('3.1 tiers', () => {
  test('are ordered by order, then by name; without an order last, undeclared ones after these', () => {
    const { tiers, policies } = shopManifests(
      documents(
        ...['b', 'a'].map((name) => tierText(name, 5)),
        tierText('late', null),
        tierText('early', 1),
        ...['again', 'late', 'b', 'a', 'early', 'default'].map((tier) =>
          policyText(`${tier}.x`, `tier: ${tier}, ${NO_RULES}`),
        ),
      ),
    )
    const names = orderTiers({ tiers, policies }).map(({ tier }) => tier.name)
    expect(names).toEqual(['early', 'a', 'b', 'default', 'late', 'again'])
  })

  test('that are undeclared are evaluated all the same, and deny at their end', () => {
    expect(lines([policyText('x', `tier: undeclared, ${NO_RULES}`)])).toEqual(['Deny end of undeclared by x'])
  })

  test('of Kubernetes are around default: kube-admin before it, kube-baseline after it, both passing', () => {
    const texts = ['kube-baseline', 'kube-admin'].map((tier) =>
      policyText(`${tier}.x`, `tier: ${tier}, ${NO_RULES}`),
    )
    expect(lines(texts)).toEqual([
      'Pass end of kube-admin by kube-admin.x',
      'Pass end of kube-baseline by kube-baseline.x',
      'Allow profile kns.shop 0',
    ])
    expect(lines([...texts, policyText('x', PASS_ALL)])).toHaveLength(4)
  })

  test('end as their default action says', () => {
    const text = policyText('x', `tier: a, ${NO_RULES}`)
    expect(lines([tierText('a', 1), text])).toEqual(['Deny end of a by x'])
    expect(lines([tierText('a', 1, 'Pass'), text])).toEqual([
      'Pass end of a by x',
      'Allow profile kns.shop 0',
    ])
  })
})

describe('3.2 policies of a tier', () => {
  test('are ordered by order, which may be a fraction, is negative or is missing and then last', () => {
    const texts = [
      policyText('none', NO_RULES),
      policyText('two', `order: 2, ${NO_RULES}`),
      policyText('half', `order: 1.5, ${NO_RULES}`),
      policyText('minus', `order: -1, ${NO_RULES}`),
    ]
    expect(order(...texts).map((text) => text.split(' ')[1])).toEqual(['minus', 'half', 'two', 'none'])
  })

  test.each([
    ['a', 'a-b', ['a-b', 'a']],
    ['a', 'a.b', ['a.b', 'a']],
    ['a', 'ab', ['a', 'ab']],
    ['a-b', 'a.b', ['a-b', 'a.b']],
  ])('of one order, %s and %s, are ordered by the bytes of name/namespace/kind', (one, other, expected) => {
    const texts = [policyText(one, `order: 1, ${NO_RULES}`), policyText(other, `order: 1, ${NO_RULES}`)]
    expect(order(...texts).map((text) => text.split(' ')[1])).toEqual(expected)
    expect(order(...texts.toReversed()).map((text) => text.split(' ')[1])).toEqual(expected)
  })

  test('of one name are ordered by namespace, where none is first, and then by the kind as Felix names it', () => {
    const kinds = ['StagedNetworkPolicy', 'NetworkPolicy', 'StagedGlobalNetworkPolicy', 'GlobalNetworkPolicy']
    expect(order(...kinds.map((kind) => policyText('a', NO_RULES, kind)))).toEqual([
      'GlobalNetworkPolicy a',
      'StagedGlobalNetworkPolicy a',
      'CalicoNetworkPolicy a',
      'StagedNetworkPolicy a',
    ])
  })
})

describe('3.3 a policy applies', () => {
  test.each([
    ['app == "web"', true],
    ['pcns.team == "red"', true],
    ['pcns.team == "fake"', false],
    ['pcsa.role == "writer"', true],
    ['projectcalico.org/serviceaccount == "robot"', true],
    ['projectcalico.org/orchestrator == "k8s"', true],
    ['app == "api"', false],
  ])('where its selector matches, inherited labels included: %s %s', (selector, isSelected) => {
    const trace = lines([policyText('x', `selector: '${selector}', ${DENY_ALL}`)])
    expect(trace).toEqual([isSelected ? 'Deny x 0' : 'Allow profile kns.shop 0'])
  })

  test('in the directions that it governs', () => {
    const texts = [policyText('x', DENY_ALL)]
    expect(lines(texts)).toEqual(['Deny x 0'])
    expect(lines(texts, { direction: 'ingress' })).toEqual(['Allow profile kns.shop 0'])
  })
})

describe('3.4 evaluation', () => {
  test('takes the first rule of the first policy that matches', () => {
    const texts = [
      policyText('b', `order: 2, ${DENY_ALL}`),
      policyText(
        'a',
        'order: 1, types: [Egress], egress: [{ action: Deny, protocol: UDP }, { action: Allow }, { action: Deny }]',
      ),
    ]
    expect(lines(texts)).toEqual(['Allow a 1'])
  })

  test('leaves a tier out where no policy selects the endpoint, its default action too', () => {
    expect(
      lines([tierText('a', 1), policyText('a.x', `tier: a, selector: 'app == "api"', ${DENY_ALL}`)]),
    ).toEqual(['Allow profile kns.shop 0'])
  })

  test('counts a policy without rules, whose tier then ends', () => {
    expect(lines([policyText('x', NO_RULES)])).toEqual(['Deny end of default by x'])
  })

  test('goes on with the next tier after Pass, without a hit for the end of this one', () => {
    const texts = [
      tierText('a', 1),
      tierText('b', 2),
      policyText('a.x', `tier: a, ${PASS_ALL}`),
      policyText('a.y', `tier: a, ${DENY_ALL}`),
      policyText('b.x', `tier: b, ${DENY_ALL}`),
    ]
    expect(lines(texts)).toEqual(['Pass a.x 0', 'Deny b.x 0'])
  })

  test('numbers the hits of its own list (1.5)', () => {
    const texts = [tierText('a', 1), policyText('a.x', `tier: a, ${PASS_ALL}`), policyText('x', DENY_ALL)]
    expect(traceOf(shopManifests(documents(...texts))).map((hit) => hit.policyIndex)).toEqual([0, 1])
  })
})

describe('1.6 the end of a tier names', () => {
  const texts = [
    policyText('b', `order: 2, ${NO_RULES}`),
    policyText('a', `order: 1, ${NO_RULES}`),
    policyText('c', `order: 3, selector: 'app == "api"', ${NO_RULES}`),
    policyText('staged-first', `order: 0, ${NO_RULES}`, 'StagedGlobalNetworkPolicy'),
    policyText('staged-last', `order: 9, ${NO_RULES}`, 'StagedGlobalNetworkPolicy'),
  ]

  test('when enforced, the last policy that is not staged and selects the endpoint', () => {
    expect(lines(texts)).toEqual(['Deny end of default by b'])
  })

  test('when pending, the first one, staged or not', () => {
    expect(lines(texts, { stage: 'pending' })).toEqual(['Deny end of default by staged-first'])
    expect(lines(texts.slice(0, 3), { stage: 'pending' })).toEqual(['Deny end of default by a'])
  })

  test('and has the form of a hit of Felix', () => {
    const [hit] = traceOf(shopManifests(policyText('x', `tier: default, ${NO_RULES}`)))
    expect(hit).toEqual({
      kind: 'EndOfTier',
      namespace: '',
      name: '',
      tier: 'default',
      action: 'Deny',
      policyIndex: 0,
      ruleIndex: -1,
      trigger: {
        kind: 'GlobalNetworkPolicy',
        namespace: '',
        name: 'x',
        tier: 'default',
        action: 'ActionUnspecified',
        policyIndex: 0,
        ruleIndex: 0,
        trigger: null,
      },
    })
  })
})

function hostText(profile: string): string {
  return `apiVersion: projectcalico.org/v3\nkind: HostEndpoint\nmetadata: { name: n }\nspec: { node: n, expectedIPs: [10.0.9.1], profiles: [${profile}] }\n`
}

/** The trace of a host endpoint with a profile. */
function hostTrace(profile: string): readonly string[] {
  const manifests = shopManifests(hostText(profile))
  const [own] = manifests.hostEndpoints
  const endpoint = endpointOfHost(ensure(own, 'a host'), manifests)
  const [address] = endpoint.addresses
  const end = { endpoint, address: ensure(address, 'an address'), port: 80 }
  const connection = { source: end, destination: end, protocol: 6, icmp: null }
  return hitLines(
    new ConnectionEvaluator(manifests).evaluate(endpoint, connection, 'egress', 'enforced').hits,
  )
}

describe('1.7 profiles decide', () => {
  test('where no policy applies', () => {
    expect(traceOf(shopManifests(''))).toEqual([
      {
        kind: 'Profile',
        namespace: '',
        name: 'kns.shop',
        tier: '',
        action: 'Allow',
        policyIndex: 0,
        ruleIndex: 0,
        trigger: null,
      },
    ])
  })

  test('of automatic host endpoints, which allows everything', () => {
    expect(hostTrace('projectcalico-default-allow')).toEqual(['Allow profile projectcalico-default-allow 0'])
    expect(hostTrace('other')).toEqual(['Deny profile __NO_MATCH__ 0'])
  })

  test('after Pass out of the last tier', () => {
    expect(lines([policyText('x', PASS_ALL)])).toEqual(['Pass x 0', 'Allow profile kns.shop 0'])
  })
})

describe('3.6 actions', () => {
  test('Log keeps its index and decides nothing', () => {
    const rules = 'egress: [{ action: Log }, { action: Log }, { action: Allow }]'
    expect(lines([policyText('x', `types: [Egress], ${rules}`)])).toEqual(['Allow x 2'])
    expect(lines([policyText('x', 'types: [Egress], egress: [{ action: Log }]')])).toEqual([
      'Deny end of default by x',
    ])
  })
})

describe('3.7 policies of Kubernetes', () => {
  test('have order 1000 in tier default, and indexes of converted rules', () => {
    const kubernetes = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { namespace: shop, name: k }
spec:
  podSelector: {}
  policyTypes: [Egress]
  egress:
    - to: [{ podSelector: { matchLabels: { app: other } } }, { podSelector: { matchLabels: { app: api } } }]
      ports: [{ port: 80 }, { protocol: UDP, port: 53 }]
`
    const after = policyText('after', `order: 1001, ${DENY_ALL}`)
    expect(lines([after, kubernetes])).toEqual(['Allow k 1'])
    expect(lines([after, kubernetes], { protocol: 17, port: 53 })).toEqual(['Allow k 3'])
    expect(lines([policyText('before', `order: 999, ${DENY_ALL}`), kubernetes])).toEqual(['Deny before 0'])
  })
})

describe('3.9 staged policies', () => {
  const staged = policyText('s', `order: 1, ${DENY_ALL}`, 'StagedGlobalNetworkPolicy')

  test('never decide what is enforced, and do not make a tier count', () => {
    expect(lines([staged])).toEqual(['Allow profile kns.shop 0'])
    expect(lines([staged], { stage: 'pending' })).toEqual(['Deny s 0'])
    const empty = policyText('s', NO_RULES, 'StagedGlobalNetworkPolicy')
    expect(lines([empty])).toEqual(['Allow profile kns.shop 0'])
    expect(lines([empty], { stage: 'pending' })).toEqual(['Deny end of default by s'])
  })

  test('are added to the enforced ones: one of the same name and order comes after its twin (1.4)', () => {
    const [enforced, twin] = [
      policyText('a', ALLOW_ALL),
      policyText('a', DENY_ALL, 'StagedGlobalNetworkPolicy'),
    ]
    expect(lines([twin, enforced], { stage: 'pending' })).toEqual(['Allow a 0'])
  })

  test.each([
    ['Set', 'Deny s 0'],
    ['Learn', 'Deny s 0'],
    ['Ignore', 'Deny s 0'],
    ['Delete', 'Allow profile kns.shop 0'],
  ])('with stagedAction %s: %s', (action, expected) => {
    const text = policyText('s', `stagedAction: ${action}, ${DENY_ALL}`, 'StagedGlobalNetworkPolicy')
    expect(lines([text], { stage: 'pending' })).toEqual([expected])
  })
})

describe('3.10 policies for untracked and pre-DNAT traffic', () => {
  test.each(['doNotTrack', 'preDNAT'])('%s do nothing for pods', (field) => {
    const spec = `types: [Ingress], applyOnForward: true, ${field}: true, ingress: [{ action: Deny }]`
    expect(lines([policyText('x', spec)], { direction: 'ingress' })).toEqual(['Allow profile kns.shop 0'])
  })

  test('applyOnForward makes no difference for them', () => {
    expect(lines([policyText('x', `applyOnForward: true, ${DENY_ALL}`)])).toEqual(['Deny x 0'])
  })
})
