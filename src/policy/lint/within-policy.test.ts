/** Lint rules that look at one policy: what each finds, what it leaves alone, and that a comment silences it. */
import { describe, expect, test } from 'vitest'
import { lintObjects, silencedObjects } from '../testing/lint-objects.ts'
import { policyText } from '../testing/shop-cluster.ts'
import type { LintRuleName } from './finding.ts'

/** How often a rule finds something in a policy of a kind. */
function count(rule: LintRuleName, spec: string, kind = 'GlobalNetworkPolicy'): number {
  return lintObjects(rule, [policyText('x', spec, kind)]).length
}

function isSilenced(rule: LintRuleName, spec: string): void {
  const text = policyText('x', spec)
  const found = lintObjects(rule, [text])
  expect(found).not.toEqual([])
  expect(silencedObjects(rule, [text])).toEqual({ byItsName: [], byOthers: found })
}

/** The spec of an ingress rule with such a source. */
function from(terms: string): string {
  return `types: [Ingress], ingress: [{ action: Allow, source: { ${terms} } }]`
}

/** The spec of an egress rule with such a destination. */
function to(terms: string): string {
  return `types: [Egress], egress: [{ action: Allow, destination: { ${terms} } }]`
}

/** The spec of egress rules. */
function rules(...texts: readonly string[]): string {
  return `types: [Egress], egress: [${texts.map((text) => `{ ${text} }`).join(', ')}]`
}

function peer(terms: string): string {
  return `destination: { ${terms} }`
}

function httpRules(http: string): string {
  return `types: [Ingress], ingress: [{ action: Allow, protocol: TCP${http} }, { action: Allow, protocol: TCP }]`
}

describe('no-rules', () => {
  test.each([
    ['in both directions', 'types: [Ingress, Egress]'],
    ['in the one that it governs', 'types: [Egress]'],
    ['without types, which is ingress', 'selector: has(app)'],
    ['with an empty list', 'types: [Ingress], ingress: []'],
  ])('a policy without rules %s', (_, spec) => {
    expect(count('no-rules', spec)).toBe(1)
  })

  test.each([
    ['a rule that denies', 'types: [Ingress], ingress: [{ action: Deny }]'],
    ['rules in one of two directions', 'types: [Ingress, Egress], egress: [{ action: Allow }]'],
  ])('not one with %s', (_, spec) => {
    expect(count('no-rules', spec)).toBe(0)
  })

  test('is silenced at the policy', () => isSilenced('no-rules', 'types: [Ingress]'))
})

describe('selects-hosts', () => {
  const RULES = 'ingress: [{ action: Allow }]'

  test.each([
    ['all()', `selector: all(), ${RULES}`],
    ['no selector', RULES],
    ['all() in brackets', `selector: "(all())", ${RULES}`],
  ])('a policy with %s', (_, spec) => {
    expect(count('selects-hosts', spec)).toBe(1)
    expect(count('selects-hosts', spec, 'StagedGlobalNetworkPolicy')).toBe(1)
  })

  test.each([
    ['with a namespaceSelector', `namespaceSelector: all(), ${RULES}`],
    ['with a serviceAccountSelector', `serviceAccountSelector: all(), ${RULES}`],
    ['for a label', `selector: has(app), ${RULES}`],
    ['for pods by their namespace', `selector: has(projectcalico.org/namespace), ${RULES}`],
    ['for forwarded traffic of hosts', `applyOnForward: true, ${RULES}`],
    ['for untracked traffic of hosts', `applyOnForward: true, doNotTrack: true, ${RULES}`],
    ['for hosts before DNAT', `applyOnForward: true, preDNAT: true, ${RULES}`],
  ])('not one %s', (_, spec) => {
    expect(count('selects-hosts', spec)).toBe(0)
  })

  test('not one in a namespace', () => {
    expect(count('selects-hosts', `selector: all(), ${RULES}`, 'NetworkPolicy')).toBe(0)
  })

  test('is silenced at the policy', () => isSilenced('selects-hosts', RULES))
})

