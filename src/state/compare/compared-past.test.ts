import { expect, test } from 'vitest'

import { parse } from '../../filter/language/parse-query.ts'
import { ALL, type Expression } from '../../filter/tree/expression.ts'
import { beginningsIn, isBeyondHeld, sideOf } from './compared-past.ts'

function query(text: string): Expression {
  const parsed = parse(text)
  if (!parsed.ok) throw new Error(text)
  return parsed.expression
}

const window = { from: 3000, to: 3600 }
const nothing = { records: null, hours: null }
const past = { endpoint: 'http://127.0.0.1/', scope: query('ns = backend'), viewer: undefined }

test('a window that is held, and one of a source without a history, is compared as it is held', () => {
  expect(sideOf(window, ALL, past, false, nothing)).toEqual({ of: 'held', range: window })
  expect(sideOf(window, ALL, null, true, nothing)).toEqual({ of: 'held', range: window })
})

test('a window that begins before what is held is asked of the history, within scope and filter', () => {
  const filter = query('action = deny')
  const source = { kind: 'history', endpoint: past.endpoint, range: window }
  const scope = query('ns = backend and action = deny')
  expect(sideOf(window, filter, past, true, nothing)).toEqual({
    of: 'source',
    source: { ...source, scope },
    range: window,
    begins: nothing,
  })
  expect(sideOf(window, filter, { ...past, viewer: 'ann' }, true, nothing)).toMatchObject({
    source: { viewer: 'ann' },
  })
})

test('a filter on counters is left to the page, because the history may send sums', () => {
  const filter = query('action = deny and bytes > 100')
  expect(sideOf(window, filter, past, true, nothing)).toMatchObject({ source: { scope: past.scope } })
})

test('a long window is asked of whole hours, and is still the window', () => {
  const long = { from: 1800, to: 26 * 3600 + 60 }
  expect(sideOf(long, ALL, past, true, nothing)).toMatchObject({
    source: { range: { from: 0, to: 27 * 3600 } },
    range: long,
  })
})

test('what of the history begins within a window is said, of its records and of its hours', () => {
  const history = { from: 3300, hoursFrom: 0 }
  const begins = beginningsIn(window, history)
  expect(begins).toEqual({ records: 3300, hours: null })
  expect(sideOf(window, ALL, past, true, begins)).toMatchObject({ begins, range: window })
  expect(beginningsIn({ from: 3300, to: 3600 }, history)).toEqual(nothing)
  // Of none of it there are records, which the answer says.
  expect(beginningsIn({ from: 3000, to: 3300 }, history)).toEqual(nothing)
  // Unless none of the hours is whole yet.
  expect(beginningsIn(window, { from: 3300, hoursFrom: null })).toEqual({ records: 3300, hours: 3300 })
  expect(beginningsIn(window, undefined)).toEqual(nothing)
})

test.each([
  ['what is held, of a live source', { from: 3000, to: 3600 }, null, false],
  ['before it, in part', { from: 2999, to: 3600 }, null, true],
  ['after it, where a live source has all that there is', { from: 4000, to: 4600 }, null, false],
  [
    'an open range of the history, also where it has no record',
    { from: 2000, to: 5000 },
    [2000, 5000],
    false,
  ],
  ['before that range, in part', { from: 1999, to: 5000 }, [2000, 5000], true],
  ['after that range, in part', { from: 4000, to: 5001 }, [2000, 5000], true],
  ['after that range', { from: 9000, to: 9600 }, [2000, 5000], true],
] as const)('a window is of the history or held: %s', (_, asked, read, isBeyond) => {
  const whole = read === null ? null : { from: read[0], to: read[1] }
  expect(isBeyondHeld(asked, { from: 3000, to: 4000 }, whole)).toBe(isBeyond)
})
