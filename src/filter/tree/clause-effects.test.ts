import * as fc from 'fast-check'
import { expect, test } from 'vitest'

import { buildFlow } from '../../flows/testing/build.ts'
import { anyExpression, anyFlow, NOW } from '../testing/arbitrary-queries.ts'
import { clauseEffectsOf } from './clause-effects.ts'
import { matches } from '../testing/matches.ts'
import { ALL, type Expression } from './expression.ts'
import type { Flow } from '../../flows/flow.ts'
import { parse } from '../language/parse-query.ts'
import { print } from '../language/print.ts'

function counter(flows: readonly Flow[]) {
  return (query: Expression): number => flows.filter((flow) => matches(query, flow, NOW)).length
}

test('the clause that excluded most comes first', () => {
  const flows = [buildFlow(), buildFlow({ destPort: 443 }), buildFlow({ proto: 'udp' })]
  const parsed = parse('dst.ns = backend and proto = tcp and port = 8080')
  const { matching, clauses } = clauseEffectsOf(parsed.ok ? parsed.expression : ALL, counter(flows))
  expect(matching).toBe(0)
  expect(clauses.map(({ clause, without, alone }) => [print(clause), without, alone])).toEqual([
    ['port = 8080', 2, 0],
    ['dst.ns = backend', 0, 3],
    ['proto = tcp', 0, 2],
  ])
})

test('the empty query has no clauses', () => {
  expect(clauseEffectsOf(ALL, counter([]))).toEqual({ matching: 0, clauses: [] })
})

test('without a clause never fewer flows match', () => {
  fc.assert(
    fc.property(anyExpression, fc.array(anyFlow, { maxLength: 8 }), (expression, flows) => {
      const count = counter(flows)
      const { matching, clauses } = clauseEffectsOf(expression, count)
      expect(matching).toBe(count(expression))
      for (const { without, alone } of clauses) {
        expect(without).toBeGreaterThanOrEqual(matching)
        expect(alone).toBeGreaterThanOrEqual(matching)
      }
    }),
  )
})
