import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { parse } from '../../filter/language/parse-query.ts'
import { print } from '../../filter/language/print.ts'
import { ALL, type Expression } from '../../filter/tree/expression.ts'
import { filterForVerdict, verdictCounts, verdictsAsked, VERDICTS, withoutVerdict } from './verdict-facet.ts'

function query(text: string): Expression {
  const parsed = parse(text)
  if (!parsed.ok) throw new Error(text)
  return parsed.expression
}

const asked = (text: string) => [...verdictsAsked(query(text))]

describe('the facet of verdicts', () => {
  test('reads the directions of a denial from action and reporter', () => {
    expect(asked('action = deny')).toEqual(['leaving', 'entering'])
    expect(asked('action = deny and reporter = source')).toEqual(['leaving'])
    expect(asked('action = deny and reporter = dest and dst.ns = db')).toEqual(['entering'])
    expect(asked('action != deny')).toEqual(['allowed'])
    expect(asked('reporter = source')).toEqual([])
    expect(asked('dst.ns = db')).toEqual([])
  })

  test('asks for one, for another besides, and for what is left', () => {
    const leaving = filterForVerdict(query('dst.ns = db'), 'leaving', 'include')
    expect(print(leaving)).toBe('dst.ns = db and action = Deny and reporter = source')
    const both = filterForVerdict(leaving, 'entering', 'include')
    expect(print(both)).toBe('dst.ns = db and action = Deny')
    expect(print(filterForVerdict(both, 'leaving', 'exclude'))).toContain('reporter = destination')
    expect(print(filterForVerdict(both, 'allowed', 'only'))).toBe('dst.ns = db and action = Allow')
  })

  test('leaves no trace once each verdict was chosen and released again', () => {
    const verdicts = fc.constantFrom(...VERDICTS.map(({ verdict }) => verdict))
    fc.assert(
      fc.property(
        fc.array(verdicts),
        fc.constantFrom('', 'dst.ns = db', 'reporter = source'),
        (clicks, text) => {
          const before = text === '' ? ALL : query(text)
          let filter = before
          const chosen = new Set<string>()
          for (const verdict of clicks) {
            filter = filterForVerdict(filter, verdict, 'include')
            if (!chosen.delete(verdict)) chosen.add(verdict)
            // All of them together are no condition.
            if (chosen.size === 3) chosen.clear()
            if (text !== 'reporter = source') expect(new Set(verdictsAsked(filter))).toEqual(chosen)
          }
          if (text !== 'reporter = source') expect(withoutVerdict(filter)).toEqual(before)
        },
      ),
    )
  })

  test('counts denials by the end that reported them, and no record without a verdict as allowed', () => {
    const values = [
      { value: 'Src', records: 90, denied: 30 },
      { value: 'Dst', records: 60, denied: 5 },
    ]
    const reporters = { field: 'reporter', values, distinct: 2, records: 150, denied: 35 } as const
    const actions = {
      field: 'action',
      values: [
        { value: 'Allow', records: 100, denied: 0 },
        { value: 'Deny', records: 35, denied: 35 },
        { value: 'ActionUnspecified', records: 15, denied: 0 },
      ],
      distinct: 3,
      records: 150,
      denied: 35,
    } as const
    expect(verdictCounts(reporters, actions)).toEqual({ leaving: 30, entering: 5, allowed: 100, without: 15 })
  })
})
