import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { matcher } from '../src/filter/tree/evaluate.ts'
import { columnOf } from '../src/flows/column.ts'
import { bytesOf } from '../src/flows/counters.ts'
import { indexesInOrder, leastOf, ObjectSet } from './plain-objects.ts'
import { START, traffic } from './traffic.ts'

const ROWS = 3000
const made = traffic(ROWS, 200, 'full')
const flows = Array.from({ length: ROWS }, (_, i) => made.flow(i))
const set = new ObjectSet(flows)

function sum(bins: Float64Array | undefined): number {
  return bins?.reduce((total, bin) => total + bin, 0) ?? 0
}

test('the first rows in one pass are the head of the sorted list', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(50)), fc.integer({ min: 1, max: 20 }), (values, limit) => {
      expect(leastOf(values, limit, (a, b) => a - b)).toEqual(
        values.toSorted((a, b) => a - b).slice(0, limit),
      )
    }),
  )
})

test('a window in the middle is a slice of the sorted list, ties by place', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(9)), fc.nat(40), fc.integer({ min: 1, max: 20 }), (values, offset, limit) => {
      const wanted = values
        .map((value, i) => ({ value, i }))
        .toSorted((a, b) => a.value - b.value || a.i - b.i)
        .slice(offset, offset + limit)
      expect(indexesInOrder(Float64Array.from(values), offset, limit)).toEqual(wanted.map(({ i }) => i))
    }),
  )
})

describe('the answers of objects are those of looking at each record', () => {
  test.each(['dst.ns', 'label'] as const)('a filter by %s', (field) => {
    const filter = {
      kind: 'compare',
      field,
      operator: '~',
      values: [{ kind: 'text', text: 'team-1', wildcard: false }],
    } as const
    const wanted = flows.filter(matcher(filter, 0))
    expect(wanted.length).toBeGreaterThan(0)
    expect(set.filter(filter)).toHaveLength(wanted.length)
  })

  test.each([
    ['source', 0],
    ['source', 700],
    ['bytes', 0],
    ['bytes', 1500],
    ['seen', 700],
  ] as const)('a window by %s from %i on', (column, offset) => {
    const { sort } = columnOf(column)
    const valueOf = (flow: (typeof flows)[number]): string | number =>
      sort.by === 'text' ? sort.of(flow) : sort.by === 'last' ? -flow.endTime : -(bytesOf(flow) ?? 0)
    const wanted = flows.map(valueOf).toSorted((a, b) => (a < b ? -1 : Number(a > b)))
    expect(set.window(column, offset, 50).map(valueOf)).toEqual(wanted.slice(offset, offset + 50))
  })

  test('facets', () => {
    const [namespaces] = set.facets(['dst.ns'])
    for (const [value, count] of namespaces ?? [])
      expect(count).toBe(flows.filter(({ key }) => key.destNamespace === value).length)
    expect([...(namespaces?.values() ?? [])].reduce((all, count) => all + count, 0)).toBe(ROWS)
  })

  test('a histogram', () => {
    const [allowed, denied] = set.histogram(START, 60, 70)
    expect(sum(denied)).toBe(flows.filter(({ key }) => key.action === 'Deny').length)
    expect(sum(allowed) + sum(denied)).toBe(ROWS)
    expect(allowed?.[0]).toBe(
      flows.filter(({ key, startTime }) => key.action === 'Allow' && startTime < START + 60).length,
    )
  })
})
