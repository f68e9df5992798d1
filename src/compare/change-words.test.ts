import { describe, expect, it } from 'vitest'

import { buildHit } from '../flows/testing/build.ts'
import { changeLines, changeWords } from './change-words.ts'
import { compareSides } from './compare.ts'
import { A, B, buildSide, records } from './testing/build-side.ts'

type Lists = Parameters<typeof buildSide>[1][]

const groupsOf = (a: Lists, b: Lists) => compareSides(buildSide(A, ...a), buildSide(B, ...b)).groups
const wordsOf = (a: Lists, b: Lists): readonly string[] => groupsOf(a, b).map(changeWords)

const denied = { action: 'Deny' } as const
const by = (...enforced: ReturnType<typeof buildHit>[]) => ({ policies: { enforced, pending: [] } })
const egress = buildHit({
  kind: 'CalicoNetworkPolicy',
  namespace: 'shop',
  name: 'frontend-egress',
  tier: 'security',
  ruleIndex: 1,
})
const flip = { a: records(by(egress), { count: 15 }), b: records(denied, { count: 15 }) }

describe('what changed', () => {
  it('names both rules of what flipped, with kind, namespace and tier', () => {
    expect(wordsOf([flip.a], [flip.b])).toEqual([
      'was allowed by shop/frontend-egress rule 2 (Calico NetworkPolicy, tier security); ' +
        'now denied by default-deny (GlobalNetworkPolicy, tier default): no rule allowed it',
    ])
    expect(groupsOf([flip.a], [flip.b]).map(changeLines)[0]?.[0]).toContainEqual({
      text: 'shop/frontend-egress',
      role: 'policy',
    })
  })

  it('says of a profile why it decided, and of an end of tier without a policy its tier', () => {
    const profile = buildHit({ kind: 'Profile', namespace: '', name: 'kns.shop', tier: '', action: 'Allow' })
    const end = buildHit({ kind: 'EndOfTier', namespace: '', name: '', tier: 'security', action: 'Deny' })
    expect(wordsOf([records(by(profile))], [records({ ...denied, ...by(end) })])).toEqual([
      'was allowed by kns.shop (profile): no policy; ' +
        'now denied at the end of tier security: no rule allowed it',
    ])
  })

  it('marks what is not known of a decision', () => {
    const [group] = groupsOf([], [records(by())])
    expect(changeLines(group!)[0]).toEqual([
      { text: 'allowed', role: 'plain' },
      { text: ', by what is ', role: 'plain' },
      { text: 'not known: the record has no enforced trace', role: 'unknown' },
    ])
  })

  it('says what is in part', () => {
    expect(wordsOf([flip.a], [flip.a, flip.b])).toEqual([
      'now denied by default-deny (GlobalNetworkPolicy, tier default): no rule allowed it (allowed too, in part)',
    ])
  })

  it('says when a side may be too short, which is inferred', () => {
    expect(wordsOf([records({}, { count: 3, at: 300 })], [])).toEqual([
      'seen once, for 45 s: B may be too short to tell',
    ])
    const [group] = groupsOf([records({}, { count: 2, every: 1200 })], [])
    expect(changeLines(group!)).toEqual([
      [{ text: 'runs about every 20 min: B may be too short to tell', role: 'inferred' }],
    ])
  })
})
