import { create, toBinary } from '@bufbuild/protobuf'
import { describe, expect, test } from 'vitest'

import { flowToMessage } from '../../wire/testing/flow-to-message.ts'
import { ALL, type Comparison, type Expression } from '../../filter/tree/expression.ts'
import { UNRECORDED } from '../../flows/counters.ts'
import { buildFlow, buildHit, buildKey } from '../../flows/testing/build.ts'
import type { Flow } from '../../flows/flow.ts'
import { FlowResultSchema, FlowSchema } from '../../gen/goldmane/api_pb.ts'
import { FlowView } from './flow-view.ts'
import { RecordStore } from '../keys/record-store.ts'
import type { Facet, ViewRequest } from '../protocol.ts'

const NOW = 1_790_001_000
const BUDGET = 64 * 2 ** 20

const request = (more: Partial<ViewRequest> = {}): ViewRequest => ({
  shape: 'keys',
  filter: ALL,
  time: null,
  sort: { column: 'seen', descending: true },
  offset: 0,
  limit: 50,
  selected: null,
  frozen: null,
  newSince: null,
  arrangement: null,
  trendMeasure: 'records',
  ...more,
})

const result = (id: number, flow: Flow): Uint8Array =>
  toBinary(FlowResultSchema, create(FlowResultSchema, { id: BigInt(id), flow: flowToMessage(flow) }))

const labelClause = (label: string, operator: '=' | '!=', text: string): Comparison => ({
  kind: 'compare',
  field: 'src.label',
  label,
  operator,
  values: [{ kind: 'text', text, wildcard: false }],
})

function labelFacetUnder(filter: Expression): Facet | undefined {
  const store = new RecordStore({ budget: BUDGET, live: false })
  for (const [app, team] of [
    ['web', 'a'],
    ['api', 'a'],
    ['api', 'b'],
  ]) {
    store.append({
      ...buildFlow({ sourceName: `${app}-${team}` }),
      sourceLabels: [`app=${app}`, `team=${team}`],
    })
  }
  const facets = [{ field: 'src.label' as const, search: '', limit: 9 }]
  return new FlowView(store).facets(request({ filter }), facets, NOW)[0]
}

describe('a facet of whole labels', () => {
  test('counts the labels of a key without the clauses on that key, all others with them', () => {
    const of = { records: 3, denied: 0 }
    expect(labelFacetUnder(labelClause('app', '=', 'web'))).toEqual({
      field: 'src.label',
      values: [
        { value: 'app=api', records: 2, denied: 0, of },
        { value: 'app=web', records: 1, denied: 0, of },
        { value: 'team=a', records: 1, denied: 0 },
      ],
      distinct: 3,
      records: 1,
      denied: 0,
    })
  })

  test('does so for each of several keys', () => {
    const filter: Expression = {
      kind: 'and',
      terms: [labelClause('app', '=', 'web'), labelClause('team', '!=', 'b')],
    }
    expect(labelFacetUnder(filter)?.values).toEqual([
      { value: 'app=api', records: 1, denied: 0, of: { records: 2, denied: 0 } },
      { value: 'app=web', records: 1, denied: 0, of: { records: 2, denied: 0 } },
      { value: 'team=a', records: 1, denied: 0, of: { records: 1, denied: 0 } },
    ])
  })
})

