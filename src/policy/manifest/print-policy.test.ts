import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { printSelector } from '../selector/canonical.ts'
import type { Policy, Rule, RuleEnd } from './policy.ts'
import { printManifests, printPolicy } from './print-policy.ts'
import { anyKubernetesPolicyObject } from './testing/arbitrary-kubernetes-policies.ts'
import { anyPolicyObject } from './testing/arbitrary-policies.ts'
import { readPolicy, readText } from './testing/read-text.ts'

/** A policy without its places, and with its selectors in their canonical form. */
function comparable(policy: Policy) {
  const { ingress, egress } = policy
  return {
    ...policy,
    place: null,
    selector: printSelector(policy.selector),
    ingress: ingress?.map(comparableRule) ?? null,
    egress: egress?.map(comparableRule) ?? null,
  }
}

function comparableRule(rule: Rule) {
  const { source, destination } = rule
  return { ...rule, place: null, source: comparableEnd(source), destination: comparableEnd(destination) }
}

function comparableEnd({ selector, notSelector, ...rest }: RuleEnd) {
  return {
    ...rest,
    selector: selector === null ? null : printSelector(selector),
    notSelector: notSelector === null ? null : printSelector(notSelector),
  }
}

describe('a printed policy', () => {
  test('is read as the same policy', () => {
    fc.assert(
      fc.property(anyPolicyObject, (object) => {
        const policy = readPolicy(JSON.stringify(object))
        const printed = printPolicy(policy)
        expect(comparable(readPolicy(printed))).toEqual(comparable(policy))
      }),
      { numRuns: 200 },
    )
  })

  test('has its selectors apart again, and texts that YAML 1.1 takes for others in quotes', () => {
    const text = `apiVersion: projectcalico.org/v3
kind: NetworkPolicy
metadata:
  name: "yes"
  namespace: ns
spec:
  tier: default
  order: 2.5
  selector: a == "b"
  serviceAccountSelector: has(c)
  types:
    - Ingress
    - Egress
  egress:
    - action: Allow
      protocol: TCP
      destination:
        namespaceSelector: kubernetes.io/metadata.name == "x"
        selector: d == "e"
        ports:
          - 80
          - 90:91
    - action: Deny
      source:
        notSelector: has(f)
      destination:
        namespaceSelector: global()
`
    expect(printPolicy(readPolicy(text))).toBe(text)
  })

  test('of Kubernetes, which becomes one of Calico, has the same rules and selectors', () => {
    fc.assert(
      fc.property(anyKubernetesPolicyObject, (object) => {
        const { kind, ...policy } = comparable(readPolicy(JSON.stringify(object)))
        const { kind: printedKind, ...again } = comparable(
          readPolicy(printPolicy(readPolicy(JSON.stringify(object)))),
        )
        expect(again).toEqual(policy)
        expect([kind, printedKind]).toEqual(
          object.kind === 'NetworkPolicy'
            ? ['NetworkPolicy', 'CalicoNetworkPolicy']
            : ['ClusterNetworkPolicy', 'GlobalNetworkPolicy'],
        )
      }),
      { numRuns: 100 },
    )
  })

  test('is a policy of Calico where it was converted from one of Kubernetes', () => {
    const policy = readPolicy(`apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: p, namespace: ns }
spec: { podSelector: {}, ingress: [{ from: [{ podSelector: {} }], ports: [{ port: 80 }] }] }`)
    expect(comparable(readPolicy(printPolicy(policy)))).toEqual({
      ...comparable(policy),
      kind: 'CalicoNetworkPolicy',
    })
  })
})

test('tiers and network sets are printed before the policies', () => {
  const text = `apiVersion: projectcalico.org/v3
kind: Tier
metadata:
  name: app
spec:
  order: 20
  defaultAction: Deny
---
apiVersion: projectcalico.org/v3
kind: GlobalNetworkSet
metadata:
  name: outside
  labels:
    a: b
spec:
  nets:
    - 192.0.2.0/24
---
apiVersion: projectcalico.org/v3
kind: GlobalNetworkPolicy
metadata:
  name: p
spec:
  tier: app
  selector: has(a)
  types:
    - Ingress
`
  expect(printManifests(readText(text).manifests)).toBe(text)
})
