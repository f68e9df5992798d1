import { describe, expect, test } from 'vitest'

import { POLICY_KINDS } from './flow.ts'
import { displayName, storedKind, storedName, storedNamespace, storedWord } from './spelling.ts'

describe('the name of a network', () => {
  test.each([
    ['pub', 'public network'],
    ['pvt', 'private network'],
  ])('%s is shown as %s, and found by it in any letter case', (stored, shown) => {
    expect(displayName(stored)).toBe(shown)
    expect(storedName(shown)).toBe(stored)
    expect(storedName(shown.toUpperCase())).toBe(stored)
  })

  test('is no part of another name', () => {
    expect(displayName('public')).toBe('public')
    expect(storedName('PUBLIC')).toBe('PUBLIC')
    expect(storedName('web-*')).toBe('web-*')
  })
})

describe('a namespace', () => {
  test.each(['Global', 'none', 'NONE', ''])('typed as "%s" is stored as -', (typed) => {
    expect(storedNamespace(typed)).toBe('-')
  })

  test.each(['globals', 'a-global', 'nonesuch', 'backend'])('%s is kept', (typed) => {
    expect(storedNamespace(typed)).toBe(typed)
  })
})

test('a word of a closed list takes the letter case of the list; any other is kept', () => {
  expect(storedWord(['Allow', 'Deny'], 'dENY')).toBe('Deny')
  expect(storedWord(['Allow', 'Deny'], 'Den')).toBe('Den')
})

test.each([
  ['np', 'CalicoNetworkPolicy'],
  ['GNP', 'GlobalNetworkPolicy'],
  ['snp', 'StagedNetworkPolicy'],
  ['sgnp', 'StagedGlobalNetworkPolicy'],
  ['sknp', 'StagedKubernetesNetworkPolicy'],
  ['knp', 'NetworkPolicy'],
  ['pro', 'Profile'],
  ['kcnp', 'ClusterNetworkPolicy'],
  ['globalnetworkpolicy', 'GlobalNetworkPolicy'],
  ['gnps', 'gnps'],
])('the policy kind %s is stored as %s', (typed, stored) => {
  expect(storedKind(POLICY_KINDS, typed)).toBe(stored)
})
