/** The meaning of filters in SQL, held to `matcher()` in a DuckDB in memory. */
import {
  DOUBLE,
  type DuckDBConnection,
  DuckDBInstance,
  type DuckDBValue,
  LIST,
  listValue,
  VARCHAR,
} from '@duckdb/node-api'
import * as fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { sqlPlanFor } from '../../../src/filter/plan/sql-plan.ts'
import { anyExpression, anyFlow, NOW } from '../../../src/filter/testing/arbitrary-queries.ts'
import { matcher } from '../../../src/filter/tree/evaluate.ts'
import type { Expression, Value } from '../../../src/filter/tree/expression.ts'
import { FIELDS } from '../../../src/flows/field.ts'
import { COUNTER_NAMES } from '../../../src/flows/counters.ts'
import type { Flow } from '../../../src/flows/flow.ts'
import { buildFlow } from '../../../src/flows/testing/build.ts'
import { unreachable } from '../../../src/lib/assert.ts'
import { DUCKDB } from './dialect.ts'
import { KEY_COLUMN_LIST, keyRowOf } from './key-columns.ts'
import { hasKey, keyCondition, recordCondition } from './predicate-text.ts'
import { allOf, type Param, sql, statementOf, text, verbatim } from './sql-text.ts'
import { COUNTER_COLUMNS, type FactSource } from './tables.ts'

/**
 * Texts that engines fold differently, or that are no well-formed Unicode, or that mean something in SQL, LIKE or RE2.
 */
const ODD = [
  'İstanbul',
  'i̇',
  'ΑΣ',
  'ας',
  '\u212A8s', // the sign of Kelvin, which JavaScript folds to k
  'straße',
  'x\u0000y',
  'line\nbreak',
  "'; drop table keys; --",
  '"quoted"',
  '100%_',
  'a.b(c)[d]{e}|f^g$',
  '\\d+\\',
  '$1',
  '{p1:String}',
  '😀',
  '\uD83D',
  '\uFFFD',
  'PUB',
]
const oddText = fc.constantFrom(...ODD)

/** A flow of the usual words, with odd texts in some places. */
const oddFlow: fc.Arbitrary<Flow> = fc
  .record({ flow: anyFlow, odd: fc.array(fc.option(oddText), { minLength: 6, maxLength: 6 }) })
  .map(({ flow, odd: [sourceName, destNamespace, service, policy, value, labelKey] }) => ({
    ...flow,
    key: {
      ...flow.key,
      sourceName: sourceName ?? flow.key.sourceName,
      destNamespace: destNamespace ?? flow.key.destNamespace,
      destServiceName: service ?? flow.key.destServiceName,
      policies: {
        ...flow.key.policies,
        enforced: flow.key.policies.enforced.map((hit) => ({ ...hit, name: policy ?? hit.name })),
      },
    },
    destLabels: [...flow.destLabels, `app=${value ?? ''}`, labelKey ?? 'odd key', `${labelKey ?? 'K'}=V`],
  }))

/** Flows that {@link EXPECTATIONS} tell apart. */
const SPECIAL: readonly Flow[] = [
  buildFlow({ sourceName: 'ΑΣ' }, { sourceLabels: ['app=Web', 'zone'] }),
  buildFlow({ sourceName: 'web-1' }, { sourceLabels: ['APP=web', 'zone='] }),
  buildFlow({ sourceName: 'İ' }, { sourceLabels: ['App=ΑΣ', 'app=ΑΣ'] }),
]

function flowsOf(seed: number): readonly Flow[] {
  const usual = fc.sample(anyFlow, { numRuns: 150, seed })
  const odd = fc.sample(oddFlow, { numRuns: 150, seed })
  // The history has no record without times.
  return [...usual, ...odd, ...SPECIAL].map((flow) => (flow.endTime === 0 ? { ...flow, endTime: NOW } : flow))
}

const FLOWS = flowsOf(17)
const source: FactSource = {
  dialect: DUCKDB,
  cluster: sql`${text("it's")}`,
  facts: verbatim('facts'),
  keys: verbatim('keys'),
  grain: 'raw',
}
const BOUND_TYPES = {
  varchar: VARCHAR,
  bigint: DOUBLE,
  double: DOUBLE,
  'varchar[]': LIST(VARCHAR),
  'double[]': LIST(DOUBLE),
} as const
const KEY_TYPES = { text: 'varchar', number: 'double', texts: 'varchar[]', numbers: 'double[]' } as const

let instance: DuckDBInstance
let connection: DuckDBConnection

