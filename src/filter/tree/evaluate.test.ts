import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { UNRECORDED } from '../../flows/counters.ts'
import { buildEndOfTier, buildFlow, buildHit } from '../../flows/testing/build.ts'
import type { FieldId } from '../../flows/field.ts'
import type { Flow } from '../../flows/flow.ts'
import { anyComparison, anyExpression, anyFlow, NOW } from '../testing/arbitrary-queries.ts'
import { isNegated, labelValue, numberTest, textTest, wordTest, WORD_FIELDS } from './evaluate.ts'
import { matches } from '../testing/matches.ts'
import type { Comparison, Operator, Value } from './expression.ts'
import { normalise } from './normalise.ts'

const exact = (text: string): Value => ({ kind: 'text', text, wildcard: false })
const pattern = (text: string): Value => ({ kind: 'text', text, wildcard: true })
const number = (n: number): Value => ({ kind: 'number', number: n })

function ask(field: FieldId, operator: Operator, ...values: Value[]): Comparison {
  return { kind: 'compare', field, operator, values }
}

function askLabel(label: string, operator: Operator, ...values: Value[]): Comparison {
  return { ...ask('src.label', operator, ...values), label }
}

function holds(comparison: Comparison, flow: Flow = buildFlow()): boolean {
  return matches(comparison, flow, NOW)
}

/** The value of a label `key=value`, read in another way than the product does: a shared function would hide its faults. */
function plainLabelValue(label: string, key: string): string | undefined {
  const [ownKey = '', ...rest] = label.split('=')
  return ownKey === key ? rest.join('=') : undefined
}

describe('the laws of a query', () => {
  test('not is the opposite, and de Morgan holds', () => {
    fc.assert(
      fc.property(anyExpression, anyExpression, anyFlow, (a, b, flow) => {
        const [p, q] = [matches(a, flow, NOW), matches(b, flow, NOW)]
        const not = (term: typeof a) => ({ kind: 'not', term }) as const
        expect(matches(not(a), flow, NOW)).toBe(!p)
        expect(matches({ kind: 'and', terms: [a, b] }, flow, NOW)).toBe(p && q)
        expect(matches({ kind: 'or', terms: [a, b] }, flow, NOW)).toBe(p || q)
        expect(matches(not({ kind: 'and', terms: [a, b] }), flow, NOW)).toBe(
          matches({ kind: 'or', terms: [not(a), not(b)] }, flow, NOW),
        )
      }),
    )
  })

  test('several values of a positive comparison are alternatives, of a negated one all denied', () => {
    fc.assert(
      fc.property(anyComparison, anyFlow, (comparison, flow) => {
        const each = comparison.values.map((value) => holds({ ...comparison, values: [value] }, flow))
        const expected = isNegated(comparison.operator) ? each.every(Boolean) : each.some(Boolean)
        expect(holds(comparison, flow)).toBe(expected)
      }),
    )
  })

  test('a negated operator is the opposite of its positive one', () => {
    fc.assert(
      fc.property(anyComparison, anyFlow, (comparison, flow) => {
        fc.pre(isNegated(comparison.operator))
        const positive = comparison.operator === '!=' ? '=' : '~'
        expect(holds(comparison, flow)).toBe(!holds({ ...comparison, operator: positive }, flow))
      }),
    )
  })

  test('normalising keeps the meaning, and twice is once', () => {
    fc.assert(
      fc.property(anyExpression, anyFlow, (expression, flow) => {
        const normal = normalise(expression)
        expect(matches(normal, flow, NOW)).toBe(matches(expression, flow, NOW))
        expect(normalise(normal)).toEqual(normal)
      }),
      { numRuns: 500 },
    )
  })
})

