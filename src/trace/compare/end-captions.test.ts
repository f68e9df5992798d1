import { describe, expect, test } from 'vitest'

import type { FlowKey } from '../../flows/flow.ts'
import { buildEndOfTier, buildFlow, buildHit } from '../../flows/testing/build.ts'
import { partsText } from '../words/statement.ts'
import { bothEnds } from './both-ends.ts'
import { causeOf, endCaption } from './end-captions.ts'
import type { SeenKey } from './seen-key.ts'

function seen(key: Partial<FlowKey>): SeenKey {
  const flow = buildFlow(key)
  return { key: flow.key, firstSeen: flow.startTime, lastSeen: flow.endTime }
}

/** Both captions as text: title, cause and certainty. */
function captions(key: Partial<FlowKey>, others: readonly SeenKey[] = []): readonly string[] {
  const subject = seen(key)
  const ends = bothEnds(subject, others)
  return (['source', 'destination'] as const).map((end) => {
    const { title, cause, certainty } = endCaption(end, ends[end], subject.key)
    return `${title}. ${partsText(cause)} (${certainty})`
  })
}

describe('the captions of the gates', () => {
  test('of a denial at the source: the policy and the reason, and a destination that was never reached', () => {
    expect(captions({ action: 'Deny' })).toEqual([
      'Denied here. default-deny selects it, and no rule allowed it in tier default (recorded)',
      'Never reached. the policies of backend/api were not asked (inferred)',
    ])
  })

  test('of both ends recorded: the other one is inferred, for it was matched by name', () => {
    expect(captions({}, [seen({ reporter: 'Dst', action: 'Deny' })])).toEqual([
      'Leaving: allowed. allow-all rule 1 (recorded)',
      'Denied here. default-deny selects it, and no rule allowed it in tier default (inferred)',
    ])
  })

  test('of an end without a record: unknown for a pod, no gate for a network', () => {
    expect(captions({})[1]).toBe('Entering: no record. backend/api has no record here (unknown)')
    expect(captions({ destType: 'Network', destName: 'pub', destNamespace: '-' })[1]).toBe(
      'No gate. it is no pod, and has no policies (inferred)',
    )
  })
})

test.each([
  ['a profile', [buildHit({ kind: 'Profile', name: 'kns.a', tier: '' })], 'no policy selects it'],
  [
    'a profile after passes',
    [buildEndOfTier('a', { action: 'Pass' }), buildHit({ kind: 'Profile', tier: '', policyIndex: 1 })],
    'all tiers passed it on',
  ],
  ['nothing', [], 'what decided is not known'],
] as const)('the cause of a verdict by %s', (_, enforced, cause) => {
  const { key } = buildFlow({ policies: { enforced, pending: [] } })
  expect(partsText(causeOf(key))).toBe(cause)
})
