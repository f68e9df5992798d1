/** Selectors that select nothing of what was loaded: what is found, what is left alone, and that a comment silences it. */
import { describe, expect, test } from 'vitest'
import { lintObjects, silencedObjects } from '../testing/lint-objects.ts'
import { policyText } from '../testing/shop-cluster.ts'

const NAMESPACE = 'apiVersion: v1\nkind: Namespace\nmetadata: { name: shop, labels: { team: red } }\n'
const POD =
  'apiVersion: v1\nkind: Pod\nmetadata: { namespace: shop, name: web, labels: { app: web } }\nspec: {}\n'
const HOST =
  'apiVersion: projectcalico.org/v3\nkind: HostEndpoint\nmetadata: { name: n, labels: { role: node } }\nspec: { node: n, expectedIPs: [10.0.0.1] }\n'
const SET =
  'apiVersion: projectcalico.org/v3\nkind: GlobalNetworkSet\nmetadata: { name: s, labels: { to: dns } }\nspec: { nets: [8.8.8.8/32] }\n'
const FOUND = ['GlobalNetworkPolicy x']

function selecting(terms: string): string {
  return policyText('x', `${terms}, types: [Ingress]`)
}

function from(terms: string): string {
  return policyText('x', `types: [Ingress], ingress: [{ action: Allow, source: { ${terms} } }]`)
}

function found(policy: string, ...cluster: readonly string[]): readonly string[] {
  return lintObjects('selects-nothing', [policy, ...cluster])
}

describe('with pods', () => {
  test.each([
    ['a policy for a label that none has', selecting('selector: app == "wbe"')],
    [
      'a policy for a namespace that has none',
      selecting('namespaceSelector: projectcalico.org/name == "lab"'),
    ],
    ['a policy for a label that its namespace lacks', selecting('namespaceSelector: team == "blue"')],
    ['a rule for a label that none has', from('selector: app == "wbe"')],
  ])('%s', (_, policy) => {
    expect(found(policy, NAMESPACE, POD)).toEqual(FOUND)
  })

  test.each([
    ['a policy for a label that one has', selecting('selector: app == "web"')],
    ['a policy for a label of its namespace', selecting('namespaceSelector: team == "red"')],
    ['a rule for a label that one has', from('selector: has(app)')],
    ['a rule for a network set', from('selector: to == "dns"')],
    ['a rule for a host', from('selector: role == "node"')],
    ['a rule with a notSelector alone', from('notSelector: app == "wbe"')],
  ])('not %s', (_, policy) => {
    expect(found(policy, NAMESPACE, POD, SET, HOST)).toEqual([])
  })

  test('a policy is not for a network set', () => {
    expect(found(selecting('selector: to == "dns"'), NAMESPACE, POD, SET)).toEqual(FOUND)
  })

  test('in a namespace a selector means that namespace', () => {
    const text = policyText(
      'x',
      'types: [Ingress], ingress: [{ action: Allow, source: { selector: app == "web" } }]',
    )
    const inLab = text
      .replace('GlobalNetworkPolicy', 'NetworkPolicy')
      .replace('name: x', 'namespace: lab, name: x')
    expect(found(inLab, NAMESPACE, POD)).toEqual(Array(2).fill('NetworkPolicy (Calico) lab/x'))
  })
})

describe('with namespaces alone', () => {
  test.each([
    ['a policy for a label that none has', selecting('namespaceSelector: team == "blue"')],
    ['a policy for another name', selecting('namespaceSelector: projectcalico.org/name == "shpo"')],
    ['a rule for a label that none has', from('namespaceSelector: has(tier), selector: has(app)')],
  ])('%s', (_, policy) => {
    expect(found(policy, NAMESPACE)).toEqual(FOUND)
  })

  test.each([
    ['a label that one has', from('namespaceSelector: team == "red", selector: has(app)')],
    [
      'a namespace that every cluster has',
      from('namespaceSelector: projectcalico.org/name == "kube-system"'),
    ],
    ['labels of pods, which are not known', from('selector: app == "wbe"')],
    ['what is in no namespace', from('namespaceSelector: global()')],
  ])('not %s', (_, policy) => {
    expect(found(policy, NAMESPACE)).toEqual([])
  })
})

test('nothing is found where nothing was loaded that can be selected', () => {
  expect(found(from('selector: app == "wbe"'), SET)).toEqual([])
})

test('is silenced at the rule, and above its policy', () => {
  const texts = [from('selector: app == "wbe"'), NAMESPACE, POD]
  expect(silencedObjects('selects-nothing', texts)).toEqual({ byItsName: [], byOthers: FOUND })
})