describe('texts', () => {
  test.each([
    ['src.name', 'PUBLIC NETWORK', 'pub'],
    ['src.name', 'private network', 'pvt'],
    ['src.ns', 'Global', '-'],
    ['src.ns', '-', '-'],
  ] as const)('%s = %s finds what is stored as %s', (field, typed, stored) => {
    const flow = buildFlow({ sourceName: stored, sourceNamespace: stored })
    expect(holds(ask(field, '=', exact(typed)), flow)).toBe(true)
    expect(holds(ask(field, '!=', exact(typed)), flow)).toBe(false)
  })

  test.each([
    ['action', 'allow'],
    ['proto', 'TCP'],
    ['reporter', 'source'],
    ['src.type', 'pod'],
    ['src.type', 'workloadendpoint'],
    ['kind', 'globalnetworkpolicy'],
  ] as const)('%s = %s ignores letter case and knows short forms', (field, typed) => {
    expect(holds(ask(field, '=', exact(typed)))).toBe(true)
  })

  test('a name is compared with its letter case, and words of JavaScript are only words', () => {
    expect(holds(ask('src.ns', '=', exact('Frontend')))).toBe(false)
    expect(holds(ask('src.type', '=', exact('constructor')))).toBe(false)
    expect(holds(ask('reporter', '=', exact('__proto__')))).toBe(false)
  })

  test('a star is a wildcard only where the query says so', () => {
    const [many, one] = [buildFlow({ destName: 'api-*' }), buildFlow({ destName: 'api-1' })]
    expect([many, one].map((flow) => holds(ask('dst.name', '=', pattern('api-*')), flow))).toEqual([
      true,
      true,
    ])
    expect([many, one].map((flow) => holds(ask('dst.name', '=', exact('api-*')), flow))).toEqual([
      true,
      false,
    ])
  })

  test('a wildcard finds stored and shown spellings, with letter case only where the data has it', () => {
    const flow = buildFlow({ sourceName: 'pub' })
    for (const text of ['p*b', 'PUBLIC*', 'public*', '*NET*']) {
      expect(holds(ask('src.name', '=', pattern(text)), flow), text).toBe(true)
    }
    expect(holds(ask('src.name', '=', pattern('P*b')), flow)).toBe(false)
    expect(holds(ask('action', '=', pattern('al*')), flow)).toBe(true)
    expect(holds(ask('reporter', '=', pattern('sour*')), flow)).toBe(true)
    expect(holds(ask('proto', '=', pattern('T*')), flow)).toBe(true)
  })

  test('~ looks inside both spellings, ignoring case, and takes whole spellings and wildcards', () => {
    const flow = buildFlow({ sourceName: 'pub', destNamespace: '-' })
    expect(holds(ask('src.name', '~', exact('Network')), flow)).toBe(true)
    expect(holds(ask('src.name', '~', exact('UB')), flow)).toBe(true)
    expect(holds(ask('dst.ns', '~', exact('global')), flow)).toBe(true)
    expect(holds(ask('src.type', '~', exact('pod')), flow)).toBe(true)
    expect(holds(ask('src.name', '~', pattern('lic*wor')), flow)).toBe(true)
    expect(holds(ask('src.name', '~', exact('lic*wor')), flow)).toBe(false)
  })

  test('either side: = holds for one end, != holds when neither end has it', () => {
    expect(holds(ask('ns', '=', exact('backend')))).toBe(true)
    expect(holds(ask('ns', '!=', exact('backend')))).toBe(false)
    expect(holds(ask('ns', '!=', exact('kube-system')))).toBe(true)
  })

  test('policy finds the trigger of an end of tier, trigger only that', () => {
    const denied = buildFlow({ action: 'Deny' })
    expect(holds(ask('policy', '=', exact('default-deny')), denied)).toBe(true)
    expect(holds(ask('trigger', '=', exact('default-deny')), denied)).toBe(true)
    expect(holds(ask('trigger', '=', exact('allow-all')))).toBe(false)
  })

  test('order has no meaning for texts', () => {
    expect(holds(ask('src.ns', '>', exact('a')))).toBe(false)
    expect(textTest(ask('src.ns', '<', exact('z')))('a')).toBe(false)
    expect(numberTest(ask('port', '~', number(8)))(80)).toBe(false)
  })
})

