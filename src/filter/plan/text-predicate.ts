/**
 * The tests of texts as data, for a database: the meaning of `textTest` and `wordTest` in tree/evaluate.ts. Spellings
 * are resolved here, so a database compares stored texts only: a shown spelling that passes adds the text that it
 * stands for.
 */
import { unreachable } from '../../lib/assert.ts'
import type { FieldId, LabelFieldId, TextFieldId } from '../../flows/field.ts'
import { NETWORK_NAMES } from '../../flows/spelling.ts'
import { asText, isPattern, spellings, textTest, wordTest } from '../tree/evaluate.ts'
import type { Comparison, Value, Word } from '../tree/expression.ts'

/**
 * `after`, then the first piece, at the start of a text, the last one at its end, and the others between them in this
 * order, not overlapping. Two pieces or more; any may be empty.
 */
export interface TextPattern {
  /** Compared with letter case also where the pieces are not. */
  readonly after: string
  readonly pieces: readonly string[]
  /** Whether the pieces are in lower case, and compared with the text in lower case. */
  readonly folded: boolean
}

/** Passes a text that is equal to one of the texts, or matches one of the patterns. */
export interface TextTest {
  readonly equals: readonly string[]
  readonly patterns: readonly TextPattern[]
}

/** Engines compile longer patterns to automata that need much memory (RE2 has a limit). */
const MAX_PATTERN_CHARS = 1000

/** Lone surrogates, and what a database has in their place. */
const NOT_STORABLE = /[\p{Cs}\u{FFFD}]/u

/** Null where a database cannot compare with one of the texts. */
function ifSayable(test: TextTest): TextTest | null {
  const isSayable =
    test.equals.every((text) => !NOT_STORABLE.test(text)) &&
    test.patterns.every(({ after, pieces }) => {
      const text = after + pieces.join('*')
      return text.length <= MAX_PATTERN_CHARS && !NOT_STORABLE.test(text)
    })
  return isSayable ? test : null
}

function pattern(text: string, folded: boolean): TextTest {
  const pieces = text.split('*')
  if (pieces.length === 1 && !folded) return { equals: [text], patterns: [] }
  return { equals: [], patterns: [{ after: '', pieces, folded }] }
}

function contained(wanted: string): TextPattern {
  return { after: '', pieces: ['', wanted, ''], folded: true }
}

/** The stored texts that are shown in another spelling. */
function shownDifferently(field: FieldId): readonly string[] {
  const { shown, words = [] } = spellings(field)
  return shown === undefined ? [] : [...NETWORK_NAMES, ...words].filter((stored) => shown(stored) !== stored)
}

function equalsTest(field: FieldId, value: Value): TextTest {
  const { stored, words } = spellings(field)
  const text = asText(value)
  if (!isPattern(value)) return { equals: [stored?.(text) ?? text], patterns: [] }
  return words === undefined ? pattern(stored?.(text) ?? text, false) : pattern(text.toLowerCase(), true)
}

function containsTest(field: FieldId, value: Value): TextTest {
  const text = asText(value)
  const wanted = text.toLowerCase()
  const whole = spellings(field).stored?.(text) ?? text
  return {
    equals: whole === text ? [] : [whole],
    patterns: [
      isPattern(value) ? { after: '', pieces: `*${wanted}*`.split('*'), folded: true } : contained(wanted),
    ],
  }
}

function valueTest({ field, operator }: Comparison, value: Value): TextTest {
  switch (operator) {
    case '=':
    case '!=':
      return equalsTest(field, value)
    case '~':
    case '!~':
      return containsTest(field, value)
    case '<':
    case '<=':
    case '>':
    case '>=':
      return { equals: [], patterns: [] } // texts have no order
    default:
      return unreachable(operator, 'operator')
  }
}

function anyOf(tests: readonly TextTest[], more: readonly string[]): TextTest {
  return {
    equals: [...new Set([...tests.flatMap(({ equals }) => equals), ...more])],
    patterns: tests.flatMap(({ patterns }) => patterns),
  }
}

/** The positive test of a comparison of a text field, or of whole labels. Null where SQL cannot say it. */
export function textTestOf(comparison: Comparison): TextTest | null {
  const { field, values } = comparison
  const shown = shownDifferently(field).filter(textTest(comparison))
  return ifSayable(
    anyOf(
      values.map((value) => valueTest(comparison, value)),
      shown,
    ),
  )
}

/** The positive test of whole labels `key=value` for a comparison that names the key. Null where SQL cannot say it. */
export function keyedLabelTest(comparison: Comparison, label: string): TextTest | null {
  const { equals, patterns } = anyOf(
    comparison.values.map((value) => valueTest(comparison, value)),
    [],
  )
  // The folded texts of a key hold labels with their key up to the first `=`.
  if (label.includes('=') && patterns.some(({ folded }) => folded)) return null
  // A label without `=` has the empty value.
  const bare = textTest(comparison)('') ? [label] : []
  return ifSayable({
    equals: [...equals.map((value) => `${label}=${value}`), ...bare],
    patterns: patterns.map((each) => ({ ...each, after: `${label}=` })),
  })
}

/** The test of a bare word on one of the fields that it is looked for in. Null where SQL cannot say it. */
export function wordTestOf(word: Word, field: TextFieldId | LabelFieldId): TextTest | null {
  return ifSayable({
    equals: shownDifferently(field).filter(wordTest(word, field)),
    patterns: [contained(word.text.toLowerCase())],
  })
}
