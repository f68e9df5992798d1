import { expect, test } from 'vitest'

import { parse } from '../../filter/language/parse-query.ts'
import { ALL, type Expression } from '../../filter/tree/expression.ts'
import { isBeyondHeld, lateBeginning, sideOf } from './compared-past.ts'

function query(text: string): Expression {
  const parsed = parse(text)
  if (!parsed.ok) throw new Error(text)
  return parsed.expression
}

const window = { from: 3000, to: 3600 }
const past = { endpoint: 'http://127.0.0.1/', scope: query('ns = backend'), viewer: undefined }

test('a window that is held, and one of a source without a history, is compared as it is held', () => {
  expect(sideOf(window, ALL, past, false)).toEqual({ of: 'held', range: window })
  expect(sideOf(window, ALL, null, true)).toEqual({ of: 'held', range: window })
})

test('a window that begins before what is held is asked of the history, within scope and filter', () => {
  const filter = query('action = deny')
  const source = { kind: 'history', endpoint: past.endpoint, range: window }
  const scope = query('ns = backend and action = deny')
  expect(sideOf(window, filter, past, true)).toEqual({
    of: 'source',
    source: { ...source, scope },
    range: window,
  })
  expect(sideOf(window, filter, { ...past, viewer: 'ann' }, true)).toMatchObject({
    source: { viewer: 'ann' },
  })
})

test('a filter on counters is left to the page, because the history may send sums', () => {
  const filter = query('action = deny and bytes > 100')
  expect(sideOf(window, filter, past, true)).toMatchObject({ source: { scope: past.scope } })
})

test('of a window that begins before the records of the history, the part after that is compared', () => {
  expect(sideOf(window, ALL, past, true, 3300)).toMatchObject({
    source: { range: window },
    range: { from: 3300, to: 3600 },
  })
  const history = { from: 3300, hoursFrom: 0 }
  expect(lateBeginning(window, history)).toBe(3300)
  expect(lateBeginning({ from: 3300, to: 3600 }, history)).toBeNull()
  // Of none of it there are records, which the answer says.
  expect(lateBeginning({ from: 3000, to: 3300 }, history)).toBeNull()
  // Unless none of the hours is whole yet.
  expect(lateBeginning({ from: 0, to: 25 * 3600 }, { from: 3300, hoursFrom: null })).toBe(3300)
  // Hours are kept longer.
  expect(lateBeginning({ from: 0, to: 25 * 3600 }, history)).toBeNull()
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
] as const)('a window is of the history or held: %s', (_, window, read, isBeyond) => {
  const whole = read === null ? null : { from: read[0], to: read[1] }
  expect(isBeyondHeld(window, { from: 3000, to: 4000 }, whole)).toBe(isBeyond)
})