describe('outside-never-matches', () => {
  test.each([
    ['all()', from('selector: all()')],
    ['all() as a destination', to('selector: all()')],
    ['negations alone', from('selector: app != "web" && !has(x) && y != "z"')],
    ['global(), which is hosts and global sets', from('namespaceSelector: global()')],
  ])('a peer of %s', (_, spec) => {
    expect(count('outside-never-matches', spec)).toBe(1)
  })

  test.each([
    ['no selector', 'types: [Ingress], ingress: [{ action: Allow }]'],
    ['a label', from('selector: has(app)')],
    ['a label and negations', from('selector: has(app) && app != "web"')],
    ['namespaces', from('namespaceSelector: all()')],
    ['notSelector alone, which outside addresses match', from('notSelector: has(app)')],
    ['all() with nets, which say what is meant', from('selector: all(), nets: [10.0.0.0/8]')],
    ['all() at the policy’s own end', to('nets: [10.0.0.0/8] }, source: { selector: all()')],
  ])('not one of %s', (_, spec) => {
    expect(count('outside-never-matches', spec)).toBe(0)
  })

  test('not all() in a namespace, which is its pods', () => {
    expect(count('outside-never-matches', from('selector: all()'), 'NetworkPolicy')).toBe(0)
  })

  test('is silenced at the rule', () => isSilenced('outside-never-matches', from('selector: all()')))
})

