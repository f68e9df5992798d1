import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { anyExpression, anyFlow, NOW } from '../../../src/filter/testing/arbitrary-queries.ts'
import { matcher } from '../../../src/filter/tree/evaluate.ts'
import { partialTest } from './partial-filter.ts'

test('what is left for a key matches its records as the whole query does', () => {
  fc.assert(
    fc.property(
      anyExpression,
      anyFlow,
      anyFlow,
      (expression, { key, sourceLabels, destLabels }, counters) => {
        const record = { ...counters, key, sourceLabels, destLabels }
        const left = partialTest(expression)({ key, sourceLabels, destLabels })
        const matches = typeof left === 'boolean' ? left : matcher(left, NOW)(record)
        expect(matches).toBe(matcher(expression, NOW)(record))
      },
    ),
    { numRuns: 500 },
  )
})
