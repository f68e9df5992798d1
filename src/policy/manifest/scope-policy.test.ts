import { describe, expect, test } from 'vitest'

import { ANY_END, type PolicySpec, type SpecEnd } from './policy-spec.ts'
import { endSelector, policySelector } from './scope-policy.ts'
import { SelectorCache } from './selector-cache.ts'

type Selectors = Pick<PolicySpec, 'selector' | 'namespaceSelector' | 'serviceAccountSelector'>

function policyText(namespace: string, given: Partial<Selectors>): string {
  const spec = { namespace, selector: '', namespaceSelector: '', serviceAccountSelector: '', ...given }
  return policySelector(spec as PolicySpec, new SelectorCache())
}

function endText(namespace: string, given: Partial<SpecEnd>): string {
  return endSelector({ ...ANY_END, ...given }, namespace, new SelectorCache())
}

const IN_NS = "projectcalico.org/namespace == 'ns'"

describe('3.8 The selector of a NetworkPolicy', () => {
  test.each([
    [{}, IN_NS],
    [{ selector: 'a == "b" || c == "d"' }, `(a == "b" || c == "d") && ${IN_NS}`],
    [{ selector: 'all()' }, `(all()) && ${IN_NS}`],
    [{ serviceAccountSelector: "role == 'x' && has(y)" }, `(${IN_NS}) && (pcsa.role == "x" && has(pcsa.y))`],
    [{ selector: 'a == "b"', serviceAccountSelector: 'all()' }, `((a == "b") && ${IN_NS}) && all()`],
    [{ serviceAccountSelector: 'no selector' }, IN_NS],
  ])('%j', (given, expected) => {
    expect(policyText('ns', given)).toBe(expected)
  })
})

describe('3.8 The selector of a GlobalNetworkPolicy', () => {
  test.each([
    [{}, ''],
    [{ selector: 'all()' }, 'all()'],
    [{ namespaceSelector: "a not in {'b','a'}" }, 'pcns.a not in {"a", "b"}'],
    [{ namespaceSelector: 'all()' }, 'has(projectcalico.org/namespace)'],
    [
      { selector: 'x == "all()"', namespaceSelector: 'has(a)' },
      '(x == "has(projectcalico.org/namespace)") && has(pcns.a)',
    ],
    [{ selector: 'all()', namespaceSelector: 'has(a)' }, '(has(projectcalico.org/namespace)) && has(pcns.a)'],
    [
      { selector: 'all()', serviceAccountSelector: 'has(a)' },
      '(has(projectcalico.org/serviceaccount)) && has(pcsa.a)',
    ],
    [
      { namespaceSelector: 'all()', serviceAccountSelector: 'all()' },
      '(has(projectcalico.org/namespace)) && has(projectcalico.org/serviceaccount)',
    ],
    [{ selector: 'all()', namespaceSelector: 'no selector' }, 'has(projectcalico.org/namespace)'],
  ])('%j', (given, expected) => {
    expect(policyText('', given)).toBe(expected)
  })
})

describe('3.8 The selector of an end of a rule, in a namespace', () => {
  test.each<[Partial<SpecEnd>, string]>([
    [{}, ''],
    [{ selector: 'a == "b"' }, `(${IN_NS}) && (a == "b")`],
    [{ notSelector: 'a == "b"' }, IN_NS],
    [{ namespaceSelector: 'a == "b"' }, 'pcns.a == "b"'],
    [{ namespaceSelector: 'all()', selector: 'has(c)' }, '(has(projectcalico.org/namespace)) && (has(c))'],
    [
      { namespaceSelector: 'global()', selector: 'has(c)' },
      '(!has(projectcalico.org/namespace)) && (has(c))',
    ],
    [
      { serviceAccounts: { names: ['b', 'a'], selector: '' } },
      `(${IN_NS}) && (projectcalico.org/serviceaccount in {"a", "b"})`,
    ],
    [
      { serviceAccounts: { names: ['a'], selector: 'all()' }, selector: 'has(c)' },
      `(${IN_NS}) && (((all()) && (projectcalico.org/serviceaccount in {"a"})) && (has(c)))`,
    ],
    [{ serviceAccounts: { names: [], selector: '' } }, ''],
  ])('%j', (given, expected) => {
    expect(endText('ns', given)).toBe(expected)
  })
})

describe('3.8 The selector of an end of a rule, without a namespace', () => {
  test.each<[Partial<SpecEnd>, string]>([
    [{}, ''],
    [{ selector: 'all()' }, 'all()'],
    [{ notSelector: 'a == "b"' }, ''],
    [{ namespaceSelector: 'global()' }, '!has(projectcalico.org/namespace)'],
    [{ serviceAccounts: { names: [], selector: 'a == "b"' } }, 'pcsa.a == "b"'],
  ])('%j', (given, expected) => {
    expect(endText('', given)).toBe(expected)
  })
})
