/** A filter over many rows at once: a byte for each, 1 where it matches. */
import { isNegated, numberTest, textTest, WORD_FIELDS, wordTest } from '../../filter/tree/evaluate.ts'
import type { Comparison, Expression, Word } from '../../filter/tree/expression.ts'
import { fieldOf } from '../../flows/field.ts'
import { unreachable } from '../../lib/assert.ts'
import { type KeyFieldId, PARTS_OF_FIELD } from '../keys/field-parts.ts'
import type { FieldValue, ValueIndex, ValueIndexCache } from '../keys/value-index.ts'

/**
 * What is filtered: flows with their newest labels, or entries. `flows` and `entries` say which flow and entry each
 * subject is; null where subjects are numbered as those.
 */
export interface Subjects {
  readonly count: number
  readonly flows: Uint32Array | null
  readonly entries: Uint32Array | null
}

/**
 * The bytes of an expression from those of its leaves. `leaf` may answer for any part of the tree, with an array that
 * is then ours to change; null sends us further down.
 */
export function combine(
  expression: Expression,
  count: number,
  leaf: (part: Expression) => Uint8Array | null,
): Uint8Array {
  const known = leaf(expression)
  if (known !== null) return known
  switch (expression.kind) {
    case 'all':
      return new Uint8Array(count).fill(1)
    case 'not':
      return negate(combine(expression.term, count, leaf))
    case 'and':
    case 'or': {
      const all = expression.kind === 'and'
      const bits = new Uint8Array(count).fill(all ? 1 : 0)
      for (const term of expression.terms) {
        const more = combine(term, count, leaf)
        if (all) for (let i = 0; i < count; i++) bits[i]! &= more[i]!
        else for (let i = 0; i < count; i++) bits[i]! |= more[i]!
      }
      return bits
    }
    case 'compare':
    case 'word':
      throw new Error('A leaf that nobody answered for')
    default:
      return unreachable(expression, 'expression')
  }
}

export function negate(bits: Uint8Array): Uint8Array {
  for (let i = 0; i < bits.length; i++) bits[i]! ^= 1
  return bits
}

/** The bytes of the subjects, for an expression that asks for nothing but keys and labels. */
export function keyBits(expression: Expression, subjects: Subjects, indexes: ValueIndexCache): Uint8Array {
  return combine(expression, subjects.count, (part) => keyLeaf(part, subjects, indexes))
}

/** Answers for the leaves that ask for keys and labels. */
export function keyLeaf(part: Expression, subjects: Subjects, indexes: ValueIndexCache): Uint8Array | null {
  switch (part.kind) {
    case 'word':
      return wordBits(part, subjects, indexes)
    case 'compare':
      return comparisonBits(part, subjects, indexes)
    case 'all':
    case 'and':
    case 'or':
    case 'not':
      return null
    default:
      return unreachable(part, 'expression')
  }
}

function wordBits(word: Word, subjects: Subjects, indexes: ValueIndexCache): Uint8Array {
  const bits = new Uint8Array(subjects.count)
  for (const field of WORD_FIELDS) {
    const test = wordTest(word, field)
    mark(bits, field, indexes.of(field), (value) => test(String(value)), subjects, indexes)
  }
  return bits
}

function comparisonBits(
  comparison: Comparison,
  subjects: Subjects,
  indexes: ValueIndexCache,
): Uint8Array | null {
  const field = fieldOf(comparison.field)
  if (field.type === 'measure' || field.type === 'age') return null
  const bits = new Uint8Array(subjects.count)
  const index = indexes.of(field.id, comparison.label)
  const ofText = textTest(comparison)
  const ofNumber = numberTest(comparison)
  const test = (value: FieldValue): boolean => (typeof value === 'number' ? ofNumber(value) : ofText(value))
  mark(bits, field.id, index, test, subjects, indexes)
  return isNegated(comparison.operator) ? negate(bits) : bits
}

/** Sets the bytes of the subjects that have a value which passes. */
function mark(
  bits: Uint8Array,
  field: KeyFieldId,
  index: ValueIndex,
  test: (value: FieldValue) => boolean,
  subjects: Subjects,
  indexes: ValueIndexCache,
): void {
  const passes = codesThatPass(index, test)
  if (passes === null) return
  for (const source of PARTS_OF_FIELD[field]) {
    const { codes, by } = indexes.codesOf(source)
    const place = by === 'flow' ? subjects.flows : subjects.entries
    const { count } = subjects
    if (place === null) for (let i = 0; i < count; i++) bits[i]! |= passes[codes[i]!]!
    else for (let i = 0; i < count; i++) bits[i]! |= passes[codes[place[i]!]!]!
  }
}

/** A byte for each code: whether one of its values passes. Each distinct value is tested once. Null when none does. */
function codesThatPass(index: ValueIndex, test: (value: FieldValue) => boolean): Uint8Array | null {
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