describe('a view', () => {
  test('of flows has one row for each key, with the sums of its records', () => {
    const store = new RecordStore({ budget: BUDGET, live: true })
    store.appendResult(result(1, buildFlow()))
    store.appendResult(result(1, buildFlow({}, { startTime: 1_790_000_025, endTime: 1_790_000_040 })))
    store.appendResult(result(2, buildFlow({ action: 'Deny' })))
    const { rows, total, held } = new FlowView(store).view(request(), NOW)
    expect({ total, held }).toEqual({ total: 2, held: 2 })
    expect(rows[0]).toMatchObject({
      key: buildKey(),
      sourceLabels: ['app=web'],
      records: 2,
      bytesIn: 1200,
      firstSeen: 1_790_000_010,
      lastSeen: 1_790_000_040,
      trend: [1, 1],
    })
    expect(store.holdings()).toMatchObject({ records: 3, keys: 2, refused: 0, duplicates: 0 })
  })

  test('has counters that were not recorded as null, sorts them last, and sums the others', () => {
    const store = new RecordStore({ budget: BUDGET, live: false })
    const records = {
      none: UNRECORDED,
      zero: { bytesIn: 0, bytesOut: 0 },
      in: { bytesIn: 3, bytesOut: null },
      out: { bytesIn: null, bytesOut: 7 },
    }
    for (const [sourceName, counters] of Object.entries(records))
      store.append(buildFlow({ sourceName }, counters))
    const view = new FlowView(store)
    for (const shape of ['intervals', 'keys', 'groups', 'signatures'] as const) {
      const bytes = (descending: boolean) =>
        view
          .view(request({ shape, sort: { column: 'bytes', descending } }), NOW)
          .rows.map(({ key, bytesIn, bytesOut }) => [key.sourceName, bytesIn, bytesOut])
      expect(bytes(true), shape).toEqual([
        ['out', null, 7],
        ['in', 3, null],
        ['zero', 0, 0],
        ['none', null, null],
      ])
      expect(bytes(false), shape).toEqual([
        ['zero', 0, 0],
        ['in', 3, null],
        ['out', null, 7],
        ['none', null, null],
      ])
    }
    store.append(buildFlow({ sourceName: 'none' }, { ...UNRECORDED, bytesIn: 5, startTime: 1_790_000_025 }))
    const { rows } = view.view(request({ shape: 'groups' }), NOW)
    const both = rows.find(({ key }) => key.sourceName === 'none')
    expect(both).toMatchObject({ ...UNRECORDED, bytesIn: 5, records: 2 })
  })

  test('shows the same row for a FlowResult, a Flow message and a flow of a text capture', () => {
    const live = new RecordStore({ budget: BUDGET, live: true })
    const capture = new RecordStore({ budget: BUDGET, live: false })
    const messages = new RecordStore({ budget: BUDGET, live: false })
    live.appendResult(result(7, buildFlow()))
    capture.append(buildFlow())
    messages.appendFlowMessage(toBinary(FlowSchema, flowToMessage(buildFlow())))
    const [row] = new FlowView(live).view(request(), NOW).rows
    expect(new FlowView(capture).view(request(), NOW).rows).toEqual([row])
    expect(new FlowView(messages).view(request(), NOW).rows).toEqual([row])
  })

  test('of groups has one row for each, however many traces decided alike', () => {
    const store = new RecordStore({ budget: BUDGET, live: false })
    for (let i = 0; i < 100; i++) {
      const enforced = [buildHit({ name: i % 2 === 0 ? 'even' : 'odd', action: 'Deny' })]
      const pending = [buildHit({ name: `staged-${i}`, kind: 'StagedNetworkPolicy' })]
      store.append(buildFlow({ destPort: 8000 + i, action: 'Deny', policies: { enforced, pending } }))
    }
    const { rows } = new FlowView(store).view(request({ shape: 'groups' }), NOW)
    const all = { to: 'Allow', all: true }
    expect(rows.map(({ records, staged }) => [records, staged])).toEqual([
      [50, all],
      [50, all],
    ])
  })

  test('agrees with the facet on its filter’s field and with the histogram', () => {
    const store = new RecordStore({ budget: BUDGET, live: true })
    for (let i = 0; i < 10; i++) {
      const times = { startTime: 1_790_000_010 + i * 15, endTime: 1_790_000_025 + i * 15 }
      store.append(buildFlow({ action: i % 2 === 0 ? 'Deny' : 'Allow', destNamespace: `ns-${i % 3}` }, times))
    }
    const filter: Comparison = {
      kind: 'compare',
      field: 'action',
      operator: '=',
      values: [{ kind: 'text', text: 'Deny', wildcard: false }],
    }
    const denied = request({ filter, shape: 'intervals' })
    expect(new FlowView(store).view(denied, NOW).total).toBe(5)
    const [facet] = new FlowView(store).facets(denied, [{ field: 'action', search: '', limit: 9 }], NOW)
    expect(facet?.values).toEqual([
      { value: 'Allow', records: 5, denied: 0 },
      { value: 'Deny', records: 5, denied: 5 },
    ])
    const histogram = new FlowView(store).histogram(denied, 20, 'records', NOW)
    expect(histogram?.denied.reduce((sum, each) => sum + each, 0)).toBe(5)
    expect(histogram?.allowed.some((each) => each > 0)).toBe(false)
  })
})
