/** The order of the table's rows, against the plain idea of it: a list of ids that is made once and then kept. */
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { include } from '../../filter/tree/clauses.ts'
import { ALL } from '../../filter/tree/expression.ts'
import { buildEndOfTier, buildFlow } from '../../flows/testing/build.ts'
import type { Flow } from '../../flows/flow.ts'
import { RecordStore } from '../keys/record-store.ts'
import type { Row, Shape, Sort, ViewRequest } from '../protocol.ts'
import { ReferenceStore } from '../testing/reference-store.ts'
import { FlowView } from './flow-view.ts'
import { resolveRange } from './sliding-range.ts'

const START = 1_790_000_010
const NOW = START + 3600
const EVERYTHING = 10_000
const AMPLE = 64 * 2 ** 20

/** A record of a few workloads, some of them in several rollouts. */
function recordOf({ from, port, bucket, conns, deny, rollout }: Drawn): Flow {
  const policies = deny ? { enforced: [buildEndOfTier('default-deny')], pending: [] } : undefined
  return buildFlow(
    {
      sourceName: `${from}-${rollout}-*`,
      destPort: port,
      action: deny ? 'Deny' : 'Allow',
      ...(policies === undefined ? {} : { policies }),
    },
    { startTime: START + bucket * 15, endTime: START + bucket * 15 + 15, numConnectionsStarted: conns },
  )
}

interface Drawn {
  readonly from: string
  readonly port: number
  readonly bucket: number
  readonly conns: number
  readonly deny: boolean
  readonly rollout: string
}

const anyRecord: fc.Arbitrary<Drawn> = fc.record({
  from: fc.constantFrom('web', 'api', 'test', 'etl', 'dns', 'job'),
  port: fc.constantFrom(53, 80, 443),
  bucket: fc.nat(60),
  conns: fc.nat(9),
  deny: fc.boolean(),
  rollout: fc.constantFrom('6f7c9d5b8d', '7c5d9f4b66'),
})

const anySort: fc.Arbitrary<Sort> = fc.record({
  column: fc.constantFrom('attention' as const, 'seen' as const, 'conns' as const, 'source' as const),
  descending: fc.boolean(),
})

interface Step {
  /** The records that arrive, as numbers among all of them. */
  readonly records: readonly Drawn[]
  /** Whether the reader asks for another order, and in what range. */
  readonly again: boolean
  readonly offset: number
}

const steps: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.record({
    records: fc.array(anyRecord, { maxLength: 12 }),
    again: fc.integer({ min: 0, max: 4 }).map((each) => each === 0),
    offset: fc.nat(5),
  }),
  { minLength: 2, maxLength: 6 },
)

function requestOf(shape: Shape, sort: Sort, more: Partial<ViewRequest>): ViewRequest {
  return {
    shape,
    filter: ALL,
    time: null,
    sort,
    offset: 0,
    limit: EVERYTHING,
    selected: null,
    frozen: null,
    newSince: START + 300,
    arrangement: 0,
    trendMeasure: 'conns',
    ...more,
  }
}

const idsOf = (rows: readonly Row[]): readonly string[] => rows.map(({ id }) => id)
const shapes = fc.constantFrom<Shape>('groups', 'signatures', 'intervals')

interface Scenario {
  readonly shape: Shape
  readonly sort: Sort
  readonly live: boolean
  readonly budget: number
  readonly sliding: boolean
  readonly filtered: boolean
  readonly played: readonly Step[]
}

/** Plays the steps, and holds each answer to the order that was made at the last arrangement. */
function play({ shape, sort, live, budget, sliding, filtered, played }: Scenario): void {
  const store = new RecordStore({ budget, live, chunkRows: 4 })
  const view = new FlowView(store)
  const reference = new ReferenceStore({ live, chunkRows: 4 })
  const filter = filtered ? include(ALL, 'port', '80') : ALL
  let arrangement = 0
  let order: readonly string[] = []
  const isHeld = (id: string): boolean => reference.holdsInterval(id)
  for (const { records, again, offset } of played) {
    for (const drawn of records) {
      const record = recordOf(drawn)
      const { evicted } = store.holdings()
      store.append(record)
      reference.append(record)
      reference.evictTo(store.holdings().evicted)
      // At once, because a record may come again after its eviction, and is another one then.
      if (shape === 'intervals' && store.holdings().evicted > evicted) order = order.filter(isHeld)
    }
    if (again) arrangement++
    const requested = sliding ? { last: 300 } : null
    const time = resolveRange(requested, store.holdings().newest)
    const request = requestOf(shape, sort, { filter, time, requested, arrangement })
    const current = reference.view(request, NOW).rows
    if (again || order.length === 0) order = idsOf(current)
    const byId = new Map(current.map((row) => [row.id, row]))
    const answer = view.view(request, NOW)
    if (shape === 'intervals') {
      // Evicted records are gone; those that left a sliding range stay.
      order = order.filter(isHeld)
      if (order.length === 0) order = idsOf(current)
      expect(idsOf(answer.rows)).toEqual(order)
    } else {
      expect(idsOf(answer.rows)).toEqual(order)
      for (const row of answer.rows) {
        const now = byId.get(row.id)
        if (now === undefined) expect(row).toMatchObject({ records: 0, packetsIn: 0, ports: [] })
        else expect(row).toEqual(now)
      }
    }
    expect(answer.total).toBe(order.length)
    expect(answer.waiting).toBe(current.filter(({ id }) => !order.includes(id)).length)
    const part = view.view({ ...request, offset, limit: 3 }, NOW)
    expect(idsOf(part.rows)).toEqual(order.slice(offset, offset + 3))
    for (const [index, id] of order.entries()) {
      const { selected } = view.view({ ...request, limit: 0, selected: id }, NOW)
      if (selected !== null) expect(selected.index).toBe(index)
    }
  }
}

