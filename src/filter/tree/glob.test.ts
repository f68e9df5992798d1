import * as fc from 'fast-check'
import { expect, test } from 'vitest'

import { glob } from './glob.ts'

/** The meaning of a pattern by its first character, slow and obvious. */
function plainGlob(pattern: string, text: string): boolean {
  if (pattern === '') return text === ''
  const rest = pattern.slice(1)
  if (pattern.startsWith('*')) {
    return plainGlob(rest, text) || (text !== '' && plainGlob(pattern, text.slice(1)))
  }
  return text !== '' && text[0] === pattern[0] && plainGlob(rest, text.slice(1))
}

const anyText = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 7 })
const anyPattern = fc.string({ unit: fc.constantFrom('a', 'b', '*'), maxLength: 7 })

test('a pattern matches what its plain meaning matches', () => {
  fc.assert(
    fc.property(anyPattern, anyText, (pattern, text) => {
      expect(glob(pattern)(text)).toBe(plainGlob(pattern, text))
    }),
    { numRuns: 2000 },
  )
})

test.each([
  ['ab*ba', 'aba', false],
  ['ab*ba', 'abba', true],
  ['a*b*c', 'abbc', true],
  ['a*b*c', 'acb', false],
  ['*b*b*', 'b', false],
  ['*ab*bc', 'abc', false],
  ['', '', true],
  ['', 'a', false],
  ['*', '', true],
  ['a', 'ab', false],
])('no character is used twice: %j on %j is %j', (pattern, text, expected) => {
  expect(glob(pattern)(text)).toBe(expected)
})
