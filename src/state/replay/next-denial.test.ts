import * as fc from 'fast-check'
import { expect, test } from 'vitest'

import { anyFlow, NOW } from '../../filter/testing/arbitrary-queries.ts'
import { ALL } from '../../filter/tree/expression.ts'
import { BUCKET_SECONDS } from '../../flows/bucket.ts'
import type { Flow } from '../../flows/flow.ts'
import { groupIdentity } from '../../flows/identity.ts'
import { RecordStore } from '../../store/keys/record-store.ts'
import type { Answers } from '../../store/protocol.ts'
import { answerTo } from '../../store/query/answer-question.ts'
import { FlowView } from '../../store/query/flow-view.ts'
import { nextDenialOf } from './next-denial.ts'

const START = NOW - 300

const anyRecords: fc.Arbitrary<readonly Flow[]> = fc.array(
  fc.record({ flow: anyFlow, denied: fc.boolean(), bucket: fc.nat(12) }).map(({ flow, denied, bucket }) => ({
    ...flow,
    key: { ...flow.key, action: denied ? ('Deny' as const) : ('Allow' as const) },
    startTime: START + bucket * BUCKET_SECONDS,
    endTime: START + (bucket + 1) * BUCKET_SECONDS,
  })),
  { maxLength: 30 },
)

test('the next new denial is the first one of a group without records from before, whatever the play head', () => {
  fc.assert(
    fc.property(
      anyRecords,
      fc.integer({ min: START - 20, max: START + 13 * BUCKET_SECONDS }),
      fc.integer({ min: START - 20, max: START + 13 * BUCKET_SECONDS }),
      (records, since, head) => {
        const store = new RecordStore({ budget: 2 ** 26, live: false, chunkRows: 4 })
        for (const flow of records) store.append(flow)
        const first = new Map<string, number>()
        for (const { key, startTime } of records) {
          const group = groupIdentity(key)
          first.set(group, Math.min(startTime, first.get(group) ?? startTime))
        }
        const later = records
          .filter(({ key: { action } }) => action === 'Deny')
          .map(({ key }) => first.get(groupIdentity(key)) ?? 0)
          .filter((start) => start >= since)
        const answer = answerTo(new FlowView(store), nextDenialOf(ALL, since), NOW, head, head)
        // An answer to a question about rows.
        const { rows } = answer as Answers['rows']
        expect(rows[0]?.firstSeen ?? null).toBe(later.length === 0 ? null : Math.min(...later))
      },
    ),
  )
})
