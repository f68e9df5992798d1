import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import type { FieldId } from '../../flows/field.ts'
import { anyExpression, anyFlow, NOW } from '../testing/arbitrary-queries.ts'
import {
  clausesOf,
  exclude,
  include,
  only,
  release,
  valuesOf,
  withAll,
  withBoth,
  without,
  withoutField,
} from './clauses.ts'
import { matches } from '../testing/matches.ts'
import { ALL, type Comparison, type Expression } from './expression.ts'
import { normalise, sameExpression } from './normalise.ts'

function texts(field: FieldId, operator: '=' | '!=', ...values: string[]): Comparison {
  return {
    kind: 'compare',
    field,
    operator,
    values: values.map((text) => ({ kind: 'text', text, wildcard: false })),
  }
}

const backend = texts('dst.ns', '=', 'backend')
const denied = texts('action', '=', 'Deny')
const both: Expression = { kind: 'and', terms: [backend, denied] }
const either: Expression = { kind: 'or', terms: [backend, denied] }

/** A field and a value of it. */
const choice = fc.constantFrom<readonly [FieldId, string]>(
  ['dst.ns', 'backend'],
  ['ns', '-'],
  ['name', 'web-*'],
  ['action', 'Deny'],
  ['port', '80'],
  ['policy', 'default-deny'],
)

describe('clauses', () => {
  test('are the terms of the topmost and', () => {
    expect(clausesOf(ALL)).toEqual([])
    expect(clausesOf(denied)).toEqual([denied])
    expect(clausesOf(either)).toEqual([either])
    expect(clausesOf(both)).toEqual([backend, denied])
    expect(clausesOf({ kind: 'and', terms: [both, either, ALL] })).toEqual([backend, denied, either])
  })

  test('are the query when joined', () => {
    fc.assert(
      fc.property(anyExpression, (expression) => {
        expect(withAll(clausesOf(expression))).toEqual(normalise(expression))
      }),
    )
  })

  test('are removed by their normal form', () => {
    expect(without(both, texts('action', '=', 'deny'))).toEqual(backend)
    expect(without(both, { kind: 'not', term: texts('dst.ns', '!=', 'backend') })).toEqual(denied)
    expect(without(both, either)).toEqual(both)
    expect(without(denied, denied)).toEqual(ALL)
  })

  test('of one field are removed for its facet, others stay', () => {
    const expression = withAll([backend, denied, texts('dst.ns', '!=', 'x'), either])
    expect(withoutField(expression, 'dst.ns')).toEqual(withAll([denied, either]))
    const labels = include(include(ALL, 'src.label', 'web', 'app'), 'src.label', 'x', 'tier')
    expect(withoutField(labels, 'src.label', 'app')).toEqual(include(ALL, 'src.label', 'x', 'tier'))
  })
})

describe('two queries at once', () => {
  test('have a clause of both once', () => {
    expect(withBoth(both, denied)).toEqual(both)
    expect(withBoth(backend, both)).toEqual(both)
    expect(withBoth(ALL, ALL)).toEqual(ALL)
  })

  test('match what both match', () => {
    fc.assert(
      fc.property(anyExpression, anyExpression, anyFlow, (one, other, flow) => {
        expect(matches(withBoth(one, other), flow, NOW)).toBe(
          matches(one, flow, NOW) && matches(other, flow, NOW),
        )
      }),
    )
  })
})

describe('include and exclude', () => {
  test('add a clause, then widen it', () => {
    const one = include(denied, 'dst.ns', 'backend')
    expect(one).toEqual(withAll([denied, backend]))
    expect(include(one, 'dst.ns', 'shop')).toEqual(withAll([denied, texts('dst.ns', '=', 'backend', 'shop')]))
    expect(include(one, 'dst.ns', 'backend')).toEqual(one)
  })

  test('take stored spellings and numbers', () => {
    expect(include(ALL, 'src.ns', 'Global')).toEqual(texts('src.ns', '=', '-'))
    expect(include(ALL, 'port', '80')).toEqual({
      kind: 'compare',
      field: 'port',
      operator: '=',
      values: [{ kind: 'number', number: 80 }],
    })
    expect(include(denied, 'port', 'http')).toEqual(denied)
    expect(include(denied, 'port', '')).toEqual(denied)
  })

  test('undo each other for the same value', () => {
    const two = include(backend, 'dst.ns', 'shop')
    expect(exclude(two, 'dst.ns', 'shop')).toEqual(withAll([backend, texts('dst.ns', '!=', 'shop')]))
    expect(include(exclude(ALL, 'dst.ns', 'shop'), 'dst.ns', 'shop')).toEqual(texts('dst.ns', '=', 'shop'))
  })

  test('leave a wildcard beside them', () => {
    const wild: Comparison = { ...backend, values: [{ kind: 'text', text: 'kube-*', wildcard: true }] }
    expect(include(wild, 'dst.ns', 'x')).toEqual({
      ...wild,
      values: [...wild.values, { kind: 'text', text: 'x', wildcard: false }],
    })
    expect(valuesOf(wild, 'dst.ns')).toEqual({ included: [], excluded: [] })
  })

  test('of an excluded value leaves out exactly the flows that have it', () => {
    fc.assert(
      fc.property(choice, anyFlow, ([field, value], flow) => {
        expect(matches(exclude(ALL, field, value), flow, NOW)).toBe(
          !matches(include(ALL, field, value), flow, NOW),
        )
      }),
    )
  })

  test('show as they were set, whatever the query was, and release undoes them', () => {
    fc.assert(
      fc.property(anyExpression, choice, (expression, [field, value]) => {
        fc.pre(!sameExpression(expression, { kind: 'not', term: ALL }))
        const included = include(expression, field, value)
        expect(valuesOf(included, field).included).toContain(value)
        expect(valuesOf(included, field).excluded).not.toContain(value)
        const excluded = exclude(included, field, value)
        expect(valuesOf(excluded, field).excluded).toContain(value)
        expect(valuesOf(excluded, field).included).not.toContain(value)
        const released = valuesOf(release(excluded, field, value), field)
        expect([...released.included, ...released.excluded]).not.toContain(value)
      }),
    )
  })
})

describe('only', () => {
  test('only replaces all that is asked of the field', () => {
    const expression = withAll([texts('dst.ns', '!=', 'x'), denied, backend])
    expect(only(expression, 'dst.ns', 'shop')).toEqual(withAll([denied, texts('dst.ns', '=', 'shop')]))
  })

  test('controls of a label know its key', () => {
    const expression = only(ALL, 'dst.label', 'api', 'app')
    expect(valuesOf(expression, 'dst.label', 'app')).toEqual({ included: ['api'], excluded: [] })
    expect(valuesOf(expression, 'dst.label', 'tier')).toEqual({ included: [], excluded: [] })
  })
})
