import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { anyExpression, anyFlow, NOW } from '../../../filter/testing/arbitrary-queries.ts'
import { matches } from '../../../filter/testing/matches.ts'
import type { Expression } from '../../../filter/tree/expression.ts'
import { parse } from '../../../filter/language/parse-query.ts'
import { buildFlow } from '../../../flows/testing/build.ts'
import type { Flow } from '../../../flows/flow.ts'
import type { Row } from '../../../state/client/rows.ts'
import { describeHighlights, rowHighlighter } from './row-highlight.ts'

function rowOf({ startTime, endTime, ...flow }: Flow, keys = 1): Row {
  return {
    ...flow,
    id: 'row',
    firstSeen: startTime,
    lastSeen: endTime,
    records: keys,
    keys,
    trend: [],
    ports: [],
    portCount: 1,
    scan: null,
    attention: 'allowed',
    staged: null,
  }
}

function query(text: string): Expression {
  const parsed = parse(text)
  if (!parsed.ok) throw new Error(`${text} is no query`)
  return parsed.expression
}

/** The flow with the parts in which flows of one signature may differ taken from the other flow. */
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
  test('is highlighted exactly when the same query as a filter would keep it', () => {
    fc.assert(
      fc.property(anyExpression, anyFlow, (expression, flow) => {
        const kept = matches(expression, flow, NOW)
        expect(rowHighlighter(expression, NOW, 'signatures')(rowOf(flow))).toBe(kept ? 'highlighted' : 'none')
      }),
    )
  })

  test('is matched by its own counters and age', () => {
    const row = rowOf(buildFlow({}, { bytesIn: 2000, bytesOut: 0, endTime: NOW - 60 }))
    expect(rowHighlighter(query('bytes > 1KB and seen < 2m'), NOW, 'signatures')(row)).toBe('highlighted')
    expect(rowHighlighter(query('seen < 30s'), NOW, 'signatures')(row)).toBe('none')
  })
})

describe('a row of several flows, of which it holds the one last seen', () => {
  test('is never highlighted when none of them matches, and never without a highlight when one does', () => {
    const signature = fc
      .tuple(anyFlow, fc.array(anyFlow, { minLength: 1, maxLength: 3 }))
      .map(([flow, others]) => [flow, ...others.map((other) => sameSignature(flow, other))] as const)
    fc.assert(
      fc.property(anyExpression, signature, (expression, flows) => {
        const some = flows.some((flow) => matches(expression, flow, NOW))
        const highlight = rowHighlighter(expression, NOW, 'signatures')(rowOf(flows[0], flows.length))
        expect(highlight).not.toBe(some ? 'none' : 'highlighted')
      }),
    )
  })

  test('is unknown only when the query asks for what the flows do not share', () => {
    const row = rowOf(buildFlow({ destNamespace: 'backend' }, { destLabels: ['app=api'] }), 3)
    expect(rowHighlighter(query('dst.label.app = api'), NOW, 'signatures')(row)).toBe('highlighted')
    expect(rowHighlighter(query('dst.label.app = web'), NOW, 'signatures')(row)).toBe('unknown')
    expect(rowHighlighter(query('dst.ns = frontend'), NOW, 'signatures')(row)).toBe('none')
  })

  test('of a group does not share ports and full names', () => {
    const row = rowOf(buildFlow({ destPort: 80, destNamespace: 'backend' }), 3)
    expect(rowHighlighter(query('port = 443'), NOW, 'groups')(row)).toBe('unknown')
    expect(rowHighlighter(query('port = 443'), NOW, 'signatures')(row)).toBe('none')
    expect(rowHighlighter(query('dst.ns = frontend'), NOW, 'groups')(row)).toBe('none')
  })
})

describe('the rows on the screen', () => {
  test('are counted in words', () => {
    expect(describeHighlights([])).toBe('0 of 0 rows shown are highlighted')
    expect(describeHighlights(['highlighted', 'none', 'none'])).toBe('1 of 3 rows shown is highlighted')
    expect(describeHighlights(['unknown', 'highlighted', 'highlighted', 'none'])).toBe(
      '2 of 4 rows shown are highlighted; of 1 it cannot be told',
    )
  })
})
