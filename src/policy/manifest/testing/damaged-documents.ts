/** For tests: documents of the story with random damage. */
import fc from 'fast-check'
import { STORY_FILES } from './story-files.ts'

const DOCUMENTS = STORY_FILES.flatMap(({ text }) => text.split(/^---\n/m).map((one) => one.slice(0, 1500)))

const snippet = fc.oneof(
  fc.constantFrom(
    '[',
    ']',
    '{',
    '}',
    '"',
    "'",
    ':',
    ': ',
    '- ',
    '&a ',
    '*a',
    '<<: ',
    '|\n',
    '>',
    '#',
    '!',
    '%',
    '@',
    '\t',
  ),
  fc.constantFrom(
    'null',
    '~',
    '{}',
    '[]',
    '-1',
    '1e99',
    '.nan',
    '.inf',
    '0x7f',
    'true',
    'global()',
    '65536',
    '\uFEFF',
    '\0',
  ),
  fc.constantFrom(
    '? ',
    '!!binary ',
    '!!str 1',
    '__proto__: 1\n',
    'constructor: {}\n',
    '\r',
    '\r\n',
    '\n',
    '\n\n  ',
    '\uD800',
  ),
  fc.constantFrom(
    'a: b\n',
    '- a\n',
    '  ',
    ' ',
    ', ',
    ' # a',
    '\n# a\n',
    '\\',
    "''",
    'a:',
    '1.',
    '+1',
    '1_0',
    '::/0',
    '80:90',
  ),
  fc.string({ unit: 'binary', maxLength: 5 }),
)
const mutation = fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(12), snippet)

export const damagedDocument = fc
  .tuple(fc.constantFrom(...DOCUMENTS), fc.array(mutation, { minLength: 1, maxLength: 4 }))
  .map(([text, mutations]) =>
    mutations.reduce((current, [where, length, inserted]) => {
      const at = Math.floor(where * current.length)
      return current.slice(0, at) + inserted + current.slice(at + length)
    }, text),
  )
