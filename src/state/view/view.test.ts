import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { include } from '../../filter/tree/clauses.ts'
import { ALL } from '../../filter/tree/expression.ts'
import { COLUMNS } from '../../flows/column.ts'
import { DEFAULT_VIEW, parseView, printView, type View, withPartsOf } from './view.ts'

const filters = fc
  .array(
    fc.tuple(
      fc.constantFrom('dst.ns' as const, 'decided' as const, 'policy' as const, 'src.name' as const),
      fc.string({ minLength: 1, maxLength: 12 }),
    ),
    { maxLength: 4 },
  )
  .map((terms) =>
    terms.reduce<View['filter']>((filter, [field, value]) => include(filter, field, value), ALL),
  )

const paces = fc
  .tuple(
    fc.constantFrom('1', '4', '15', '60', '240', '3600'),
    fc.subarray(['-loop', '-past', '-play'], { minLength: 0, maxLength: 3 }),
  )
  .map(([speed, words]) => speed + words.join(''))

const parts: fc.Arbitrary<View> = fc.record({
  screen: fc.constantFrom('flows' as const, 'staged' as const, 'compare' as const),
  cluster: fc.option(fc.string({ minLength: 1, maxLength: 200 })),
  capture: fc.option(
    fc.record({
      name: fc.string({ minLength: 1, maxLength: 255 }),
      size: fc.nat(5_000_000_000),
      hash: fc.stringMatching(/^[0-9a-f]{16}$/),
    }),
  ),
  filter: filters,
  scope: filters,
  highlight: filters,
  shape: fc.constantFrom('groups' as const, 'signatures' as const, 'intervals' as const),
  time: fc.option(
    fc.oneof(
      fc.tuple(fc.nat(2_000_000_000), fc.integer({ min: 1, max: 100_000 })).map(([from, length]) => ({
        from,
        to: from + length,
      })),
      fc.record({ last: fc.integer({ min: 15, max: 86_400 }) }),
    ),
  ),
  at: fc.option(fc.integer({ min: 1, max: 2_000_000_000 })),
  pace: fc.option(paces),
  compare: fc.option(fc.constantFrom('around-1790000100-900', '15-30,45-60', 'captures')),
  sort: fc.record({
    column: fc.constantFrom('attention' as const, ...COLUMNS.map((column) => column.id)),
    descending: fc.boolean(),
  }),
  bars: fc.constantFrom('records' as const, 'conns' as const, 'bytes' as const, 'packets' as const),
  show: fc.constantFrom('records' as const, 'conns' as const, 'bytes' as const, 'packets' as const),
  open: fc.option(fc.stringMatching(/^[0-9a-z]{1,20}$/)),
})

/** Without a play head there is no pace. */
const views = parts.map((view): View => (view.at === null ? { ...view, pace: null } : view))

function shapeOf(search: string): View['shape'] {
  const { view, problems } = parseView(search)
  expect(problems).toEqual([])
  return view.shape
}

describe('a link', () => {
  test('opens the view that it was copied from', () => {
    fc.assert(
      fc.property(views, (view) => {
        const { view: opened, problems } = parseView(printView(view))
        expect(problems).toEqual([])
        expect(opened).toEqual(view)
      }),
    )
  })

  test('opened after another one gives its own view, and keeps the values of the parts that say the same', () => {
    fc.assert(
      fc.property(views, views, fc.boolean(), (before, other, same) => {
        const next = parseView(printView(same ? { ...before, open: 'a' } : other)).view
        const { scope, ...kept } = withPartsOf(before, next)
        const { scope: _, ...wanted } = next
        expect(kept).toEqual(wanted)
        if (!same) return
        expect(kept.filter).toBe(before.filter)
        expect(kept.highlight).toBe(before.highlight)
        expect(kept.sort).toBe(before.sort)
        expect(kept.time).toBe(before.time)
        expect(kept.capture).toBe(before.capture)
        expect(scope).toBe(before.scope)
      }),
    )
  })

  test('is empty for the view that everybody starts with', () => {
    expect(printView(DEFAULT_VIEW)).toBe('')
    expect(parseView('')).toEqual({ view: DEFAULT_VIEW, problems: [] })
  })

  test('reads like the question that it asks', () => {
    const filter = include(include(ALL, 'dst.ns', 'backend'), 'action', 'Deny')
    expect(new URLSearchParams(printView({ ...DEFAULT_VIEW, filter })).get('q')).toBe(
      'dst.ns = backend and action = Deny',
    )
  })

  test('that is broken in parts reports which, and the rest of it is read', () => {
    const { view, problems } = parseView(
      '?screen=moon&q=dst.ns+%3D+(&scope=seen+%3C+5m&highlight=or+or&sort=-nonsense&rows=cells&time=9-3&bars=ink&open=%3Cscript%3E&capture=mine.jsonl&at=soon&pace=60-loop-loop',
    )
    expect(view).toEqual(DEFAULT_VIEW)
    expect(problems).toHaveLength(12)
    expect(parseView('?q=dst.ns+%3D+(&sort=bytes').view.sort).toEqual({ column: 'bytes', descending: false })
  })

  test('that calls the highlight “mark”, its former name, is still read', () => {
    const { view, problems } = parseView('?mark=dst.ns+%3D+backend')
    expect(problems).toEqual([])
    expect(view).toEqual({ ...DEFAULT_VIEW, highlight: include(ALL, 'dst.ns', 'backend') })
    expect(printView(view)).toBe('?highlight=dst.ns+%3D+backend')
    const both = parseView('?mark=dst.ns+%3D+db&highlight=dst.ns+%3D+backend').view
    expect(both.highlight).toEqual(view.highlight)
  })

  test('that names the kind of rows as older links did is still read', () => {
    expect(shapeOf('?rows=signatures')).toBe('signatures')
    expect(shapeOf('?rows=flows')).toBe('signatures')
    expect(shapeOf('?rows=intervals')).toBe('intervals')
    expect(shapeOf('?rows=ports')).toBe('signatures')
    expect(shapeOf('?rows=records')).toBe('intervals')
    expect(shapeOf('')).toBe('groups')
    expect(printView({ ...DEFAULT_VIEW, shape: 'intervals' })).toBe('?rows=records')
  })

  test('with a scope that cannot be asked of a stream says why, and that everything is received', () => {
    const { view, problems } = parseView('?scope=dst.ns+%3D+backend+and+seen+%3C+5m')
    expect(view.scope).toEqual(ALL)
    expect(problems).toHaveLength(1)
    expect(problems[0]).toMatch(
      /^the scope “dst.ns = backend and seen < 5m” \(.+ seen.+filter\), so that all flows/,
    )
  })

  test('whatever it says gives a view', () => {
    fc.assert(fc.property(fc.string(), (text) => parseView(text).view.shape.length > 0))
  })
})
