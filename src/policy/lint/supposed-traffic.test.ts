/** Lint rules that suppose connections: what each finds, what it leaves alone, and that a comment silences it. */
import { describe, expect, test } from 'vitest'
import { lintObjects, silencedObjects } from '../testing/lint-objects.ts'
import { policyText, tierText } from '../testing/shop-cluster.ts'

const DENY = policyText('deny', 'types: [Ingress, Egress]')

function egress(name: string, rule: string, more = ''): string {
  return policyText(name, `types: [Egress]${more}, egress: [{ ${rule} }]`)
}

function ingress(name: string, rule: string, more = ''): string {
  return policyText(name, `types: [Ingress]${more}, ingress: [{ ${rule} }]`)
}

describe('dns-denied', () => {
  test('a default deny without lookups', () => {
    expect(lintObjects('dns-denied', [DENY])).toEqual(['GlobalNetworkPolicy deny'])
  })

  test.each([
    ['by TCP alone', egress('dns', 'action: Allow, protocol: TCP, destination: { ports: [53] }')],
    ['by another port', egress('dns', 'action: Allow, protocol: UDP, destination: { ports: [5353] }')],
    [
      'to other pods',
      egress('dns', 'action: Allow, protocol: UDP, destination: { selector: k8s-app == "dns" }'),
    ],
    ['of some pods', egress('dns', 'action: Allow', ', selector: app == "web"')],
    [
      'staged',
      policyText('dns', 'types: [Egress], egress: [{ action: Allow }]', 'StagedGlobalNetworkPolicy'),
    ],
    ['in a later tier', policyText('late.x', 'tier: late, types: [Egress], egress: [{ action: Allow }]')],
  ])('one that allows lookups %s', (_, dns) => {
    expect(lintObjects('dns-denied', [DENY, dns])).toContain('GlobalNetworkPolicy deny')
  })

  test('a Kubernetes policy of one namespace', () => {
    const text =
      'apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: { name: x, namespace: shop }\nspec: { podSelector: {}, policyTypes: [Egress] }\n'
    expect(lintObjects('dns-denied', [text])).toEqual(['NetworkPolicy shop/x'])
  })

  test.each([
    [
      'by label',
      'action: Allow, protocol: UDP, destination: { selector: k8s-app == "kube-dns", ports: [53] }',
    ],
    [
      'by namespace',
      'action: Allow, destination: { namespaceSelector: projectcalico.org/name == "kube-system" }',
    ],
    [
      'by the service',
      'action: Allow, destination: { services: { name: kube-dns, namespace: kube-system } }',
    ],
    [
      'by an address, which may be that of DNS',
      'action: Allow, destination: { nets: [10.0.0.0/8], ports: [53] }, protocol: UDP',
    ],
    ['by its container’s port', 'action: Allow, protocol: UDP, destination: { ports: [dns] }'],
    [
      'by a label of its namespace, which it may have',
      'action: Allow, destination: { namespaceSelector: role == "system" }',
    ],
    ['with everything', 'action: Allow'],
  ])('none with lookups allowed %s', (_, rule) => {
    expect(lintObjects('dns-denied', [DENY, egress('dns', rule)])).toEqual([])
  })

  test('none with lookups allowed for a label of namespaces, which the pod’s may have', () => {
    const dns = egress('dns', 'action: Allow', ', namespaceSelector: role == "app"')
    expect(lintObjects('dns-denied', [DENY, dns])).toEqual([])
  })

  test.each([
    ['that governs ingress alone', policyText('x', 'types: [Ingress]')],
    ['that denies by a rule, which is meant', egress('x', 'action: Deny')],
    ['of DNS itself', policyText('x', 'selector: k8s-app == "kube-dns", types: [Egress]')],
    [
      'of the system',
      policyText('x', 'namespaceSelector: projectcalico.org/name == "kube-system", types: [Egress]'),
    ],
    ['that is staged', policyText('x', 'types: [Egress]', 'StagedGlobalNetworkPolicy')],
    [
      'that selects hosts alone',
      policyText('x', 'selector: "!has(projectcalico.org/orchestrator)", types: [Egress]'),
    ],
  ])('no policy %s', (_, policy) => {
    expect(lintObjects('dns-denied', [policy])).toEqual([])
  })

  test('not a policy of a tier that passes, but the one of the tier that denies', () => {
    const texts = [
      tierText('app', 20, 'Pass'),
      policyText('app.x', 'tier: app, types: [Egress]'),
      policyText('last', 'types: [Egress]'),
    ]
    expect(lintObjects('dns-denied', texts)).toEqual(['GlobalNetworkPolicy last'])
  })

  test('is silenced at the policy', () => {
    expect(silencedObjects('dns-denied', [DENY])).toEqual({
      byItsName: [],
      byOthers: ['GlobalNetworkPolicy deny'],
    })
  })
})

