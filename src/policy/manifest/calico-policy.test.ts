import { describe, expect, test } from 'vitest'

import { faultLines, readPolicy, readText, ruleLine } from './testing/read-text.ts'

const NAMESPACED = new Set(['NetworkPolicy', 'StagedNetworkPolicy', 'NetworkSet'])

function manifest(kind: string, spec: string, apiVersion = 'projectcalico.org/v3'): string {
  const namespace = NAMESPACED.has(kind) ? ', namespace: ns' : ''
  const lines = `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: { name: p${namespace} }\nspec:\n`
  return `${lines}${spec.replace(/^/gm, '  ')}\n`
}

/** What is wrong with a GlobalNetworkPolicy, and whether it is left out. */
function faultsOf(spec: string, kind = 'GlobalNetworkPolicy'): readonly string[] {
  const { manifests, faults } = readText(manifest(kind, spec))
  const isRefused = faults.some(({ effect }) => effect === 'refused')
  expect(manifests.policies).toHaveLength(isRefused ? 0 : 1)
  return faultLines(faults)
}

describe('3.1 and 3.2 Without a tier a policy is in the tier default, and without an order after all others', () => {
  test.each([
    ['NetworkPolicy', 'CalicoNetworkPolicy', 'ns', null],
    ['GlobalNetworkPolicy', 'GlobalNetworkPolicy', '', null],
    ['StagedNetworkPolicy', 'StagedNetworkPolicy', 'ns', 'Set'],
    ['StagedGlobalNetworkPolicy', 'StagedGlobalNetworkPolicy', '', 'Set'],
  ])('%s', (kind, expected, namespace, stagedAction) => {
    const policy = readPolicy(manifest(kind, '{}'))
    expect(policy).toMatchObject({
      kind: expected,
      namespace,
      name: 'p',
      tier: 'default',
      order: null,
      stagedAction,
    })
  })
})

describe('3.3 Without types a policy governs', () => {
  test.each([
    ['ingress, without rules', '{}', [], null],
    ['ingress, where its list of egress is empty', 'egress: []', [], null],
    ['egress, with rules of it alone', 'egress: [{ action: Allow }]', null, ['Allow']],
    [
      'both, with rules of both',
      'ingress: [{ action: Deny }]\negress: [{ action: Allow }]',
      ['Deny'],
      ['Allow'],
    ],
  ])('%s', (_, spec, ingress, egress) => {
    const policy = readPolicy(manifest('GlobalNetworkPolicy', spec))
    expect([policy.ingress?.map(ruleLine) ?? null, policy.egress?.map(ruleLine) ?? null]).toEqual([
      ingress,
      egress,
    ])
  })

  test('and rules of a direction that it does not govern are said to have no effect', () => {
    expect(faultsOf('types: [Ingress]\negress: [{ action: Allow }]')).toEqual([
      "6:11 ignored spec.egress: The policy's types have no egress: these rules have no effect",
    ])
  })
})

describe('3.5 A rule is read', () => {
  test.each([
    ['protocol: tcp', 'Allow tcp'],
    ['protocol: 6', 'Allow 6'],
    ['notProtocol: ICMPv6', 'Allow not ICMPv6'],
    ['protocol: ICMP, icmp: { type: 8, code: 0 }, notICMP: { type: 3 }', 'Allow ICMP icmp 8/0 not icmp 3/*'],
    [
      'protocol: UDP, source: { notPorts: [1] }, destination: { ports: [80, "90:91", web] }',
      'Allow UDP from not 1 to 80,90:91,web',
    ],
    ['destination: { ports: [web] }', 'Allow to web'],
    ['source: { nets: [10.0.0.1], notNets: [10.0.0.0/8] }', 'Allow from 10.0.0.1/32 not 10.0.0.0/8'],
    ['ipVersion: 6, source: { services: { name: a, namespace: b } }', 'Allow v6 from service b/a'],
    ['http: { methods: [GET], paths: [{ exact: /a }] }', 'Allow http'],
    ['metadata: { annotations: { a: b } }', 'Allow'],
  ])('with %s', (fields, expected) => {
    const { ingress } = readPolicy(
      manifest('GlobalNetworkPolicy', `ingress:\n  - { action: Allow, ${fields} }`),
    )
    expect(ingress?.map(ruleLine)).toEqual([expected])
  })

  test('with its lines', () => {
    const { place, ingress } = readPolicy(
      manifest(
        'GlobalNetworkPolicy',
        'ingress:\n  - action: Allow\n    protocol: TCP\n\n  # Then the rest.\n  - action: Deny',
      ),
    )
    expect(place).toEqual({ file: 'a.yaml', line: 1, column: 1, endLine: 10 })
    expect(ingress?.map((rule) => rule.place)).toEqual([
      { file: 'a.yaml', line: 6, column: 7, endLine: 7 },
      { file: 'a.yaml', line: 10, column: 7, endLine: 10 },
    ])
  })
})