describe('unreachable-rule', () => {
  test.each([
    ['a rule for everything', 'action: Deny', 'action: Allow, protocol: TCP'],
    ['its equal', 'action: Allow, protocol: TCP', 'action: Allow, protocol: 6'],
    [
      'a range of ports',
      `action: Allow, protocol: TCP, ${peer('ports: ["1:100"]')}`,
      `action: Deny, protocol: TCP, ${peer('ports: [80, 90]')}`,
    ],
    [
      'a larger net',
      `action: Pass, ${peer('nets: [10.0.0.0/8]')}`,
      `action: Allow, ${peer('nets: [10.1.0.0/16, 10.2.3.4/32]')}`,
    ],
    [
      'a wider selector',
      `action: Allow, ${peer('selector: has(app)')}`,
      `action: Deny, ${peer("selector: \"app in { 'a', 'b' }\"")}`,
    ],
    [
      'a negation that leaves out less',
      `action: Allow, ${peer('notSelector: app == "a"')}`,
      `action: Deny, ${peer('notSelector: has(app)')}`,
    ],
    ['another protocol excluded', 'action: Allow, notProtocol: UDP', 'action: Deny, protocol: TCP'],
    [
      'ICMP of any code',
      'action: Allow, protocol: ICMP, icmp: { type: 8 }',
      'action: Deny, protocol: ICMP, icmp: { type: 8, code: 0 }',
    ],
    [
      'a rule with another one between',
      'action: Allow, protocol: TCP } , { action: Deny, protocol: UDP',
      'action: Deny, protocol: TCP',
    ],
  ])('a rule behind %s', (_, first, second) => {
    expect(count('unreachable-rule', rules(first, second))).toBe(1)
  })

  test.each([
    ['one that only logs', 'action: Log', 'action: Allow'],
    ['one of another protocol', 'action: Allow, protocol: UDP', 'action: Deny, protocol: TCP'],
    [
      'a part of its ports',
      `action: Allow, protocol: TCP, ${peer('ports: [80]')}`,
      `action: Deny, protocol: TCP, ${peer('ports: ["80:81"]')}`,
    ],
    [
      'one with a port by name',
      `action: Allow, protocol: TCP, ${peer('ports: [http]')}`,
      `action: Deny, protocol: TCP, ${peer('ports: [80]')}`,
    ],
    [
      'a smaller net',
      `action: Allow, ${peer('nets: [10.1.0.0/16]')}`,
      `action: Deny, ${peer('nets: [10.0.0.0/8]')}`,
    ],
    [
      'a narrower selector',
      `action: Allow, ${peer('selector: app == "a"')}`,
      `action: Deny, ${peer('selector: has(app)')}`,
    ],
    ['a selector, itself with none', `action: Allow, ${peer('selector: all()')}`, 'action: Deny'],
    ['one for one family', 'action: Allow, ipVersion: 4', 'action: Deny'],
    ['one with an exception', `action: Allow, ${peer('notNets: [10.0.0.0/8]')}`, 'action: Deny'],
    [
      'one that its exception binds to a family',
      `action: Allow, ${peer('notNets: ["fd00::/8"]')}`,
      `action: Deny, ${peer('notNets: ["fd00::/8", 10.0.0.0/8]')}`,
    ],
  ])('not one behind %s', (_, first, second) => {
    expect(count('unreachable-rule', rules(first, second))).toBe(0)
  })

  test('not one behind one of HTTP methods, which Dikastes matches by them', () => {
    expect(count('unreachable-rule', httpRules(', http: { methods: [GET] }'))).toBe(0)
    expect(count('unreachable-rule', httpRules(''))).toBe(1)
  })

  test('not the rules that one rule of Kubernetes becomes', () => {
    const rule = '{ from: [{ podSelector: {} }, { podSelector: {} }], ports: [{ port: 80 }] }'
    const text = `apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: { name: x, namespace: a }\nspec: { podSelector: {}, ingress: [${rule}] }\n`
    expect(lintObjects('unreachable-rule', [text])).toEqual([])
  })

  test('is silenced within the rule', () => {
    const lines = ['action: Allow', 'action: Deny # flowtrace: ignore unreachable-rule'].map(
      (line) => `    - ${line}\n`,
    )
    const text = policyText('x', '').replace(
      'spec: {  }',
      `spec:\n  types: [Egress]\n  egress:\n${lines.join('')}`,
    )
    expect(lintObjects('unreachable-rule', [text.replace(/ # .*/, '')])).toEqual(['GlobalNetworkPolicy x'])
    expect(lintObjects('unreachable-rule', [text])).toEqual([])
  })
})

describe('name-label', () => {
  test.each([
    ['the namespace’s own name of pods', from('selector: kubernetes.io/metadata.name == "a"')],
    ['it in a notSelector', from('notSelector: kubernetes.io/metadata.name == "a"')],
    ['it in the policy’s selector', 'selector: has(kubernetes.io/metadata.name), types: [Ingress]'],
    ['Calico’s name of pods', from('selector: projectcalico.org/name == "a"')],
    ['the pods’ label of namespaces', from('namespaceSelector: projectcalico.org/namespace == "a"')],
    [
      'the pods’ label of accounts',
      from('serviceAccounts: { selector: projectcalico.org/serviceaccount == "a" }'),
    ],
    [
      'the namespaces’ label of accounts',
      from('serviceAccounts: { selector: kubernetes.io/metadata.name == "a" }'),
    ],
  ])('a policy that asks for %s', (_, spec) => {
    expect(count('name-label', spec)).toBe(1)
  })

  test.each([
    [
      'either name of a namespace',
      from('namespaceSelector: kubernetes.io/metadata.name == "a" || projectcalico.org/name == "b"'),
    ],
    ['the namespace of a pod', from('selector: projectcalico.org/namespace == "a"')],
    ['the name of an account', from('serviceAccounts: { selector: projectcalico.org/name == "a" }')],
    ['a label that only contains the name', from('selector: my.kubernetes.io/metadata.name == "a"')],
  ])('not for %s', (_, spec) => {
    expect(count('name-label', spec)).toBe(0)
  })

  test('says it once for each label and place', () => {
    expect(
      count('name-label', from('selector: has(projectcalico.org/name) || projectcalico.org/name == "b"')),
    ).toBe(1)
  })

  test('is silenced at the rule', () =>
    isSilenced('name-label', from('selector: has(projectcalico.org/name)')))
})
