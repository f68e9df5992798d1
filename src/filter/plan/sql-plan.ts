/**
 * Splits a query into what SQL can answer over the history's columns and the rest. The predicates are trees that know
 * no dialect; the server renders them (server/history/sql/predicate-text.ts). Their meaning is that of
 * tree/evaluate.ts: a comparison that is negated holds exactly when the positive one does not, also where there is
 * nothing to compare with.
 *
 * Comparisons of counters and of age are about each record that is stored, as in *Every 15 s*, or about each hour in
 * the roll-up.
 *
 * SQL says all of the language but comparisons with texts that are not well-formed Unicode or have U+FFFD (a database
 * stores one for the other), very long patterns, and `~` on a label whose key has a `=`. A clause with such a
 * comparison is widened to an upper bound, and remains to be tested on what passes.
 */
import { unreachable } from '../../lib/assert.ts'
import {
  type FieldId,
  fieldOf,
  type LabelFieldId,
  type MeasureFieldId,
  type TextFieldId,
} from '../../flows/field.ts'
import { isMeasured } from '../tree/asks-for.ts'
import { clausesOf, withAll } from '../tree/clauses.ts'
import { isNegated, WORD_FIELDS } from '../tree/evaluate.ts'
import type { Comparison, Expression, Word } from '../tree/expression.ts'
import { EITHER_END, type KeyColumn, type KeyColumnField, keyColumnOf } from './key-column.ts'
import { keyedLabelTest, textTestOf, type TextTest, wordTestOf } from './text-predicate.ts'

/** `and` of none holds always, `or` of none never. */
export type Predicate<Test> =
  | Test
  | { readonly kind: 'and' | 'or'; readonly terms: readonly Predicate<Test>[] }
  | { readonly kind: 'not'; readonly term: Predicate<Test> }

/** A number passes when it is one of the `=` numbers, or below or above the bound. */
export interface NumberTest {
  readonly operator: '=' | '<' | '<=' | '>' | '>='
  /** One or more; exactly one unless the operator is `=`. */
  readonly numbers: readonly number[]
}

/** On a column of the key; of a list, whether some value passes. */
export type KeyTest =
  | { readonly kind: 'text'; readonly column: KeyColumn; readonly is: TextTest }
  | { readonly kind: 'number'; readonly column: KeyColumn; readonly is: NumberTest }
export type KeyPredicate = Predicate<KeyTest>

/** On a record: its counters, its end, or its key. False where the counter is not recorded. */
export type RecordTest =
  | { readonly kind: 'measure'; readonly field: MeasureFieldId; readonly is: NumberTest }
  /** Seconds since the end of the record. */
  | { readonly kind: 'age'; readonly is: NumberTest }
  | { readonly kind: 'key'; readonly passes: KeyPredicate }
export type RecordPredicate = Predicate<RecordTest>

export interface SqlPlan {
  /** A record matches only if its key passes this one … */
  readonly keys: KeyPredicate
  /** … and the record this one. `and` of none where the query does not ask for counters or age. */
  readonly records: RecordPredicate
  /**
   * What the records that pass both are to be tested with; ALL where nothing remains. Counters are in it only where
   * `isMeasured` says so.
   */
  readonly remainder: Expression
}

const ALWAYS = { kind: 'and', terms: [] } as const
const NEVER = { kind: 'or', terms: [] } as const

/** The predicate of a test that SQL cannot say, where all that match must pass (`wide`), or only what matches may. */
type Bound = 'wide' | 'narrow'
const OPPOSITE = { wide: 'narrow', narrow: 'wide' } as const

interface Bounded<Test> {
  readonly predicate: Predicate<Test>
  readonly isExact: boolean
}

function exact<Test>(predicate: Predicate<Test>): Bounded<Test> {
  return { predicate, isExact: true }
}

function unsaid<Test>(bound: Bound): Bounded<Test> {
  return { predicate: bound === 'wide' ? ALWAYS : NEVER, isExact: false }
}

function joined<Test>(kind: 'and' | 'or', terms: readonly Bounded<Test>[]): Bounded<Test> {
  const [first, ...others] = terms
  if (first !== undefined && others.length === 0) return first
  return {
    predicate: { kind, terms: terms.map(({ predicate }) => predicate) },
    isExact: terms.every(({ isExact }) => isExact),
  }
}

/** The positive test of numbers, any of which may pass; null where none can. */
function numberTestOf({ operator, values }: Comparison): NumberTest | null {
  const numbers = values
    .map((value) => (value.kind === 'number' ? value.number : Number.NaN))
    .filter((number) => !Number.isNaN(number))
  if (numbers.length === 0) return null
  switch (operator) {
    case '=':
    case '!=':
      return { operator: '=', numbers }
    case '<':
    case '<=':
      return { operator, numbers: [Math.max(...numbers)] }
    case '>':
    case '>=':
      return { operator, numbers: [Math.min(...numbers)] }
    case '~':
    case '!~':
      return null // numbers contain nothing
    default:
      return unreachable(operator, 'operator')
  }
}

function numeric<Test>(comparison: Comparison, test: (is: NumberTest) => Test): Bounded<Test> {
  const is = numberTestOf(comparison)
  return exact(is === null ? NEVER : test(is))
}

