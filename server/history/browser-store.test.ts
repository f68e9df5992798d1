/** Holds the sums of a history to the store of the browser, which has the same records. */
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { anyExpression, anyFlow } from '../../src/filter/testing/arbitrary-queries.ts'
import { isMeasured } from '../../src/filter/tree/asks-for.ts'
import { ALL, type Expression } from '../../src/filter/tree/expression.ts'
import { BUCKET_SECONDS } from '../../src/flows/bucket.ts'
import type { TextFieldId } from '../../src/flows/field.ts'
import type { Flow } from '../../src/flows/flow.ts'
import { inOrder } from '../../src/flows/hit.ts'
import { keyIdentity } from '../../src/flows/identity.ts'
import { RecordStore } from '../../src/store/keys/record-store.ts'
import { FlowView } from '../../src/store/query/flow-view.ts'
import type { ViewRequest } from '../../src/store/protocol.ts'
import type { HistoryQuestion, HistoryQueries } from './history-store.ts'
import { limitsOf, selectionOf } from './testing/history-buckets.ts'
import { MemoryHistory } from './testing/memory-history.ts'
import { storeFlows } from './testing/store-flows.ts'

const START = 1_790_000_100
const RANGE = { from: START, to: START + 4 * BUCKET_SECONDS }
const FIELDS: readonly TextFieldId[] = [
  'src.ns',
  'name',
  'action',
  'policy',
  'tier',
  'kind',
  'decided',
  'proto',
]
const TOP = 1000

const REQUEST: ViewRequest = {
  shape: 'groups',
  filter: ALL,
  time: RANGE,
  sort: { column: 'seen', descending: true },
  offset: 0,
  limit: TOP,
  selected: null,
  frozen: null,
  newSince: null,
  arrangement: null,
  trendMeasure: 'conns',
}

function countsOf(values: readonly { readonly value: string; readonly records: number }[]) {
  return new Map(values.map(({ value, records }) => [value, records]))
}

/** Records of a few flows on several ports in some buckets; no two are of one key in one bucket. */
const anyRecords = fc
  .array(anyFlow, { minLength: 1, maxLength: 6 })
  .chain((flows) =>
    fc.array(
      fc.record({
        flow: fc.constantFrom(...flows),
        destPort: fc.constantFrom(53, 80, 443),
        bucket: fc.nat(5),
      }),
      { maxLength: 30 },
    ),
  )
  .map((drawn) => {
    const records = drawn.map(({ flow, destPort, bucket }): Flow => {
      const { enforced, pending } = flow.key.policies
      const startTime = START + bucket * BUCKET_SECONDS
      const policies = { enforced: inOrder(enforced), pending: inOrder(pending) }
      return {
        ...flow,
        key: { ...flow.key, destPort, policies },
        startTime,
        endTime: startTime + BUCKET_SECONDS,
      }
    })
    return [...new Map(records.map((flow) => [`${flow.startTime} ${keyIdentity(flow.key)}`, flow])).values()]
  })

/** An age that tells the buckets of the range apart. */
const anyAge = fc.nat(4).map((buckets): Expression => {
  const number = buckets * BUCKET_SECONDS
  return { kind: 'compare', field: 'seen', operator: '<=', values: [{ kind: 'number', number }] }
})

test('a history has the same counts, facets and groups as the store of the browser', async () => {
  await fc.assert(
    fc.asyncProperty(
      anyRecords,
      fc.oneof({ weight: 6, arbitrary: anyExpression }, anyAge),
      async (records, filter) => {
        const history = new MemoryHistory()
        await storeFlows(history, 'prod', records)
        const browser = new RecordStore({ budget: 64 * 2 ** 20, live: true, chunkRows: 64 })
        for (const flow of records) browser.append(flow)
        const view = new FlowView(browser)
        const ask = async <Question extends HistoryQuestion>(
          question: Question,
          asked: HistoryQueries[Question]['asked'],
        ) =>
          (await history.query(question, asked, selectionOf('prod', { range: RANGE, filter }), limitsOf()))
            .rows

        const [totals] = await ask('totals', {})
        // Ages count from the end of the range, as from now in a live store.
        expect(totals?.records ?? 0).toBe(view.count('intervals', filter, RANGE, RANGE.to))
        // A filter on counters is about the sums of a group there, and about each record here.
        if (isMeasured(filter)) return
        for (const [by, shape] of [
          ['group', 'groups'],
          ['signature', 'signatures'],
        ] as const)
          expect(await ask('sets', { by, top: TOP })).toHaveLength(view.count(shape, filter, RANGE, RANGE.to))
        const request = { ...REQUEST, filter }
        const facets = view.facets(
          request,
          FIELDS.map((field) => ({ field, search: '', limit: TOP })),
          RANGE.to,
        )
        for (const { field, values } of facets) {
          const rows = await ask('facets', { fields: [field], top: TOP })
          expect(countsOf(rows)).toEqual(countsOf(values.filter(({ records: count }) => count > 0)))
        }
      },
    ),
    { numRuns: 150 },
  )
})
