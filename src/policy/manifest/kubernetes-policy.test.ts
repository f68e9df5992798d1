import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { printSelector } from '../selector/canonical.ts'
import type { Policy } from './policy.ts'
import { coalescePorts } from './protocol-groups.ts'
import { faultLines, readPolicy, readText, ruleLine } from './testing/read-text.ts'

const K8S = 'projectcalico.org/orchestrator == "k8s"'
const IN_NS = 'projectcalico.org/namespace == "ns"'

/** A policy of Kubernetes in the namespace `ns` with the given lines of its spec. */
function policyText(spec: string, kind = 'NetworkPolicy', apiVersion = 'networking.k8s.io/v1'): string {
  return `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: { name: p, namespace: ns }\nspec:\n${spec.replace(/^/gm, '  ')}\n`
}

function read(spec: string): Policy {
  return readPolicy(policyText(spec))
}

function ingressOf(spec: string): readonly string[] | undefined {
  return read(`podSelector: {}\n${spec}`).ingress?.map(ruleLine)
}

describe('3.7 A NetworkPolicy of Kubernetes', () => {
  test('is in the tier default at order 1000, under its own name', () => {
    expect(read('podSelector: {}')).toMatchObject({
      kind: 'NetworkPolicy',
      namespace: 'ns',
      name: 'p',
      tier: 'default',
      order: 1000,
      stagedAction: null,
      ingress: [],
      egress: null,
    })
  })

  test('selects pods by labels in the order of their keys, then by expressions', () => {
    const { selector } = read(`podSelector:
  matchLabels: { b: "2", a: "1" }
  matchExpressions:
    - { key: z, operator: In, values: [x, y] }
    - { key: y, operator: NotIn, values: [x] }
    - { key: x, operator: Exists }
    - { key: w, operator: DoesNotExist }`)
    expect(printSelector(selector)).toBe(
      `((${K8S} && a == "1" && b == "2" && z in {"x", "y"} && y not in {"x"} && has(x) && !has(w)) && ${IN_NS})`,
    )
  })

  test.each([
    ['without types and rules', '', [], null],
    ['without types, with egress', 'egress: [{}]', [], ['Allow']],
    ['with egress alone', 'policyTypes: [Egress]\negress: [{}]', null, ['Allow']],
    ['with both', 'policyTypes: [Ingress, Egress]\ningress: [{}]', ['Allow'], []],
  ])('governs directions %s', (_, spec, ingress, egress) => {
    const policy = read(`podSelector: {}\n${spec}`)
    expect([policy.ingress?.map(ruleLine) ?? null, policy.egress?.map(ruleLine) ?? null]).toEqual([
      ingress,
      egress,
    ])
  })

  test('has a rule for each protocol by name, and within it for each peer', () => {
    expect(
      ingressOf(`ingress:
  - ports:
      - { protocol: UDP, port: 53 }
      - { port: 443 }
      - { protocol: SCTP, port: 7 }
      - { protocol: TCP, port: 80 }
    from:
      - podSelector: { matchLabels: { app: b } }
      - ipBlock: { cidr: 10.1.2.3/8, except: [10.1.0.0/16] }
  - from: [{ namespaceSelector: {} }]`),
    ).toEqual([
      ...['SCTP 7', 'TCP 80,443', 'UDP 53'].flatMap((group) => {
        const [protocol, ports] = group.split(' ')
        return [
          `Allow ${protocol} from (${IN_NS} && (${K8S} && app == "b")) to ${ports}`,
          `Allow ${protocol} from 10.0.0.0/8 not 10.1.0.0/16 to ${ports}`,
        ]
      }),
      `Allow from (has(projectcalico.org/namespace) && ${K8S})`,
    ])
  })

  test.each([
    ['an empty podSelector stays in the namespace', '{ podSelector: {} }', `(${IN_NS} && ${K8S})`],
    [
      'an empty namespaceSelector is any namespace',
      '{ namespaceSelector: {} }',
      `(has(projectcalico.org/namespace) && ${K8S})`,
    ],
    [
      'both',
      '{ podSelector: { matchLabels: { a: b } }, namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: x } } }',
      `(pcns.kubernetes.io/metadata.name == "x" && (${K8S} && a == "b"))`,
    ],
  ])('%s', (_, peer, selector) => {
    expect(ingressOf(`ingress: [{ from: [${peer}] }]`)).toEqual([`Allow from ${selector}`])
  })

  test('puts peers of egress and ports at the destination', () => {
    const { egress } = read(
      'podSelector: {}\npolicyTypes: [Egress]\negress: [{ to: [{ ipBlock: { cidr: "::/0" } }], ports: [{ port: 1 }] }]',
    )
    expect(egress?.map(ruleLine)).toEqual(['Allow TCP to ::/0 1'])
  })

  test.each([
    [
      'one after another',
      '[{ port: 82 }, { port: 80 }, { port: 81 }, { port: 9090 }, { port: foo }]',
      'TCP to foo,80:82,9090',
    ],
    ['a range', '[{ port: 80, endPort: 90 }, { port: 85, endPort: 95 }]', 'TCP to 80:95'],
    ['one number stays where it is', '[{ port: 80 }, { port: foo }]', 'TCP to 80,foo'],
    ['all of a protocol', '[{ port: 80 }, {}, { port: 81 }]', 'TCP'],
    ['a number as a text', '[{ port: "80" }]', 'TCP to 80'],
  ])('coalesces ports: %s', (_, ports, expected) => {
    expect(ingressOf(`ingress: [{ ports: ${ports} }]`)).toEqual([`Allow ${expected}`])
  })

  test('leaves a rule out that cannot be converted, and applies without it', () => {
    const { manifests, faults } = readText(
      policyText(`podSelector: {}
ingress:
  - from: [{ ipBlock: { cidr: nonsense } }]
  - ports: [{ port: 80, endPort: 70 }]
  - from: [{ podSelector: { matchExpressions: [{ key: a, operator: Near }] } }]
  - from: [{}]
  - ports: [{ protocol: ICMP }]
  - ports: [{ port: 80 }]`),
    )
    expect(manifests.policies[0]?.ingress?.map(ruleLine)).toEqual(['Allow TCP to 80'])
    expect(faultLines(faults)).toEqual([
      '7:33 refused spec.ingress[0].from[0].ipBlock.cidr: "nonsense" is no address range',
      '8:15 refused spec.ingress[1].ports[0].port: The range "80:70" ends before it begins',
      '9:50 refused spec.ingress[2].from[0].podSelector.matchExpressions[0]: There is no operator "Near"',
      '10:14 refused spec.ingress[3].from[0]: A peer needs a podSelector, a namespaceSelector or an ipBlock',
      '11:15 refused spec.ingress[4].ports[0].protocol: "ICMP" is none of TCP, UDP and SCTP',
    ])
  })

  test('gives each of its rules the place of the one that it was converted from', () => {
    const { ingress } = read(
      'podSelector: {}\ningress:\n  - ports:\n      - { port: 80 }\n      - { port: 53, protocol: UDP }\n  - {}',
    )
    expect(ingress?.map(({ place }) => [place.line, place.endLine])).toEqual([
      [7, 9],
      [7, 9],
      [10, 10],
    ])
  })
})

