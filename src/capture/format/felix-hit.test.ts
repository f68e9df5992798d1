import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { buildEndOfTier, buildHit } from '../../flows/testing/build.ts'
import { anyHit, HIT_VERSIONS, printHit } from '../testing/felix-samples.ts'
import { felixHit, HitFault } from './felix-hit.ts'

describe('a text of a policy hit', () => {
  test.each(HIT_VERSIONS)('is read back as the hit it was printed for: %s', (version) => {
    fc.assert(
      fc.property(anyHit(version), (hit) => {
        expect(felixHit(printHit(hit, version))).toEqual(hit)
      }),
      { numRuns: 500 },
    )
  })

  test.each([
    ['0|default|default.allow-dns|allow|2', { name: 'allow-dns', ruleIndex: 2 }],
    ['0|default|gnp:default.allow-dns|allow|2', { name: 'default.allow-dns', ruleIndex: 2 }],
    ['1|security|allow-dns|Allow|0', { name: 'allow-dns', tier: 'security', policyIndex: 1 }],
    ['0|default|ossg.default.sg-1|allow|0', { name: 'ossg.default.sg-1' }],
    ['4|t1|ns1/t1.p|pass|3', { kind: 'CalicoNetworkPolicy', namespace: 'ns1', name: 'p', tier: 't1' }],
    ['1|t2|ns2/staged:t1.p|deny|1', { kind: 'StagedNetworkPolicy', namespace: 'ns2', name: 't1.p' }],
    ['0|t1|t1.staged:t1.p|deny', { kind: 'StagedGlobalNetworkPolicy', name: 'p', ruleIndex: -2 }],
    ['0|default|n/knp.default.a.b|allow|0', { kind: 'NetworkPolicy', namespace: 'n', name: 'a.b' }],
    ['0|default|n/staged:knp.default.a|deny|-', { kind: 'StagedKubernetesNetworkPolicy', ruleIndex: -2 }],
    [
      '0|adminnetworkpolicy|kanp.adminnetworkpolicy.a|pass|1',
      { kind: 'AdminNetworkPolicy', name: 'a', tier: 'adminnetworkpolicy' },
    ],
    ['0|kube-baseline|kcnp:a|deny|1', { kind: 'ClusterNetworkPolicy', name: 'a', tier: 'kube-baseline' }],
    ['0|__PROFILE__|pro:kns.n|allow|0', { kind: 'Profile', name: 'kns.n', tier: '', namespace: '' }],
    [
      '0|__PROFILE__|__PROFILE__.__NO_MATCH__|deny|-1',
      { kind: 'Profile', name: '__NO_MATCH__', ruleIndex: -1, trigger: null },
    ],
  ])('%s names its policy as Goldmane does', (text, hit) => {
    expect(felixHit(text)).toMatchObject(hit)
  })

  test('with the rule −1 is an end of tier, and the policy named triggered it', () => {
    expect(felixHit('2|default|default.deny-all|deny|-1')).toEqual(
      buildEndOfTier('deny-all', { policyIndex: 2 }),
    )
    expect(felixHit('0|default|default.deny-all|deny|1')).toEqual(
      buildHit({ name: 'deny-all', action: 'Deny', ruleIndex: 1 }),
    )
  })

  test.each([
    ['', 'of 4 or 5 parts between bars'],
    ['default|ns/default.p|allow', 'of 4 or 5 parts between bars'],
    ['0|t|t.p|allow|0|x', 'of 4 or 5 parts between bars'],
    ['x|t|t.p|allow|0', 'that begins with its position'],
    ['-1|t|t.p|allow|0', 'that begins with its position'],
    ['0||p|allow|0', 'with a valid tier'],
    ['0|*|*|allow|*', 'with a valid tier'],
    ['0|t|t.|allow|0', 'with a policy of a known kind and a valid name'],
    ['0|t|*|allow|0', 'with a policy of a known kind and a valid name'],
    ['0|t|zzz:p|allow|0', 'with a policy of a known kind and a valid name'],
    ['0|t|np:a/b/c|allow|0', 'with a policy of a known kind and a valid name'],
    ['0|t|np:p|allow|0', 'with a namespace for this kind of policy'],
    ['0|default|knp.default.p|allow|0', 'with a namespace for this kind of policy'],
    ['0|t|gnp:n/p|allow|0', 'with no namespace for this kind of policy'],
    ['0|t|/t.p|allow|0', 'with no namespace for this kind of policy'],
    ['0|t|np:/p|allow|0', 'with a valid namespace'],
    ['0|t|u.staged:p|allow|0', 'with nothing but its tier before staged:'],
    ['0|t|t.staged:staged:p|allow|0', 'with staged: once at most'],
    ['0|t|pro:kns.n|allow|0', 'with the tier __PROFILE__ for profiles, and for them alone'],
    ['0|__PROFILE__|gnp:p|allow|0', 'with the tier __PROFILE__ for profiles, and for them alone'],
    ['0|t|t.p|log|0', 'with the action allow, deny or pass'],
    ['0|t|t.p||0', 'with the action allow, deny or pass'],
    ['0|t|t.p|deny|', 'with a rule number from -2, or a hyphen'],
    ['0|t|t.p|deny|-3', 'with a rule number from -2, or a hyphen'],
    ['0|t|t.p|deny|x', 'with a rule number from -2, or a hyphen'],
  ])('%j is no hit', (text, wanted) => {
    expect(felixHit(text)).toEqual(new HitFault(wanted))
  })

  test('of any kind is a hit or a fault', () => {
    const part = fc.oneof(
      fc.constantFrom('0', 'default', 'np:a/b', 'staged:', '__PROFILE__', '-1'),
      fc.string(),
    )
    fc.assert(
      fc.property(fc.array(part, { maxLength: 6 }), (parts) => {
        const hit = felixHit(parts.join('|'))
        if (!(hit instanceof HitFault)) expect(hit.kind === 'EndOfTier' || hit.name !== '').toBe(true)
      }),
    )
  })
})
