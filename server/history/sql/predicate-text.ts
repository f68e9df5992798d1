/**
 * Renders the predicates of src/filter/plan/sql-plan.ts as conditions of a dialect. Every value is a bound parameter;
 * names of columns come from the tables of this room. No condition is null, so `not` is the opposite.
 */
import {
  FOLDED_COLUMN,
  KEY_COLUMNS,
  type KeyColumn,
  type KeyColumnField,
  keyColumnOf,
} from '../../../src/filter/plan/key-column.ts'
import type {
  KeyPredicate,
  KeyTest,
  NumberTest,
  Predicate,
  RecordPredicate,
  RecordTest,
} from '../../../src/filter/plan/sql-plan.ts'
import type { TextPattern, TextTest } from '../../../src/filter/plan/text-predicate.ts'
import type { MeasureFieldId } from '../../../src/flows/field.ts'
import { ensure, unreachable } from '../../../src/lib/assert.ts'
import type { Dialect } from './dialect.ts'
import {
  allOf,
  joined,
  number,
  type Param,
  someOf,
  sql,
  type SqlText,
  text,
  TRUE,
  verbatim,
} from './sql-text.ts'
import { COUNTER_COLUMNS, endOf, type FactSource } from './tables.ts'

/** The condition on a row of `keys`. */
export function keyCondition(predicate: KeyPredicate, dialect: Dialect): SqlText {
  return condition<KeyTest>(predicate, (test) => keyTest(test, dialect))
}

/** The condition on a fact of the source. Ages are counted from `now`, Unix seconds. */
export function recordCondition(predicate: RecordPredicate, source: FactSource, now: number): SqlText {
  return condition<RecordTest>(predicate, (test) => recordTest(test, source, now))
}

/** The condition on a fact whose key passes a condition on `keys`. */
export function hasKey({ dialect, cluster, keys }: FactSource, passes: SqlText): SqlText {
  return sql`k in (select ${dialect.keyColumn} from ${keys} where cluster = ${cluster} and ${passes})`
}

function condition<Test extends { readonly kind: string }>(
  predicate: Predicate<Test>,
  render: (test: Test) => SqlText,
): SqlText {
  if ('terms' in predicate) {
    const terms = predicate.terms.map((term) => condition(term, render))
    return predicate.kind === 'and' ? allOf(terms) : someOf(terms)
  }
  if ('term' in predicate) return sql`(not ${condition(predicate.term, render)})`
  return render(predicate)
}

function recordTest(test: RecordTest, source: FactSource, now: number): SqlText {
  switch (test.kind) {
    case 'key':
      return hasKey(source, keyCondition(test.passes, source.dialect))
    case 'measure':
      return ifRecorded(numberTest(measureOf(test.field, source.dialect), test.is))
    case 'age':
      return numberTest(sql`(${number(now)} - ${endOf(source)})`, test.is)
    default:
      return unreachable(test, 'test')
  }
}

function ifRecorded(test: SqlText): SqlText {
  return sql`coalesce(${test}, false)`
}

/** The sum of both directions, or the one that is recorded. As floats, because JavaScript adds them so. */
function sumOf(a: string, b: string, dialect: Dialect): SqlText {
  const [x, y] = [dialect.asFloat(verbatim(a)), dialect.asFloat(verbatim(b))]
  return sql`coalesce(${x} + ${y}, ${x}, ${y})`
}

function measureOf(field: MeasureFieldId, dialect: Dialect): SqlText {
  const { bytesIn, bytesOut, packetsIn, packetsOut, numConnectionsStarted } = COUNTER_COLUMNS
  switch (field) {
    case 'bytes':
      return sumOf(bytesIn, bytesOut, dialect)
    case 'packets':
      return sumOf(packetsIn, packetsOut, dialect)
    case 'conns':
      return dialect.asFloat(verbatim(numConnectionsStarted))
    default:
      return unreachable(field, 'field')
  }
}