describe('A policy is refused, with the place, for', () => {
  test.each([
    ['a wrong type', 'order: first', '5:10', 'spec.order: a number is expected here, and not a text'],
    ['a selector', 'selector: a = "b"', '5:15', 'spec.selector: No selector: A single =: the operator is =='],
    [
      'a selector in quotes',
      `selector: "a == 'b' &"`,
      '5:23',
      'spec.selector: No selector: A single &: the operator is &&',
    ],
    [
      'a long selector',
      `selector: has(${'a'.repeat(1020)})`,
      '5:13',
      'spec.selector: Longer than 1024 characters',
    ],
    [
      'global()',
      'namespaceSelector: global()',
      '5:22',
      'spec.namespaceSelector: global() may stand in the namespaceSelector of a rule alone',
    ],
    [
      'doNotTrack',
      'doNotTrack: true',
      '5:15',
      'spec.doNotTrack: A policy with this needs applyOnForward: true',
    ],
    [
      'preDNAT',
      'preDNAT: true\napplyOnForward: true\ntypes: [Egress]',
      '5:12',
      'spec.preDNAT: A policy with preDNAT may not govern egress',
    ],
    ['types', 'types: [Ingress, Ingress]', '5:10', 'spec.types: A type is given twice'],
    [
      'an action',
      'ingress: [{ action: allow }]',
      '5:23',
      'spec.ingress[0].action: "allow" is none of Allow, Deny, Log, Pass',
    ],
    ['no action', 'ingress: [{}]', '5:13', 'spec.ingress[0]: "action" is missing'],
  ])('%s', (_, spec, place, reason) => {
    expect(faultsOf(spec)).toEqual([`${place} refused ${reason}`])
  })

  test.each([
    ['source: { nets: [10.0.0.0/33] }', '"10.0.0.0/33" is no address range'],
    ['protocol: TCP, source: { ports: ["9:8"] }', 'The range "9:8" ends before it begins'],
    ['protocol: TCP, source: { ports: [0] }', '"0" is not within 1 to 65535'],
    ['protocol: 256', '256 is not within 1 to 255'],
    ['ipVersion: 5', '5 is neither 4 nor 6'],
    ['ipVersion: 6, source: { nets: [10.0.0.0/8] }', 'A rule for IPv6 has ranges of IPv4'],
    ['ipVersion: 6, protocol: ICMP', 'ICMP is no protocol of IPv6'],
    ['icmp: { type: 8 }', 'A rule with icmp needs the protocol ICMP or ICMPv6'],
    ['protocol: ICMP, icmp: { code: 8 }', 'A code without a type'],
    ['source: { ports: [80] }', 'A rule with ports needs the protocol TCP, UDP or SCTP'],
    [
      'protocol: ICMP, destination: { notPorts: [web] }',
      'A rule with ports needs the protocol TCP, UDP or SCTP',
    ],
    ['source: { selector: global() }', 'global() may stand in the namespaceSelector of a rule alone'],
    ['source: { namespaceSelector: global() && has(a) }', 'global() may not be combined with others'],
    [
      'source: { services: { name: a, namespace: b }, selector: has(a) }',
      'A rule may not have both services and selector',
    ],
    ['source: { services: { name: a } }', 'The namespace of the service is missing'],
    [
      'destination: { services: { name: a, namespace: b } }',
      'A rule of ingress may name services in its source alone',
    ],
    ['protocol: UDP, http: {}', 'A rule with http has the protocol TCP or none'],
  ])('a rule with %s', (fields, reason) => {
    const [fault, ...others] = faultsOf(`ingress:\n  - { action: Allow, ${fields} }`)
    expect(others).toEqual([])
    expect(fault).toMatch(/^6:\d+ refused spec\.ingress\[0\]/)
    expect(fault?.endsWith(`: ${reason}`)).toBe(true)
  })
})

