import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { hasHidden } from '../../lib/visible-text.ts'
import type { Expression } from '../tree/expression.ts'
import { normalise } from '../tree/normalise.ts'
import { parse } from './parse-query.ts'
import { print } from './print.ts'

/** A name with the characters that a terminal obeys or a browser hides. */
const nastyName = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        '\u{1B}[2J',
        '\u{7}',
        '\u{9B}1m',
        '\u{202E}',
        '\u{2066}',
        '\u{200B}',
        '\n',
        '\u{E0041}',
      ),
      fc.constantFrom('\\', '\\u{1B}', '"', '*', ' ', 'a', '\uD800', '-'),
      fc.string({ unit: 'binary', minLength: 1, maxLength: 2 }),
    ),
    { minLength: 1, maxLength: 6 },
  )
  .map((parts) => parts.join(''))

const nastyQuery: fc.Arbitrary<Expression> = fc.oneof(
  nastyName.map((text): Expression => ({ kind: 'word', text })),
  fc
    .tuple(
      fc.constantFrom('src.name' as const, 'policy' as const),
      fc.array(nastyName, { minLength: 1, maxLength: 3 }),
    )
    .map(([field, texts]): Expression => ({
      kind: 'compare',
      field,
      operator: '=',
      values: texts.map((text) => ({ kind: 'text', text, wildcard: false })),
    })),
  fc.tuple(nastyName, nastyName).map(([label, text]): Expression => ({
    kind: 'compare',
    field: 'src.label',
    label,
    operator: '=',
    values: [{ kind: 'text', text: `${text}*`, wildcard: true }],
  })),
)

describe('a printed query', () => {
  test('has no hidden character, and reads back as the same query', () => {
    fc.assert(
      fc.property(nastyQuery, (query) => {
        const text = print(query)
        expect(hasHidden(text)).toBe(false)
        expect(parse(text)).toEqual({ ok: true, expression: normalise(query) })
      }),
      { numRuns: 500 },
    )
  })

  test.each([
    ['a\u{1B}[2Jb', String.raw`"a\u{1B}[2Jb"`],
    ['nimda\u{202E}', String.raw`"nimda\u{202E}"`],
    [String.raw`a\u{1B}`, String.raw`"a\\u{1B}"`],
  ])('has %j as %s', (text, printed) => {
    expect(print({ kind: 'word', text })).toBe(printed)
  })
})