const scenario: fc.Arbitrary<Scenario> = fc.record({
  shape: shapes,
  sort: anySort,
  live: fc.boolean(),
  budget: fc.constant(AMPLE),
  sliding: fc.boolean(),
  filtered: fc.boolean(),
  played: steps,
})

describe('the order of the rows', { timeout: 60_000 }, () => {
  test('is kept while counts change and ranges slide, until another one is asked for', () => {
    fc.assert(fc.property(scenario, play), { numRuns: 200 })
  })

  test('is kept while records are evicted and keys are collected', () => {
    fc.assert(
      fc.property(scenario, fc.integer({ min: 0, max: 20_000 }), (drawn, budget) => {
        // Intervals of one key and start are told apart by counting, so that eviction changes their ids. It may also
        // move the end of what is held back, and with it a sliding range, into which older intervals then come.
        const isIntervals = drawn.shape === 'intervals'
        play({
          ...drawn,
          budget,
          live: drawn.live || isIntervals,
          sliding: drawn.sliding && !isIntervals,
        })
      }),
      { numRuns: 200 },
    )
  })

  test('is the same however the records came', () => {
    fc.assert(
      fc.property(
        shapes,
        anySort,
        fc.array(anyRecord, { maxLength: 30 }),
        fc.func(fc.nat()),
        (shape, sort, drawn, rank) => {
          // One record for each key and bucket: only then has each one an id that does not depend on the others.
          const distinct = [
            ...new Map(drawn.map((each) => [JSON.stringify({ ...each, conns: 0 }), each])).values(),
          ]
          const rowsOf = (records: readonly Drawn[]) => {
            const store = new RecordStore({ budget: AMPLE, live: false, chunkRows: 4 })
            for (const each of records) store.append(recordOf(each))
            return new FlowView(store).view(requestOf(shape, sort, {}), NOW).rows
          }
          const shuffled = distinct
            .map((each) => ({ each, at: rank(each) }))
            .toSorted((a, b) => a.at - b.at)
            .map(({ each }) => each)
          expect(rowsOf(shuffled)).toEqual(rowsOf(distinct))
        },
      ),
      { numRuns: 200 },
    )
  })

  test('is set anew with each answer for an arrangement of null, and then kept by the first number', () => {
    const store = new RecordStore({ budget: AMPLE, live: true })
    const view = new FlowView(store)
    const sort = { column: 'conns', descending: true } as const
    const ask = (arrangement: number | null) => {
      const { rows, waiting } = view.view(requestOf('groups', sort, { arrangement }), NOW)
      return { names: rows.map(({ key }) => key.sourceName.slice(0, 3)), waiting }
    }
    const add = (from: string, conns: number, bucket: number) =>
      store.append(recordOf({ from, port: 80, bucket, conns, deny: false, rollout: '6f7c9d5b8d' }))
    add('web', 5, 0)
    expect(ask(null)).toEqual({ names: ['web'], waiting: 0 })
    add('api', 9, 1)
    expect(ask(null)).toEqual({ names: ['api', 'web'], waiting: 0 })
    add('web', 9, 2)
    add('etl', 99, 2)
    expect(ask(1)).toEqual({ names: ['api', 'web'], waiting: 1 })
    expect(ask(2)).toEqual({ names: ['etl', 'web', 'api'], waiting: 0 })
  })

  test('of nothing is not kept: what comes is shown', () => {
    const store = new RecordStore({ budget: AMPLE, live: true })
    const view = new FlowView(store)
    const request = requestOf('groups', { column: 'attention', descending: true }, { arrangement: 7 })
    expect(view.view(request, NOW)).toMatchObject({ total: 0, waiting: 0 })
    store.append(buildFlow())
    expect(view.view(request, NOW)).toMatchObject({ total: 1, waiting: 0 })
  })
})
