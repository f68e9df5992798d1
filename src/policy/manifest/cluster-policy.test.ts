import { describe, expect, test } from 'vitest'

import { printSelector } from '../selector/canonical.ts'
import { faultLines, readPolicy, readText, ruleLine } from './testing/read-text.ts'

const K8S = 'projectcalico.org/orchestrator == "k8s"'
const ANY_POD = `(has(projectcalico.org/namespace) && ${K8S})`

function policyText(spec: string): string {
  return `apiVersion: policy.networking.k8s.io/v1alpha2
kind: ClusterNetworkPolicy
metadata: { name: p }
spec:
  priority: 7
${spec.replace(/^/gm, '  ')}
`
}

describe('3.7 A ClusterNetworkPolicy', () => {
  test.each([
    ['Admin', 'kube-admin'],
    ['Baseline', 'kube-baseline'],
  ])('of the tier %s is in the tier %s, and its order is its priority', (tier, expected) => {
    const policy = readPolicy(policyText(`tier: ${tier}\nsubject: { namespaces: {} }`))
    expect(policy).toMatchObject({ kind: 'ClusterNetworkPolicy', namespace: '', tier: expected, order: 7 })
  })

  test.each([
    ['{ namespaces: {} }', `(${K8S} && has(projectcalico.org/namespace))`],
    ['{ namespaces: { matchLabels: { a: b } } }', `(${K8S} && pcns.a == "b")`],
    [
      '{ pods: { namespaceSelector: { matchLabels: { a: b } }, podSelector: { matchLabels: { c: d } } } }',
      `((${K8S} && c == "d") && pcns.a == "b")`,
    ],
    ['{ pods: { podSelector: {} } }', `(${K8S} && has(projectcalico.org/namespace))`],
  ])('selects by %s', (subject, expected) => {
    expect(printSelector(readPolicy(policyText(`tier: Admin\nsubject: ${subject}`)).selector)).toBe(expected)
  })

  test('governs the directions of which it has rules', () => {
    const policy = readPolicy(
      policyText(
        'tier: Admin\nsubject: { namespaces: {} }\negress: [{ action: Pass, to: [{ networks: [10.0.0.0/8, "::/0"] }] }]',
      ),
    )
    expect([policy.ingress, policy.egress?.map(ruleLine)]).toEqual([null, ['Pass to 10.0.0.0/8,::/0']])
  })

  test('3.3 governs both directions without any rule', () => {
    const withoutPeers = 'egress: [{ action: Deny, to: [] }]'
    const policies = ['', withoutPeers].map(
      (rules) =>
        readText(policyText(`tier: Admin\nsubject: { namespaces: {} }\n${rules}`)).manifests.policies[0],
    )
    expect(policies.map((policy) => [policy?.ingress, policy?.egress])).toEqual([
      [[], []],
      [[], []],
    ])
  })

  test('has a rule for each protocol by name, and within it for each peer', () => {
    const policy = readPolicy(
      policyText(`tier: Admin
subject: { namespaces: {} }
ingress:
  - action: Accept
    protocols:
      - udp: { destinationPort: { number: 53 } }
      - tcp: { destinationPort: { range: { start: 80, end: 90 } } }
      - tcp: { destinationPort: { number: 91 } }
      - destinationNamedPort: web
    from:
      - namespaces: { matchLabels: { a: b } }
      - pods: { podSelector: {} }`),
    )
    expect(policy.ingress?.map(ruleLine)).toEqual(
      [' to web', 'TCP to 80:91', 'UDP to 53'].flatMap((group) => {
        const [protocol = '', ports = ''] = group.split(' to ')
        const peers = ['pcns.a == "b"', ANY_POD]
        return peers.map((peer) => `Allow ${protocol} from ${peer} to ${ports}`.replace('  ', ' '))
      }),
    )
  })

  test('denies everything for a rule that cannot be converted, unless that accepts', () => {
    const { manifests, faults } = readText(
      policyText(`tier: Admin
subject: { namespaces: {} }
egress:
  - { action: Accept, to: [{ networks: [nonsense] }] }
  - { action: Pass, to: [{ domainNames: [example.org] }] }
  - { action: Deny, to: [{ networks: [10.0.0.0/8] }] }`),
    )
    expect(manifests.policies[0]?.egress?.map(ruleLine)).toEqual(['Deny', 'Deny to 10.0.0.0/8'])
    expect(faultLines(faults)).toEqual([
      '10:30 unknown spec.egress[1].to[0].domainNames: There is no field "domainNames" here, or it is of a newer version',
      '9:43 refused spec.egress[0].to[0].networks[0]: "nonsense" is no address range: the rule is left out',
      '10:28 refused spec.egress[1].to[0]: Calico knows none of the kinds of peers that are given here: the rule denies everything instead',
    ])
  })

  test('matches every protocol where it names one that Calico does not know', () => {
    const { manifests, faults } = readText(
      policyText(`tier: Admin
subject: { namespaces: {} }
egress:
  - { action: Accept, to: [{ networks: [10.0.0.0/8] }], protocols: [{ tcp: {} }, { icmp: {} }, { destinationNamedPort: 'a b' }] }`),
    )
    expect(manifests.policies[0]?.egress?.map(ruleLine)).toEqual(['Allow to 10.0.0.0/8'])
    expect(faultLines(faults)).toEqual([
      '9:86 unknown spec.egress[0].protocols[1].icmp: There is no field "icmp" here, or it is of a newer version',
      '9:84 ignored spec.egress[0].protocols[1]: Calico knows none of the protocols here, and matches every protocol',
    ])
  })

  test.each(['Allow', 'constructor', '__proto__'])('leaves out a rule of the action %s', (action) => {
    const { manifests, faults } = readText(
      policyText(
        `tier: Admin\nsubject: { namespaces: {} }\negress: [{ action: ${action}, to: [{ networks: [10.0.0.0/8] }] }]`,
      ),
    )
    expect(manifests.policies[0]?.egress).toEqual([])
    expect(faultLines(faults)).toEqual([
      `8:12 refused spec.egress[0].action: "${action}" is none of Accept, Deny and Pass: the rule is left out`,
    ])
  })

  test('is refused without a subject, and with a tier of its own', () => {
    const { manifests, faults } = readText(
      `${policyText('tier: Admin\nsubject: {}')}---\n${policyText('tier: mine\nsubject: { namespaces: {} }')}`,
    )
    expect(manifests.policies).toEqual([])
    expect(faultLines(faults)).toEqual([
      '7:12 refused spec.subject: The subject needs namespaces or pods',
      '14:9 refused spec.tier: "mine" is none of Admin, Baseline',
    ])
  })
})
