import fc from 'fast-check'
import { expect, test } from 'vitest'
import { printSelector } from './canonical.ts'
import { matchPartly, matchSelector } from './match.ts'
import { parseSelector } from './parse.ts'
import { type Selector, SelectorError } from './selector.ts'
import { anyLabels, anySelector } from './testing/arbitrary-selectors.ts'

// The paragraphs are those of the grammar and of the evaluation in libcalico-go/lib/selector.

function canonical(text: string): string {
  return printSelector(parseSelector(text))
}

function matches(text: string, labels: Readonly<Record<string, string>> = {}): boolean {
  return matchSelector(parseSelector(text), labels)
}

test.each([
  ['', 'all()'],
  [' \t', 'all()'],
  ['all( )', 'all()'],
  ['global(\t)', 'global()'],
  ['has( a )', 'has(a)'],
  [`a=='b'`, 'a == "b"'],
  [`a == 'say "x"'`, `a == 'say "x"'`],
  ['a == "line\nbreak"', 'a == "line\nbreak"'],
  ['a in{"c","b","b",}', 'a in {"b", "c"}'],
  ['a notin {}', 'a not in {}'],
  ['a not  in {"x"}', 'a not in {"x"}'],
  ['a startswith "x"', 'a starts with "x"'],
  ['a ends\twith"x"', 'a ends with "x"'],
  ['contains contains "contains"', 'contains contains "contains"'],
  ['in in {"in"}', 'in in {"in"}'],
  ['has == "x"', 'has == "x"'],
  ['!!has(a)', 'has(a)'],
  ['!!!has(a)', '!has(a)'],
  ['!a == "x"', '!a == "x"'],
  ['((has(a)))', 'has(a)'],
  ['has(a) || has(b) && has(c)', '(has(a) || (has(b) && has(c)))'],
  ['(has(a) || has(b)) && !(has(c) && has(d))', '((has(a) || has(b)) && !(has(c) && has(d)))'],
  ['a.b/c-d_e9 != ""', 'a.b/c-d_e9 != ""'],
])('%j is %j', (text, printed) => {
  expect(canonical(text)).toBe(printed)
})

test.each([
  ['has (a)', 4, 'operator'],
  ['a', 1, 'operator'],
  ['a ==', 4, 'quotes'],
  ['a == b', 5, 'quotes'],
  ['a = "b"', 2, 'A single ='],
  ['has(a) & has(b)', 7, 'A single &'],
  ['has(a) | has(b)', 7, 'A single |'],
  ['a == "b', 5, 'closing'],
  ['a in "b"', 5, 'braces'],
  ['a in {,}', 6, 'brace'],
  ['a in {"b"', 9, 'brace'],
  ['a inf "x"', 2, 'operator'],
  ['a in-x', 2, 'operator'],
  ['a ends withs "x"', 2, 'operator'],
  ['()', 1, 'expected'],
  ['(has(a)', 7, 'closing bracket'],
  ['has(a))', 6, 'ended'],
  ['has(a) has(b)', 7, 'ended'],
  ['has(a) &&', 9, 'expected'],
  ['&& has(a)', 0, 'expected'],
  ['has(a)\n&& has(b)', 6, 'character'],
  ['a == "x"\r', 8, 'character'],
  ['é == "x"', 0, 'character'],
  [`${'a'.repeat(513)} == "x"`, 0, 'more than 512'],
  [`has(${'a'.repeat(513)})`, 4, 'more than 512'],
  ['has()', 4, 'needs a label'],
  ['has( a', 6, 'closing bracket'],
  ['has(a b)', 6, 'closing bracket'],
  ['all(', 4, 'closing bracket'],
  ['global(a)', 7, 'closing bracket'],
  [`${'('.repeat(1001)}has(a)${')'.repeat(1001)}`, 1000, 'brackets'],
])('%j is refused at %i', (text, offset, reason) => {
  const refused = expect(() => parseSelector(text))
  refused.toThrow(SelectorError)
  refused.toThrow(expect.objectContaining({ offset }))
  refused.toThrow(reason)
})

test('a label of 512 characters and a thousand brackets are taken', () => {
  expect(canonical(`${'a'.repeat(512)} == "x"`)).toBe(`${'a'.repeat(512)} == "x"`)
  expect(canonical(`${'('.repeat(1000)}has(a)${')'.repeat(1000)}`)).toBe('has(a)')
})

test.each([
  ['a == "x"', false, true],
  ['a != "x"', true, false],
  ['a != "y"', true, true],
  ['a contains ""', false, true],
  ['a starts with ""', false, true],
  ['a ends with "y"', false, false],
  ['a in {"x", "y"}', false, true],
  ['a in {}', false, false],
  ['a not in {"x"}', true, false],
  ['a not in {}', true, true],
  ['has(a)', false, true],
  ['!has(a)', true, false],
  ['all()', true, true],
  ['global()', true, true],
  ['', true, true],
])('%s without the label is %s, and with "x" %s', (text, absent, present) => {
  expect(matches(text)).toBe(absent)
  expect(matches(text, { a: 'x' })).toBe(present)
})

test('an empty value is a present label, and the names of a prototype are none', () => {
  expect(matches('has(a)', { a: '' })).toBe(true)
  expect(matches('has(constructor)')).toBe(false)
  expect(matches('has(toString) || has(__proto__)')).toBe(false)
})

test('what is printed is parsed to the same text and matches the same labels', () => {
  fc.assert(
    fc.property(anySelector, anyLabels, (selector, labels) => {
      const text = printSelector(selector)
      const again = parseSelector(text)
      expect(printSelector(again)).toBe(text)
      expect(matchSelector(again, labels)).toBe(matchSelector(selector, labels))
    }),
  )
})

test('any text is parsed or refused within it', () => {
  const parts = fc.constantFrom(
    'a',
    ' ',
    '==',
    '!=',
    '!',
    '(',
    ')',
    '{',
    '}',
    ',',
    '"x"',
    "'",
    '&&',
    '||',
    'in',
    'not',
    'has(a)',
    'all()',
    '\n',
    'starts',
    'with',
  )
  fc.assert(
    fc.property(
      fc.oneof(
        fc.array(parts).map((each) => each.join('')),
        fc.string(),
      ),
      (text) => {
        try {
          expect(canonical(canonical(text))).toBe(canonical(text))
        } catch (error) {
          if (!(error instanceof SelectorError)) throw error
          expect(error.offset).toBeGreaterThanOrEqual(0)
          expect(error.offset).toBeLessThanOrEqual(text.length)
        }
      },
    ),
  )
})

test('what is known of a part of the labels is never contradicted by the rest', () => {
  fc.assert(
    fc.property(anySelector, anyLabels, fc.func(fc.boolean()), (selector: Selector, labels, isKnown) => {
      const whole = (label: string) => (Object.hasOwn(labels, label) ? labels[label] : null)
      const partly = matchPartly(selector, (label) => (isKnown(label) ? whole(label) : undefined))
      expect([undefined, matchSelector(selector, labels)]).toContain(partly)
      expect(matchPartly(selector, whole)).toBe(matchSelector(selector, labels))
    }),
  )
})

const unknown = () => undefined

test('an unknown label leaves open only what depends on it', () => {
  expect(matchPartly(parseSelector('has(a) || all()'), unknown)).toBe(true)
  expect(matchPartly(parseSelector('has(a) && !all()'), unknown)).toBe(false)
  expect(matchPartly(parseSelector('a in {}'), unknown)).toBe(false)
  expect(matchPartly(parseSelector('has(a) || !has(a)'), unknown)).toBe(undefined)
})