describe('A policy is read, and it is said, for', () => {
  test.each([
    [
      'a field that is not known',
      'polcyTypes: [Egress]',
      '5:3 unknown spec.polcyTypes: There is no field "polcyTypes" here, or it is of a newer version',
    ],
    [
      'a tier that is not loaded',
      'tier: mine',
      '5:9 unknown spec.tier: The tier "mine" is not loaded: evaluated after all others, as in the cluster without it',
    ],
    [
      'a protocol that is not known',
      'ingress: [{ action: Allow, protocol: HTTP }]',
      '5:40 ignored spec.ingress[0].protocol: Calico knows no protocol "HTTP": no packet has it',
    ],
    [
      'a protocol that has the name of an object’s member',
      'ingress: [{ action: Allow, protocol: constructor }]',
      '5:40 ignored spec.ingress[0].protocol: Calico knows no protocol "constructor": no packet has it',
    ],
    [
      'both families',
      'ingress: [{ action: Allow, source: { nets: ["::/0", 0.0.0.0/0] } }]',
      '5:13 ignored spec.ingress[0]: Ranges of IPv4 and IPv6 in one rule: it matches each family by its own ranges',
    ],
  ])('%s', (_, spec, expected) => {
    expect(faultsOf(spec)).toEqual([expected])
  })

  test('ranges that the API server refuses', () => {
    expect(
      faultsOf(
        `ingress:\n  - { action: Allow, source: { nets: [10.1.2.3/8, 10.0.0.1], notNets: [0.0.0.0/0] } }`,
      ),
    ).toEqual([
      '6:41 ignored spec.ingress[0].source.nets[0]: The range is 10.0.0.0/8: the bits beyond its prefix have no effect',
      '6:74 ignored spec.ingress[0].source.notNets[0]: Without 0.0.0.0/0 the rule matches no packet of IPv4',
    ])
  })

  test('3.9 a staged deletion with rules', () => {
    expect(faultsOf('stagedAction: Delete\norder: 1', 'StagedGlobalNetworkPolicy')).toEqual([
      '6:10 ignored spec.order: A staged deletion has no effect beyond its name',
    ])
  })
})

describe('3.1 Tiers', () => {
  test('are read, and those that are built in are always there', () => {
    const { manifests, faults } = readText(manifest('Tier', 'order: 20\ndefaultAction: Pass'))
    expect(faults).toEqual([])
    expect(
      manifests.tiers.map(({ name, order, defaultAction }) => `${name} ${order} ${defaultAction}`),
    ).toEqual(['kube-admin 1000 Pass', 'default 1000000 Deny', 'kube-baseline 10000000 Pass', 'p 20 Pass'])
  })

  test('that are built in keep their order', () => {
    const { manifests, faults } = readText(manifest('Tier', 'order: 20').replace('name: p', 'name: default'))
    expect(manifests.tiers).toHaveLength(3)
    expect(faultLines(faults)).toEqual([
      '5:3 refused spec: The tier default has the order 1000000 and the default action Deny in every cluster',
    ])
  })
})
