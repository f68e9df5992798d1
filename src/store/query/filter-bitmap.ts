/**
 * Evaluates a filter over many subjects at once, into a bitmap of one byte per subject: 1 where it matches. Each distinct
 * value of a dictionary is tested once, so that the cost hardly grows with the number of terms.
 */
import { isNegated, numberTest, textTest, WORD_FIELDS, wordTest } from '../../filter/tree/evaluate.ts'
import type { Comparison, Expression, Word } from '../../filter/tree/expression.ts'
import { fieldOf } from '../../flows/field.ts'
import { unreachable } from '../../lib/assert.ts'
import { type KeyFieldId, PARTS_OF_FIELD } from '../keys/field-parts.ts'
import type { FieldValue, ValueIndex, ValueIndexCache } from '../keys/value-index.ts'

/** The flows or entries that a filter is evaluated over. A flow has the labels of its newest record. */
export interface FilterSubjects {
  readonly count: number
  /** The flow and the entry of each subject; null where the subjects are the flows, or the entries, themselves. */
  readonly flows: Uint32Array | null
  readonly entries: Uint32Array | null
}

/**
 * The bitmap of an expression. `bitmapOf` may give that of any part of the tree, in an array that is then modified; where
 * it gives null, the part is combined from the bitmaps of its terms.
 */
export function combineBitmaps(
  expression: Expression,
  count: number,
  bitmapOf: (part: Expression) => Uint8Array | null,
): Uint8Array {
  const given = bitmapOf(expression)
  if (given !== null) return given
  switch (expression.kind) {
    case 'all':
      return new Uint8Array(count).fill(1)
    case 'not':
      return invert(combineBitmaps(expression.term, count, bitmapOf))
    case 'and':
    case 'or': {
      const all = expression.kind === 'and'
      const bits = new Uint8Array(count).fill(all ? 1 : 0)
      for (const term of expression.terms) {
        const more = combineBitmaps(term, count, bitmapOf)
        if (all) for (let i = 0; i < count; i++) bits[i]! &= more[i]!
        else for (let i = 0; i < count; i++) bits[i]! |= more[i]!
      }
      return bits
    }
    case 'compare':
    case 'word':
      throw new Error(`No bitmap was given for a leaf of kind ${expression.kind}`)
    default:
      return unreachable(expression, 'expression')
  }
}

/** Inverts a bitmap in place. */
export function invert(bits: Uint8Array): Uint8Array {
  for (let i = 0; i < bits.length; i++) bits[i]! ^= 1
  return bits
}

/** The bitmap of an expression that is about keys and labels alone: no counters, no age. */
export function keyBitmap(
  expression: Expression,
  subjects: FilterSubjects,
  indexes: ValueIndexCache,
): Uint8Array {
  return combineBitmaps(expression, subjects.count, (part) => leafBitmap(part, subjects, indexes))
}

/** The bitmap of a leaf about keys or labels; null for an inner node of the tree. */
function leafBitmap(part: Expression, subjects: FilterSubjects, indexes: ValueIndexCache): Uint8Array | null {
  switch (part.kind) {
    case 'word':
      return wordBitmap(part, subjects, indexes)
    case 'compare':
      return comparisonBitmap(part, subjects, indexes)
    case 'all':
    case 'and':
    case 'or':
    case 'not':
      return null
    default:
      return unreachable(part, 'expression')
  }
}

function wordBitmap(word: Word, subjects: FilterSubjects, indexes: ValueIndexCache): Uint8Array {
  const bits = new Uint8Array(subjects.count)
  for (const field of WORD_FIELDS) {
    const test = wordTest(word, field)
    setPassing(bits, field, indexes.of(field), (value) => test(String(value)), subjects, indexes)
  }
  return bits
}

function comparisonBitmap(
  comparison: Comparison,
  subjects: FilterSubjects,
  indexes: ValueIndexCache,
): Uint8Array | null {
  const field = fieldOf(comparison.field)
  if (field.type === 'measure' || field.type === 'age') return null
  const bits = new Uint8Array(subjects.count)
  const index = indexes.of(field.id, comparison.label)
  const ofText = textTest(comparison)
  const ofNumber = numberTest(comparison)
  const test = (value: FieldValue): boolean => (typeof value === 'number' ? ofNumber(value) : ofText(value))
  setPassing(bits, field.id, index, test, subjects, indexes)
  return isNegated(comparison.operator) ? invert(bits) : bits
}

/** Sets the bytes of the subjects that have a value which passes the test. */
function setPassing(
  bits: Uint8Array,
  field: KeyFieldId,
  index: ValueIndex,
  test: (value: FieldValue) => boolean,
  subjects: FilterSubjects,
  indexes: ValueIndexCache,
): void {
  const passes = passingCodes(index, test)
  if (passes === null) return
  for (const source of PARTS_OF_FIELD[field]) {
    const { codes, by } = indexes.codesOf(source)
    const ids = by === 'flow' ? subjects.flows : subjects.entries
    const { count } = subjects
    if (ids === null) for (let i = 0; i < count; i++) bits[i]! |= passes[codes[i]!]!
    else for (let i = 0; i < count; i++) bits[i]! |= passes[codes[ids[i]!]!]!
  }
}

/** A bitmap by code: whether one of its values passes the test. Null when no value does. */
function passingCodes(index: ValueIndex, test: (value: FieldValue) => boolean): Uint8Array | null {
  const { singleValueOf: single, codes, size } = index
  const passes = new Uint8Array(codes)
  let some = false
  if (single !== null) {
    for (let code = 0; code < codes; code++) {
      if (single(code) < 0 || !test(index.value(code))) continue
      passes[code] = 1
      some = true
    }
    return some ? passes : null
  }
  const values = new Uint8Array(size)
  for (let id = 0; id < size; id++) {
    if (!test(index.value(id))) continue
    values[id] = 1
    some = true
  }
  if (!some) return null
  for (let code = 0; code < codes; code++) {
    index.forEachValue(code, (id) => {
      passes[code]! |= values[id]!
    })
  }
  return passes
}