beforeAll(async () => {
  instance = await DuckDBInstance.create(':memory:')
  connection = await instance.connect()
  const columns = KEY_COLUMN_LIST.map(({ column, type }) => `${column} ${KEY_TYPES[type]}`)
  const counters = COUNTER_NAMES.map((name) => `${COUNTER_COLUMNS[name]} bigint`)
  await connection.run(`create table keys (cluster varchar, k bigint, ${columns.join()}, folded varchar[])`)
  await connection.run(
    `create table facts (cluster varchar, t bigint, s bigint, k bigint, ${counters.join()})`,
  )
  for (const [k, flow] of FLOWS.entries()) await insert(k, flow)
}, 60_000)

afterAll(() => {
  connection.closeSync()
  instance.closeSync()
})

async function insert(k: number, flow: Flow): Promise<void> {
  const row = keyRowOf(flow)
  const columns = KEY_COLUMN_LIST.map(({ column, type }) => ({
    value: bound(row.columns[column]),
    cast: KEY_TYPES[type],
  }))
  const values = [
    { value: "it's", cast: 'varchar' as const },
    { value: k, cast: 'bigint' as const },
    ...columns,
    { value: listValue([...row.folded]), cast: 'varchar[]' as const },
  ]
  await connection.run(
    `insert into keys values (${values.map(({ cast }, i) => `$${i + 1}::${cast}`).join()})`,
    values.map(({ value }) => value),
    values.map(({ cast }) => BOUND_TYPES[cast]),
  )
  const fact = [flow.startTime, flow.endTime - flow.startTime, k, ...COUNTER_NAMES.map((name) => flow[name])]
  await connection.run(`insert into facts values ('it''s', ${fact.map((_, i) => `$${i + 1}`).join()})`, fact)
}

function bound(value: Param['value'] | readonly (string | number)[]): DuckDBValue {
  return typeof value === 'object' ? listValue([...value]) : value
}

/** Which flows pass the part of a query that SQL says. */
async function passing({ keys, records }: ReturnType<typeof sqlPlanFor>): Promise<ReadonlySet<number>> {
  const condition = allOf([hasKey(source, keyCondition(keys, DUCKDB)), recordCondition(records, source, NOW)])
  const { text: query, params } = statementOf(sql`select k from facts where ${condition}`, DUCKDB)
  const answer = await connection.runAndReadAll(
    query,
    params.map(({ value }) => bound(value)),
    // Without its type a whole number is bound as an integer, which 2^63 is too large for.
    params.map(({ type }) => (type === 'number' ? DOUBLE : VARCHAR)),
  )
  return new Set(answer.getRows().map(([k]) => Number(k)))
}

/** Holds SQL's answer to a query to the reference, with the remainder and, where there is none, without. */
async function expectSame(expression: Expression): Promise<void> {
  const plan = sqlPlanFor(expression)
  const passed = await passing(plan)
  const wanted = FLOWS.map(matcher(expression, NOW))
  const said = FLOWS.map((_, k) => passed.has(k))
  const remains = matcher(plan.remainder, NOW)
  const finished = FLOWS.map((flow, k) => passed.has(k) && remains(flow))
  expect(finished).toEqual(wanted)
  if (plan.remainder.kind === 'all') expect(said).toEqual(wanted)
}

/** The query with its texts replaced or lengthened by others, in turn. */
function withTexts(expression: Expression, others: readonly (string | null)[]): Expression {
  let next = 0
  const replaced = (given: string): string => {
    const other = others[next % others.length] ?? null
    next += 1
    return other ?? given
  }
  const walk = (tree: Expression): Expression => {
    switch (tree.kind) {
      case 'all':
        return tree
      case 'and':
      case 'or':
        return { ...tree, terms: tree.terms.map(walk) }
      case 'not':
        return { kind: 'not', term: walk(tree.term) }
      case 'word':
        return { kind: 'word', text: replaced(tree.text) }
      case 'compare':
        return {
          ...tree,
          ...(tree.label === undefined ? {} : { label: replaced(tree.label) }),
          values: tree.values.map((value): Value =>
            value.kind === 'text' ? { ...value, text: replaced(value.text) } : value,
          ),
        }
      default:
        return unreachable(tree, 'expression')
    }
  }
  return walk(expression)
}

function label(key: string, operator: '=' | '~' | '!=', value: string): Expression {
  return {
    kind: 'compare',
    field: 'src.label',
    label: key,
    operator,
    values: [{ kind: 'text', text: value, wildcard: value.includes('*') }],
  }
}