const LISTS: ReadonlySet<KeyColumn> = new Set(
  Object.entries(KEY_COLUMNS).flatMap(([field, type]) =>
    type === 'texts' || type === 'numbers' ? [keyColumnOf(field as KeyColumnField)] : [],
  ),
)

function keyTest(test: KeyTest, dialect: Dialect): SqlText {
  const { column } = test
  const value = verbatim(column)
  switch (test.kind) {
    case 'number': {
      const { is } = test
      return LISTS.has(column)
        ? dialect.arraySome(value, (element) => numberTest(element, is))
        : numberTest(value, is)
    }
    case 'text':
      return textTest(column, test.is, dialect)
    default:
      return unreachable(test, 'test')
  }
}

function numberTest(value: SqlText, { operator, numbers }: NumberTest): SqlText {
  const bound = number(ensure(numbers[0], 'number'))
  switch (operator) {
    case '=':
      return isOneOf(value, numbers.map(number))
    case '<':
      return sql`(${value} < ${bound})`
    case '<=':
      return sql`(${value} <= ${bound})`
    case '>':
      return sql`(${value} > ${bound})`
    case '>=':
      return sql`(${value} >= ${bound})`
    default:
      return unreachable(operator, 'operator')
  }
}

function isOneOf(value: SqlText, wanted: readonly Param[]): SqlText {
  return sql`(${value} in (${joined(wanted, ', ')}))`
}

function textTest(column: KeyColumn, { equals, patterns }: TextTest, dialect: Dialect): SqlText {
  const some = (passes: (value: SqlText) => SqlText): SqlText =>
    LISTS.has(column) ? dialect.arraySome(verbatim(column), passes) : passes(verbatim(column))
  const wanted = equals.map(text)
  const exact = patterns.filter(({ folded }) => !folded)
  return someOf([
    ...(equals.length > 0 ? [some((value) => isOneOf(value, wanted))] : []),
    ...(exact.length > 0
      ? [some((value) => someOf(exact.map((each) => matches(value, each, dialect))))]
      : []),
    ...patterns.filter(({ folded }) => folded).map((each) => foldedMatch(column, each, some, dialect)),
  ])
}

/** A key whose texts are all ASCII is folded by the engine; others have their folded texts in a column. */
function foldedMatch(
  column: KeyColumn,
  pattern: TextPattern,
  some: (passes: (value: SqlText) => SqlText) => SqlText,
  dialect: Dialect,
): SqlText {
  const folded = verbatim(FOLDED_COLUMN)
  const { after } = pattern
  const lower = { ...pattern, after: after.toLowerCase() }
  const inAscii = some((value) =>
    allOf([
      ...(after === '' ? [] : [dialect.startsWith(value, text(after))]),
      matches(sql`lower(${value})`, lower, dialect),
    ]),
  )
  const stored = { ...pattern, after: after === '' ? `${column}=` : `${column}:${after}` }
  const inFolded = dialect.arraySome(folded, (value) => matches(value, stored, dialect))
  return sql`((length(${folded}) = 0 and ${inAscii}) or ${inFolded})`
}

function matches(value: SqlText, { after, pieces }: TextPattern, dialect: Dialect): SqlText {
  const first = after + ensure(pieces[0], 'piece')
  const last = ensure(pieces.at(-1), 'piece')
  const middle = pieces.slice(1, -1).filter((piece) => piece !== '')
  if (middle.length === 0 && last === '') {
    return first === '' ? TRUE : dialect.startsWith(value, text(first))
  }
  const [only] = middle
  if (first === '' && last === '' && only !== undefined && middle.length === 1)
    return dialect.contains(value, text(only))
  const expression = [first, ...middle, last].map(literal).join('.*')
  return dialect.matches(value, text(expression))
}

/** A text as a regular expression of RE2, in which a backslash before a letter or a line break is no literal. */
function literal(piece: string): string {
  return piece.replaceAll(/[\0-\x7F]/g, (char) =>
    /\w/.test(char) ? char : `\\x{${char.charCodeAt(0).toString(16)}}`,
  )
}