describe('one-direction', () => {
  const WEB_OUT = egress(
    'web',
    'action: Allow, protocol: TCP, destination: { selector: app == "api", ports: [80] }',
    ', selector: app == "web"',
  )
  const API_IN = ingress(
    'api',
    'action: Allow, protocol: TCP, source: { selector: app == "web" }, destination: { ports: [80] }',
    ', selector: app == "api"',
  )

  test('a rule for egress without one for ingress', () => {
    expect(lintObjects('one-direction', [DENY, WEB_OUT])).toEqual(['GlobalNetworkPolicy web'])
  })

  test('a rule for ingress without one for egress', () => {
    expect(lintObjects('one-direction', [DENY, API_IN])).toEqual(['GlobalNetworkPolicy api'])
  })

  test.each([
    [
      'of another port',
      ingress(
        'api',
        'action: Allow, protocol: TCP, destination: { ports: [8080] }',
        ', selector: app == "api"',
      ),
    ],
    [
      'of another source',
      ingress('api', 'action: Allow, source: { selector: app == "job" }', ', selector: app == "api"'),
    ],
    ['for other pods', ingress('other', 'action: Allow', ', selector: app == "db"')],
  ])('a rule whose other end has one %s', (_, other) => {
    expect(lintObjects('one-direction', [DENY, WEB_OUT, other])).toContain('GlobalNetworkPolicy web')
  })

  test.each([
    ['both ends', [DENY, WEB_OUT, API_IN]],
    ['no policy at the other end', [WEB_OUT]],
    [
      'another label that the pod may have',
      [
        DENY,
        WEB_OUT,
        ingress('api', 'action: Allow, source: { selector: tier == "front" }', ', selector: app == "api"'),
      ],
    ],
    [
      'a namespace that the pod may be in',
      [
        DENY,
        WEB_OUT,
        ingress(
          'api',
          'action: Allow, source: { namespaceSelector: projectcalico.org/name == "shop" }',
          ', selector: app == "api"',
        ),
      ],
    ],
    [
      'a label that its namespace may have',
      [
        DENY,
        WEB_OUT,
        ingress(
          'api',
          'action: Allow, source: { namespaceSelector: team == "red" }',
          ', selector: app == "api"',
        ),
      ],
    ],
    [
      'an address that it may have',
      [
        DENY,
        WEB_OUT,
        ingress('api', 'action: Allow, source: { nets: [10.0.0.0/8] }', ', selector: app == "api"'),
      ],
    ],
    [
      'some of the pods that are meant',
      [DENY, WEB_OUT, ingress('api', 'action: Allow', ', selector: app == "api" && tier == "back"')],
    ],
    [
      'a rule that denies, which is meant',
      [WEB_OUT, ingress('x', 'action: Deny', ', selector: app == "api"')],
    ],
    [
      'a connection that its own end denies first',
      [DENY, egress('first', 'action: Deny', ', order: 1'), WEB_OUT.replace('types:', 'order: 2, types:')],
    ],
    ['a staged rule', [DENY, WEB_OUT.replace('kind: Global', 'kind: StagedGlobal')]],
    [
      'an address outside the cluster',
      [DENY, egress('out', 'action: Allow, destination: { nets: [8.8.8.8/32] }', ', selector: app == "web"')],
    ],
    [
      'a port by name',
      [
        DENY,
        egress(
          'x',
          'action: Allow, protocol: TCP, destination: { selector: app == "api", ports: [http] }',
          ', selector: app == "web"',
        ),
      ],
    ],
    [
      'a protocol without ports',
      [
        DENY,
        egress(
          'x',
          'action: Allow, protocol: ICMP, destination: { selector: app == "api" }',
          ', selector: app == "web"',
        ),
      ],
    ],
  ])('not %s', (_, texts) => {
    expect(lintObjects('one-direction', texts)).toEqual([])
  })

  test('is silenced at the rule, and above its policy', () => {
    expect(silencedObjects('one-direction', [DENY, WEB_OUT])).toEqual({
      byItsName: [],
      byOthers: ['GlobalNetworkPolicy web'],
    })
  })
})