/** What random queries seldom ask: which of {@link SPECIAL} are found. */
const EXPECTATIONS: readonly (readonly [string, Expression, readonly boolean[]])[] = [
  ['a label by its key, with letter case', label('app', '~', 'WEB'), [true, false, false]],
  ['a label by its other key', label('APP', '~', 'WEB'), [false, true, false]],
  ['a label of an odd key', label('app', '~', 'ας'), [false, false, true]],
  ['a label folded as no JavaScript does it', label('app', '~', 'ασ'), [false, false, false]],
  ['a label with and without =', label('zone', '=', ''), [true, true, false]],
  ['any label of a key', label('zone', '=', '*'), [true, true, false]],
  ['no label of a key', label('zone', '!=', '*'), [false, false, true]],
  ['a word with a final sigma', { kind: 'word', text: 'ας' }, [true, false, true]],
  ['a word without it', { kind: 'word', text: 'ασ' }, [false, false, false]],
]

const oddPattern = fc
  .tuple(oddText, fc.nat(8), fc.nat(8))
  .map(([odd, from, to]) => `${odd.slice(0, from)}*${odd.slice(odd.length - to)}`)

describe('a filter in SQL', () => {
  test.each(EXPECTATIONS)('finds %s', async (_, expression, found) => {
    const passed = await passing(sqlPlanFor(expression))
    expect(SPECIAL.map((_flow, i) => passed.has(FLOWS.length - SPECIAL.length + i))).toEqual(found)
    await expectSame(expression)
  })

  test('finds what the query finds', async () => {
    await fc.assert(fc.asyncProperty(anyExpression, expectSame), { numRuns: 200 })
  }, 60_000)

  test('finds what a query with odd texts finds', async () => {
    const others = fc.array(fc.option(fc.oneof(oddText, oddPattern)), { minLength: 1, maxLength: 5 })
    await fc.assert(
      fc.asyncProperty(anyExpression, others, (expression, texts) =>
        expectSame(withTexts(expression, texts)),
      ),
      { numRuns: 200 },
    )
  }, 60_000)
})

function named(value: string): Expression {
  return {
    kind: 'compare',
    field: 'src.name',
    operator: '=',
    values: [{ kind: 'text', text: value, wildcard: true }],
  }
}

describe('what SQL cannot say', () => {
  test.each([['\uD83D'], ['\uFFFD'], ['*'.repeat(2) + 'x'.repeat(1001)]])('%j remains, widened', (value) => {
    const plan = sqlPlanFor(named(value))
    expect(plan.remainder).toMatchObject({ kind: 'compare' })
    expect(plan.keys).toEqual({ kind: 'and', terms: [{ kind: 'and', terms: [] }] })
  })

  test('a clause that SQL says is not in the remainder', () => {
    const [said, unsaid] = [named('web'), named('\uFFFD*')]
    expect(sqlPlanFor({ kind: 'and', terms: [said, unsaid] }).remainder).toEqual(unsaid)
  })
})

describe('a value', () => {
  const attempts = [
    "'; drop table keys; --",
    "\\' or '1'='1",
    '$1 {p1:String}',
    '")); delete from facts; /*\u0000',
    'zq7',
  ]

  test('is never in the text of a statement, whatever field and operator', async () => {
    for (const operator of ['=', '!=', '~', '!~'] as const) {
      for (const wildcard of [false, true]) {
        const comparisons = FIELDS.filter(({ type }) => type === 'text' || type === 'label').flatMap(
          ({ id, type }) =>
            attempts.map((attempt): Expression => ({
              kind: 'compare',
              field: id,
              ...(type === 'label' ? { label: attempt } : {}),
              operator,
              values: [{ kind: 'text', text: wildcard ? `${attempt}*zq7*` : attempt, wildcard }],
            })),
        )
        for (const each of comparisons) {
          const { text: query } = statementOf(keyCondition(sqlPlanFor(each).keys, DUCKDB), DUCKDB)
          expect(query).not.toMatch(/zq7|drop|delete|or '1|\/\*|\\|p1:|\0/)
        }
        await expectSame({ kind: operator.startsWith('!') ? 'and' : 'or', terms: comparisons })
      }
    }
    for (const attempt of attempts) await expectSame({ kind: 'word', text: attempt })
    const counts = await connection.runAndReadAll(
      'select (select count(*) from keys), (select count(*) from facts)',
    )
    expect(counts.getRows()).toEqual([[BigInt(FLOWS.length), BigInt(FLOWS.length)]])
  }, 60_000)
})
