import { describe, expect, test } from 'vitest'

import { ALL } from '../../filter/tree/expression.ts'
import type { Flow } from '../../flows/flow.ts'
import { buildFlow } from '../../flows/testing/build.ts'
import { RecordStore } from '../keys/record-store.ts'
import type { TimeRange, ViewRequest } from '../protocol.ts'
import { FlowView } from './flow-view.ts'

const HOUR = 3600
/** A full hour. */
const NOON = 1_790_002_800
const NOW = NOON + 6 * HOUR

function viewOf(time: TimeRange | null): ViewRequest {
  return {
    shape: 'groups',
    filter: ALL,
    time,
    sort: { column: 'attention', descending: true },
    offset: 0,
    limit: 50,
    selected: null,
    frozen: null,
    newSince: null,
    arrangement: null,
    trendMeasure: 'records',
  }
}

/** Sums of so many hours from noon on, of denials of some ports. */
function hoursOf(hours: number, ports: number): readonly Flow[] {
  return Array.from({ length: hours * ports }, (_, i) => {
    const startTime = NOON + HOUR * Math.floor(i / ports)
    const key = { destPort: 1 + (i % ports), action: 'Deny' } as const
    return buildFlow(key, { startTime, endTime: startTime + HOUR })
  })
}

function readerOf(flows: readonly Flow[], recordSeconds: number): FlowView {
  const store = new RecordStore({ budget: 2 ** 24, live: false })
  store.recordSeconds = recordSeconds
  for (const flow of flows) store.append(flow)
  return new FlowView(store)
}

describe('records that are sums of hours', () => {
  test('have bars of whole hours, however many bars there is room for', () => {
    const reader = readerOf(hoursOf(6, 2), HOUR)
    const bars = reader.histogram(viewOf(null), 300, 'records', NOW)
    expect([bars?.from, bars?.step]).toEqual([NOON, HOUR])
    expect([...(bars?.denied ?? [])]).toEqual([2, 2, 2, 2, 2, 2])
  })

  test('have a trend in which each step has as many sums', () => {
    const [row] = readerOf(hoursOf(24, 1), HOUR).view(viewOf(null), NOW).rows
    expect(row?.trend).toEqual(Array.from({ length: 12 }, () => 2))
  })

  test('are shown where they lie in the range in part', () => {
    const reader = readerOf(hoursOf(6, 1), HOUR)
    const time = { from: NOON + HOUR + 600, to: NOON + 3 * HOUR + 600 }
    expect(reader.view({ ...viewOf(time), shape: 'intervals' }, NOW).total).toBe(3)
    expect(reader.histogram(viewOf(time), 10, 'records', NOW)?.from).toBe(NOON + HOUR)
  })

  test('tell no scan, as the ports of an hour need not have been tried at once', () => {
    const flows = hoursOf(1, 12)
    const of15s = flows.map((flow) => ({ ...flow, endTime: flow.startTime + 15 }))
    expect(readerOf(of15s, 15).summary(viewOf(null), NOW).scans).toBe(1)
    expect(readerOf(flows, HOUR).summary(viewOf(null), NOW).scans).toBe(0)
    expect(readerOf(flows, HOUR).view(viewOf(null), NOW).rows[0]?.scan).toBeNull()
  })

  test('name the ports of each hour before those of one', () => {
    const once = buildFlow(
      { destPort: 9999, action: 'Deny' },
      { startTime: NOON, endTime: NOON + HOUR, numConnectionsStarted: 1_000_000 },
    )
    const [row] = readerOf([...hoursOf(6, 1), once], HOUR).view(viewOf(null), NOW).rows
    expect(row?.ports.map(({ port }) => port)).toEqual([1, 9999])
  })
})
