/** The answers of a history, held to those of the in-memory one for random records, filters and ranges. */
import * as fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { anyExpression, anyFlow } from '../../../src/filter/testing/arbitrary-queries.ts'
import type { Flow } from '../../../src/flows/flow.ts'
import type { HistoryQueries, HistoryQuestion, HistorySelection, HistoryStore } from '../history-store.ts'
import { bucketOf, limitsOf, recordsOf } from './history-buckets.ts'
import type { HistoryEngine } from './history-contract.ts'
import { MemoryHistory } from './memory-history.ts'

const SEED = 45
const CLUSTERS = ['prod', 'staging']
const HOUR = 1_790_002_800
const END = HOUR + 2 * 3600
/** A bucket in the second hour that comes after the hour was rolled up. */
const LATE = HOUR + 3600 + 615
/** Buckets that are put at the same time. */
const LANES = 8
/** Of filling both histories. */
const FILL_TIMEOUT_MS = 120_000

type Question = {
  [Name in HistoryQuestion]: { readonly name: Name; readonly asked: HistoryQueries[Name]['asked'] }
}[HistoryQuestion]

const FIELDS = [
  'action',
  'src.ns',
  'ns',
  'port',
  'policy',
  'rule',
  'service',
  'src.label.app',
  'label',
  'label.tier',
]

function questions(): fc.Arbitrary<Question> {
  return fc.oneof(
    fc.constant<Question>({ name: 'totals', asked: {} }),
    fc
      .oneof(
        fc.record({
          origin: fc.constantFrom(HOUR, HOUR - 7, 0),
          width: fc.constantFrom(15, 60, 900, 3600, 7200),
          step: fc.constant(15 as const),
        }),
        fc.record({
          origin: fc.constantFrom(HOUR, 0),
          width: fc.constantFrom(3600, 7200),
          step: fc.constant(3600 as const),
        }),
      )
      .map((asked): Question => ({ name: 'histogram', asked })),
    fc
      .record({ fields: fc.subarray(FIELDS, { minLength: 1 }), top: fc.constantFrom(1, 3, 100) })
      .map((asked): Question => ({ name: 'facets', asked })),
    fc
      .record({ by: fc.constantFrom('group' as const, 'signature' as const), top: fc.constantFrom(2, 100) })
      .map((asked): Question => ({ name: 'sets', asked })),
    fc.constant<Question>({ name: 'entries', asked: {} }),
    fc.constant<Question>({ name: 'traces', asked: {} }),
  )
}

const selections: fc.Arbitrary<HistorySelection> = fc.record({
  cluster: fc.constantFrom(...CLUSTERS),
  range: fc.oneof(
    fc
      .tuple(fc.integer({ min: -60, max: 7260 }), fc.integer({ min: 0, max: 7260 }))
      .map(([from, length]) => ({ from: HOUR + from, to: HOUR + from + length })),
    // With the whole hours that the roll-up has.
    fc.constantFrom({ from: HOUR, to: END }, { from: HOUR + 60, to: END + 60 }),
  ),
  filter: anyExpression,
  namespaces: fc.oneof(
    { weight: 3, arbitrary: fc.constant('all' as const) },
    {
      weight: 1,
      arbitrary: fc.constantFrom([], ['backend'], ['frontend', "o'k"]).map((names) => new Set(names)),
    },
  ),
  grain: fc.constantFrom('raw' as const, 'raw' as const, 'hour' as const),
})

/** Puts random buckets into both, in an order of their own, some of them corrected later. */
async function fill(stores: readonly HistoryStore[], flows: readonly Flow[]): Promise<void> {
  const puts = fc.record({
    cluster: fc.constantFrom(...CLUSTERS),
    at: fc.nat(2 * 240 - 1),
    seconds: fc.constantFrom(15, 15, 15, 300),
    version: fc.integer({ min: 1, max: 9 }),
    flows: fc.subarray([...flows], { maxLength: 12 }),
  })
  const buckets = fc.sample(puts, { numRuns: 60, seed: SEED })
  // Buckets of one start in their order, and those of other starts at the same time.
  await Promise.all(
    Array.from({ length: LANES }, async (_, lane) => {
      for (const { at, flows: of, ...bucket } of buckets.filter((each) => each.at % LANES === lane)) {
        const outcomes = new Set<string>()
        for (const store of stores)
          outcomes.add(await store.put(bucketOf({ ...bucket, start: HOUR + at * 15 }, of)))
        expect([...outcomes]).toHaveLength(1)
      }
    }),
  )
  for (const store of stores) for (const cluster of CLUSTERS) await store.rollUp(cluster, END)
  const late = bucketOf({ cluster: 'prod', start: LATE, version: 10 }, flows.slice(0, 20))
  for (const store of stores) expect(await store.put(late)).toBe('stored')
}

export function describeAnswers({ create, numRuns }: HistoryEngine): void {
  describe('answers as the in-memory history', () => {
    const memory = new MemoryHistory()
    const flows = fc.sample(anyFlow, { numRuns: 60, seed: SEED })
    let store: HistoryStore

    beforeAll(async () => {
      store = await create()
      await fill([memory, store], flows)
    }, FILL_TIMEOUT_MS)
    afterAll(() => store.close())

    test('what is held', async () => {
      const range = { from: HOUR, to: END }
      for (const cluster of CLUSTERS) {
        expect(await store.have(cluster, range)).toEqual(await memory.have(cluster, range))
        expect(await store.keptTimes(cluster)).toEqual(await memory.keptTimes(cluster))
      }
      expect(await store.clusters()).toEqual(await memory.clusters())
      const { rows, entries, oldest, newest, oldestHour } = await memory.stats()
      expect(await store.stats()).toMatchObject({ rows, entries, oldest, newest, oldestHour })
    })

    test('any question', async () => {
      await fc.assert(
        fc.asyncProperty(questions(), selections, async (question, selection) => {
          expect(await rowsOf(store, question, selection)).toEqual(await rowsOf(memory, question, selection))
        }),
        { numRuns, seed: SEED },
      )
    })

    test('records, in any step', async () => {
      await fc.assert(
        fc.asyncProperty(selections, fc.constantFrom(15, 60, 300, 3600), async (selection, step) => {
          const coarse = selection.grain === 'hour' ? 3600 : step
          expect(await recordsOf(store, selection, coarse)).toEqual(
            await recordsOf(memory, selection, coarse),
          )
        }),
        { numRuns: Math.ceil(numRuns / 2), seed: SEED },
      )
    })

    test('the keys of entries, in their order', async () => {
      const { rows } = await memory.query('entries', {}, { ...ALL_OF, cluster: 'prod' }, limitsOf())
      const entries = rows.map(({ entry }) => entry).toReversed()
      expect(await store.keysOf('prod', entries)).toEqual(await memory.keysOf('prod', entries))
      expect(await store.keysOf('prod', [1n])).toEqual([])
    })
  })
}

const ALL_OF = {
  range: { from: HOUR, to: END },
  filter: { kind: 'all' },
  namespaces: 'all',
  grain: 'raw',
} as const

async function rowsOf(
  store: HistoryStore,
  { name, asked }: Question,
  selection: HistorySelection,
): Promise<readonly object[]> {
  const { rows, incomplete } = await store.query(name, asked, selection, limitsOf())
  expect(incomplete).toBeNull()
  // Fields are in no order among each other; the values of each are.
  if (name !== 'facets') return rows
  return rows.toSorted((a, b) => fieldOf(a).localeCompare(fieldOf(b)))
}

function fieldOf(row: object): string {
  return 'field' in row ? String(row.field) : ''
}