function isEitherEnd(field: FieldId): field is keyof typeof EITHER_END {
  return field in EITHER_END
}

/** The columns that a field of texts is asked of. */
function columnsOf(field: TextFieldId | LabelFieldId): readonly KeyColumnField[] {
  return isEitherEnd(field) ? EITHER_END[field] : [field]
}

/** Whether some value of some of the columns passes. */
function texts(columns: readonly KeyColumnField[], is: TextTest | null, bound: Bound): Bounded<KeyTest> {
  if (is === null) return unsaid(bound)
  if (is.equals.length === 0 && is.patterns.length === 0) return exact(NEVER)
  return joined(
    'or',
    columns.map((column) => exact<KeyTest>({ kind: 'text', column: keyColumnOf(column), is })),
  )
}

/** The positive test of a comparison of the key. */
function keyComparison(comparison: Comparison, bound: Bound): Bounded<KeyTest> {
  const field = fieldOf(comparison.field)
  switch (field.type) {
    case 'text':
      return texts(columnsOf(field.id), textTestOf(comparison), bound)
    case 'label': {
      const { label } = comparison
      const is = label === undefined ? textTestOf(comparison) : keyedLabelTest(comparison, label)
      return texts(columnsOf(field.id), is, bound)
    }
    case 'number':
      return numeric<KeyTest>(comparison, (is) => ({ kind: 'number', column: field.id, is }))
    case 'measure':
    case 'age':
      throw new Error(`${field.id} is not about a key`)
    default:
      return unreachable(field, 'field')
  }
}

function wordPredicate(word: Word, bound: Bound): Bounded<KeyTest> {
  return joined(
    'or',
    WORD_FIELDS.map((field) => texts(columnsOf(field), wordTestOf(word, field), bound)),
  )
}

/** The positive test of a comparison of a record. */
function recordComparison(comparison: Comparison): Bounded<RecordTest> {
  const field = fieldOf(comparison.field)
  switch (field.type) {
    case 'measure':
      return numeric<RecordTest>(comparison, (is) => ({ kind: 'measure', field: field.id, is }))
    case 'age':
      return numeric<RecordTest>(comparison, (is) => ({ kind: 'age', is }))
    case 'text':
    case 'label':
    case 'number':
      throw new Error(`${field.id} is not about a record`)
    default:
      return unreachable(field, 'field')
  }
}

function negated<Test>({ predicate, isExact }: Bounded<Test>): Bounded<Test> {
  return { predicate: { kind: 'not', term: predicate }, isExact }
}

/** Translates a tree. `leaf` gives the positive test of a comparison or a word; `whole` may take a subtree before. */
function bounded<Test>(
  expression: Expression,
  bound: Bound,
  leaf: (positive: Comparison | Word, bound: Bound) => Bounded<Test>,
  whole: (expression: Expression, bound: Bound) => Bounded<Test> | null = () => null,
): Bounded<Test> {
  const taken = whole(expression, bound)
  if (taken !== null) return taken
  switch (expression.kind) {
    case 'all':
      return exact(ALWAYS)
    case 'and':
    case 'or':
      return joined(
        expression.kind,
        expression.terms.map((term) => bounded(term, bound, leaf, whole)),
      )
    case 'not':
      return negated(bounded(expression.term, OPPOSITE[bound], leaf, whole))
    case 'compare':
      return isNegated(expression.operator)
        ? negated(leaf(expression, OPPOSITE[bound]))
        : leaf(expression, bound)
    case 'word':
      return leaf(expression, bound)
    default:
      return unreachable(expression, 'expression')
  }
}

function keyPredicate(expression: Expression, bound: Bound): Bounded<KeyTest> {
  return bounded<KeyTest>(expression, bound, (leaf, side) =>
    leaf.kind === 'word' ? wordPredicate(leaf, side) : keyComparison(leaf, side),
  )
}

/** Subtrees about the key alone are one test each, because an engine answers each with a query of keys. */
function keyTest(expression: Expression, bound: Bound): Bounded<RecordTest> | null {
  if (isMeasured(expression)) return null
  const { predicate, isExact } = keyPredicate(expression, bound)
  return { predicate: { kind: 'key', passes: predicate }, isExact }
}

function recordPredicate(expression: Expression, bound: Bound): Bounded<RecordTest> {
  return bounded<RecordTest>(
    expression,
    bound,
    (leaf) => {
      if (leaf.kind === 'word') throw new Error('a word is about the key')
      return recordComparison(leaf)
    },
    keyTest,
  )
}

/** The predicates for SQL, and the query that is left to test what passes them. */
export function sqlPlanFor(expression: Expression): SqlPlan {
  const keys: KeyPredicate[] = []
  const records: RecordPredicate[] = []
  const remainder: Expression[] = []
  for (const clause of clausesOf(expression)) {
    const key = isMeasured(clause) ? null : keyPredicate(clause, 'wide')
    const record = key === null ? recordPredicate(clause, 'wide') : null
    if (key !== null) keys.push(key.predicate)
    if (record !== null) records.push(record.predicate)
    if ((key ?? record)?.isExact !== true) remainder.push(clause)
  }
  return {
    keys: { kind: 'and', terms: keys },
    records: { kind: 'and', terms: records },
    remainder: withAll(remainder),
  }
}
