import { describe, expect, test } from 'vitest'

import { include } from '../../filter/tree/clauses.ts'
import { ALL } from '../../filter/tree/expression.ts'
import { FilterTrail } from './filter-trail.ts'

const A = include(ALL, 'dst.ns', 'a')
const B = include(ALL, 'dst.ns', 'b')
const C = include(ALL, 'dst.ns', 'c')

describe('the trail of applied queries', () => {
  test('goes back to the first one and forward to the last', () => {
    const trail = new FilterTrail(ALL)
    trail.visit(A)
    trail.visit(B)
    expect(trail.back()).toBe(A)
    expect(trail.back()).toBe(ALL)
    expect(trail.back()).toBeNull()
    expect(trail.forward()).toBe(A)
    expect(trail.forward()).toBe(B)
    expect(trail.forward()).toBeNull()
  })

  test('is not changed when the query that it returned is applied', () => {
    const trail = new FilterTrail(ALL)
    trail.visit(A)
    trail.visit(B)
    trail.back()
    trail.visit(include(ALL, 'dst.ns', 'a'))
    expect(trail.forward()).toBe(B)
  })

  test('forgets what was undone once another query is applied', () => {
    const trail = new FilterTrail(ALL)
    trail.visit(A)
    trail.back()
    trail.visit(C)
    expect(trail.forward()).toBeNull()
    expect(trail.back()).toBe(ALL)
  })
})