test('3.9 A staged policy of Kubernetes is converted like it, and governs ingress beside egress', () => {
  const policy = readPolicy(
    policyText('podSelector: {}\negress: [{}]', 'StagedKubernetesNetworkPolicy', 'projectcalico.org/v3'),
  )
  expect(policy).toMatchObject({ tier: 'default', order: 1000, stagedAction: 'Set', ingress: [] })
  expect(policy.egress?.map(ruleLine)).toEqual(['Allow'])
})

function numbersOf(ports: readonly { from: number; to: number }[]): Set<number> {
  return new Set(ports.flatMap(({ from, to }) => Array.from({ length: to - from + 1 }, (_, i) => from + i)))
}

test('3.7 coalesced ports are those given, in as few ranges as there can be', () => {
  const port = fc
    .tuple(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 0, max: 4 }))
    .map(([from, length]) => ({ from, to: from + length }))
  fc.assert(
    fc.property(fc.array(port, { minLength: 2 }), (ports) => {
      const merged = coalescePorts(ports) as typeof ports
      expect(numbersOf(merged)).toEqual(new Set([...numbersOf(ports)].toSorted((a, b) => a - b)))
      for (const [i, { from }] of merged.entries())
        if (i > 0) expect(from).toBeGreaterThan((merged[i - 1]?.to ?? 0) + 1)
    }),
  )
})
