import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { anyExpression, anyFlow, NOW } from '../../../filter/testing/arbitrary-queries.ts'
import { matches } from '../../../filter/tree/evaluate.ts'
import type { Expression } from '../../../filter/tree/expression.ts'
import { parse } from '../../../filter/language/parse.ts'
import { buildFlow } from '../../../flows/testing/build.ts'
import type { Flow } from '../../../flows/flow.ts'
import type { Row } from '../../../state/client/rows.ts'
import { countMarked, markingBy } from './row-highlight.ts'

function rowOf({ startTime, endTime, ...flow }: Flow, keys = 1): Row {
  return { ...flow, id: 'row', firstSeen: startTime, lastSeen: endTime, records: keys, keys, trend: [] }
}

function query(text: string): Expression {
  const parsed = parse(text)
  if (!parsed.ok) throw new Error(`${text} is no query`)
  return parsed.expression
}

/** A flow with what may differ inside a signature taken from another one. */
function sameSignature(flow: Flow, other: Flow): Flow {
  const { destServiceName, destServiceNamespace, policies } = other.key
  const pending = policies.pending
  return {
    ...flow,
    key: {
      ...flow.key,
      destServiceName,
      destServiceNamespace,
      policies: { enforced: flow.key.policies.enforced, pending },
    },
    sourceLabels: other.sourceLabels,
    destLabels: other.destLabels,
  }
}

describe('a row of one flow', () => {
  test('is marked exactly when the filter would keep it', () => {
    fc.assert(
      fc.property(anyExpression, anyFlow, (expression, flow) => {
        const kept = matches(expression, flow, NOW)
        expect(markingBy(expression, NOW)(rowOf(flow))).toBe(kept ? 'marked' : 'unmarked')
      }),
    )
  })

  test('is asked for its own counters and age', () => {
    const row = rowOf(buildFlow({}, { bytesIn: 2000, bytesOut: 0, endTime: NOW - 60 }))
    expect(markingBy(query('bytes > 1KB and seen < 2m'), NOW)(row)).toBe('marked')
    expect(markingBy(query('seen < 30s'), NOW)(row)).toBe('unmarked')
  })
})

describe('a row of several flows, of which the one last seen is here', () => {
  test('is never marked where none of them matches, nor left unmarked where one does', () => {
    const signature = fc
      .tuple(anyFlow, fc.array(anyFlow, { minLength: 1, maxLength: 3 }))
      .map(([flow, others]) => [flow, ...others.map((other) => sameSignature(flow, other))] as const)
    fc.assert(
      fc.property(anyExpression, signature, (expression, flows) => {
        const some = flows.some((flow) => matches(expression, flow, NOW))
        const marking = markingBy(expression, NOW)(rowOf(flows[0], flows.length))
        expect(marking).not.toBe(some ? 'unmarked' : 'marked')
      }),
    )
  })

  test('is not known where another one may match, and known where they have it in common', () => {
    const row = rowOf(buildFlow({ destNamespace: 'backend' }, { destLabels: ['app=api'] }), 3)
    expect(markingBy(query('dst.label.app = api'), NOW)(row)).toBe('marked')
    expect(markingBy(query('dst.label.app = web'), NOW)(row)).toBe('unknown')
    expect(markingBy(query('dst.ns = frontend'), NOW)(row)).toBe('unmarked')
  })
})

describe('the rows on the screen', () => {
  test('are counted in words', () => {
    expect(countMarked([])).toBe('0 of 0 rows shown are marked')
    expect(countMarked(['marked', 'unmarked', 'unmarked'])).toBe('1 of 3 rows shown is marked')
    expect(countMarked(['unknown', 'marked', 'marked', 'unmarked'])).toBe(
      '2 of 4 rows shown are marked; of 1 it cannot be told',
    )
  })
})