describe('labels', () => {
  const flow = buildFlow({}, { sourceLabels: ['app=web', 'empty=', 'bare', 'apple=1'] })

  test('a key is compared as a whole, with dots and slashes', () => {
    expect(holds(askLabel('app', '=', exact('web')), flow)).toBe(true)
    expect(holds(askLabel('app', '=', exact('1')), flow)).toBe(false)
    expect(holds(askLabel('empty', '=', exact('')), flow)).toBe(true)
    expect(holds(askLabel('bare', '=', exact('')), flow)).toBe(true)
    const named = buildFlow({}, { sourceLabels: ['app.kubernetes.io/name=x=y'] })
    expect(holds(askLabel('app.kubernetes.io/name', '=', exact('x=y')), named)).toBe(true)
  })

  test.each(['application=x', 'app.kubernetes.io/name=x', 'apple', 'ap=x', 'myapp=x', '=app', 'x=app'])(
    'the key app is not that of %s, however much of it is the same',
    (label) => {
      const other = buildFlow({}, { sourceLabels: [label] })
      expect(holds(askLabel('app', '=', pattern('*')), other)).toBe(false)
      expect(holds(askLabel('app', '~', exact('')), other)).toBe(false)
      expect(holds(askLabel('app', '!=', pattern('*')), other)).toBe(true)
    },
  )

  test('a key finds the values that stand after it in the labels of an end, as a plain reading has them', () => {
    const part = fc.constantFrom('app', 'apple', 'ap', 'a', 'x', '', 'app.io/name')
    const label = fc.oneof(
      part,
      fc.tuple(part, part).map(([key, value]) => `${key}=${value}`),
      fc.tuple(part, part, part).map((parts) => parts.join('=')),
    )
    fc.assert(
      fc.property(fc.array(label, { maxLength: 4 }), part, part, (sourceLabels, key, wanted) => {
        const own = sourceLabels.flatMap((each) => plainLabelValue(each, key) ?? [])
        const other = buildFlow({}, { sourceLabels })
        expect(sourceLabels.flatMap((each) => labelValue(each, key) ?? [])).toEqual(own)
        expect(holds(askLabel(key, '=', exact(wanted)), other)).toBe(own.includes(wanted))
        expect(holds(askLabel(key, '=', pattern('*')), other)).toBe(own.length > 0)
      }),
      { numRuns: 500 },
    )
  })

  test('a label that is not there is unknown: only the negated operators hold', () => {
    for (const operator of ['=', '~'] as const)
      expect(holds(askLabel('x', operator, exact('')), flow)).toBe(false)
    for (const operator of ['!=', '!~'] as const)
      expect(holds(askLabel('x', operator, exact('')), flow)).toBe(true)
  })

  test('= * asks whether the label is there', () => {
    expect(holds(askLabel('empty', '=', pattern('*')), flow)).toBe(true)
    expect(holds(askLabel('x', '=', pattern('*')), flow)).toBe(false)
    expect(holds(askLabel('x', '!=', pattern('*')), flow)).toBe(true)
  })

  test('without a key the whole label is compared', () => {
    expect(holds(ask('src.label', '=', exact('app=web')), flow)).toBe(true)
    expect(holds(ask('src.label', '~', exact('PLE=')), flow)).toBe(true)
    expect(holds(ask('src.label', '=', exact('web')), flow)).toBe(false)
  })
})

describe('numbers', () => {
  test('compare as numbers', () => {
    expect(holds(ask('port', '=', number(443), number(80)))).toBe(true)
    expect(holds(ask('port', '>=', number(80)))).toBe(true)
    expect(holds(ask('port', '>', number(80)))).toBe(false)
    expect(holds(ask('bytes', '>', number(1399)))).toBe(true)
    expect(holds(ask('bytes', '<', number(1400)))).toBe(false)
    expect(holds(ask('bytes', '<=', number(1400)))).toBe(true)
  })

  test('rules count from 1, and an end of tier has none', () => {
    const flow = buildFlow({
      policies: { enforced: [buildHit({ ruleIndex: 2 }), buildEndOfTier('x')], pending: [] },
    })
    expect(holds(ask('rule', '=', number(3)), flow)).toBe(true)
    expect(holds(ask('rule', '=', number(0)), flow)).toBe(false)
  })

  test('a counter that was not recorded fails every comparison but !=', () => {
    const flow = buildFlow({}, UNRECORDED)
    for (const field of ['conns', 'bytes', 'packets'] as const) {
      for (const operator of ['=', '<', '<=', '>', '>='] as const) {
        expect(holds(ask(field, operator, number(0)), flow), `${field} ${operator}`).toBe(false)
      }
      expect(holds(ask(field, '!=', number(0)), flow), field).toBe(true)
    }
  })

  test('seen is the time since the end of the flow, unknown without times', () => {
    const flow = buildFlow({}, { endTime: NOW - 300 })
    expect(holds(ask('seen', '<=', number(300)), flow)).toBe(true)
    expect(holds(ask('seen', '<', number(300)), flow)).toBe(false)
    expect(holds(ask('seen', '<', number(300)), buildFlow({}, { endTime: 0 }))).toBe(false)
  })
})

describe('a bare word', () => {
  const flow = buildFlow(
    { sourceName: 'pub', destServiceName: 'Shop', action: 'Deny' },
    { destLabels: ['app.kubernetes.io/name=basket'] },
  )

  test.each(['API-', 'public net', 'ub', 'front', 'back', 'shop', 'DEFAULT-deny', 'io/name=bask', ''])(
    '%j is found',
    (text) => {
      expect(matches({ kind: 'word', text }, flow, NOW)).toBe(true)
    },
  )

  test.each(['tcp', 'deny ', 'nowhere', '80'])('%j is not', (text) => {
    expect(matches({ kind: 'word', text }, flow, NOW)).toBe(false)
  })

  test('looks in the fields that it says', () => {
    expect(WORD_FIELDS.map((field) => wordTest({ kind: 'word', text: 'network' }, field)('pub'))).toEqual([
      true,
      false,
      false,
      false,
      false,
      false,
    ])
  })
})
