import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import {
  asAround,
  asWindows,
  type CompareChoice,
  halvesOf,
  moved,
  parseCompare,
  presetsOf,
  printCompare,
  swapped,
  whyNotHeld,
  windowsOf,
  withWindow,
} from './compare-choice.ts'
import { parseView, printView } from '../view/view.ts'

const T = 1_790_000_100
const HELD = { from: T, to: T + 3600 }

const range = fc
  .tuple(fc.integer({ min: 1, max: 2_000_000_000 }), fc.integer({ min: 15, max: 100_000 }))
  .map(([from, length]) => ({ from, to: from + length }))
const choices: fc.Arbitrary<CompareChoice> = fc.oneof(
  fc.record({
    kind: fc.constant('around' as const),
    moment: fc.integer({ min: 100_000, max: 2_000_000_000 }),
    seconds: fc.integer({ min: 15, max: 100_000 }),
  }),
  fc.record({ kind: fc.constant('windows' as const), a: range, b: range }),
  fc.record({
    kind: fc.constant('captures' as const),
    swapped: fc.boolean(),
    other: fc.option(
      fc.record({
        name: fc.string({ minLength: 1, maxLength: 40, unit: 'grapheme' }),
        size: fc.nat(),
        hash: fc.constant('0123456789abcdef'),
      }),
    ),
  }),
)

describe('the address', () => {
  test('gives every choice back, through the view too', () => {
    fc.assert(
      fc.property(choices, (choice) => {
        const text = printCompare(choice)
        expect(parseCompare(text)).toEqual(choice)
        const { view, problems } = parseView('?compare=' + encodeURIComponent(text))
        expect([view.compare, problems]).toEqual([text, []])
        expect(parseView(printView(view)).view).toEqual(view)
      }),
    )
  })

  test.each(['around-100', 'around-100-5', 'around-10-15', '20-10,1-2', '1-2', '99999999999999999-1,2-3'])(
    'that says %s means nothing',
    (text) => {
      expect(parseCompare(text)).toBeNull()
    },
  )

  test('that the codec cannot read is a problem', () => {
    expect(parseView('?compare=yesterday').problems).toEqual(['the comparison “yesterday”'])
  })
})

test('what is held has two halves', () => {
  expect(windowsOf(halvesOf(HELD))).toEqual({
    a: { from: T, to: T + 1800 },
    b: { from: T + 1800, to: T + 3600 },
  })
})

test('swapping twice gives the same windows', () => {
  fc.assert(
    fc.property(choices, (choice) => {
      const { a, b } = windowsOf(choice) ?? {}
      expect(windowsOf(swapped(choice))).toEqual(a === undefined ? null : { kind: 'windows', a: b, b: a })
      const again = windowsOf(swapped(swapped(choice)))
      expect([again?.a, again?.b]).toEqual([a, b])
    }),
  )
})

test('both windows move by half the length of B, and back', () => {
  const choice = halvesOf(HELD)
  const later = windowsOf(moved(choice, 1))
  expect(later?.a).toEqual({ from: T + 900, to: T + 2700 })
  expect(moved(moved(choice, 1), -1)).toEqual(choice)
})

test('one kind of choice becomes another', () => {
  const windows = asWindows(halvesOf(HELD), HELD)
  expect(windows).toEqual({ kind: 'windows', ...windowsOf(halvesOf(HELD)) })
  expect(asAround(windows, HELD)).toEqual(halvesOf(HELD))
  expect(asAround({ kind: 'captures', swapped: false, other: null }, HELD)).toEqual(halvesOf(HELD))
  const other = { from: T, to: T + 60 }
  expect(windowsOf(withWindow(windows, 'b', other))?.b).toEqual(other)
})

test('windows are offered from the other side, held or not', () => {
  const before = presetsOf('a', halvesOf(HELD), HELD)
  expect(before.map(({ title, range: each }) => [title, whyNotHeld(each, HELD, String)])).toEqual([
    ['Just before B', null],
    ['Same time yesterday', `records begin ${HELD.from}`],
    ['Same time last week', `records begin ${HELD.from}`],
  ])
  const after = presetsOf('b', halvesOf(HELD), HELD)
  expect(after.map(({ range: each }) => whyNotHeld(each, HELD, String))).toEqual([
    null,
    `records end ${HELD.to}`,
    `records end ${HELD.to}`,
    null,
  ])
  expect(after[3]?.range).toEqual({ from: T + 1800, to: T + 3600 })
})
