import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { stringify } from 'yaml'

import { readPlainYaml } from './plain-yaml.ts'
import { readAnyYaml } from './read-yaml.ts'
import { comparableTree } from './testing/comparable-tree.ts'
import { damagedDocument } from './testing/damaged-documents.ts'
import { STORY_FILES } from './testing/story-files.ts'
import { documentsOf } from './yaml-documents.ts'

/** Whether it was read; if so, as the package does. */
function isReadAlike(text: string): boolean {
  const node = readPlainYaml({ text, start: 0 })
  if (node === null) return false
  // What the package refuses must not be read.
  expect(comparableTree(node, text)).toEqual(comparableTree(readAnyYaml({ text, start: 0 }), text))
  return true
}

/** Scalars at the borders of the rules, some of which are none without quotes. */
const SCALARS = [
  ...'1 -1 +1 01 1. .5 -.5 1.5 1e3 1.e3 0x1f 0o17 0b1 1_0 .inf -.Inf .NaN null Null NULL nUll ~'.split(' '),
  ...'true True TRUE tRue false yes on a a:b a: :a ::/0 80:90 a#b #a - -a -- ? a? !a &a *a @a `a`'.split(' '),
  ...'%a | > |- = << (a) . .. / _ a,b [a a] {a a} "" \'\' "a" \'a\' \'a\'\'b\' "a\\n" "a \'a "#" a"b"'.split(
    ' ',
  ),
  'a b',
  'a  b',
  'a: b',
  'a #b',
  '- a',
  '? a',
  '!!str a',
  'a, b',
  '"a" b',
  '": "',
  "a == 'b' && c",
  'é',
  '"\u2028"',
]

describe('plain YAML is read as the package reads it', () => {
  test.each(SCALARS)('for the scalar %s', (scalar) => {
    for (const text of [
      `a: ${scalar}`,
      `- ${scalar}\n- b`,
      `a: [${scalar}]`,
      `a: { b: ${scalar}, c: d }`,
      `a:\n  ${scalar}\n`,
    ])
      isReadAlike(text)
  })

  test.each([
    'a: b\n  c',
    'a:\n  b\n c: d',
    'a: b\n c: d',
    'a:\n- b\n- c\nd: e',
    'a:\n  - b\n - c',
    '- a: b\n  c: d\n- e',
    '- a\n  b',
    '-   a: b\n    c: d',
    '-\n  a: b',
    '- - a',
    'a:\n\n\n  b: c\n\nd:\n',
    'a: b\na: c',
    'a: [b,\n  c]',
    'a: [b, ]',
    'a: [, b]',
    'a: { b }',
    'a: {b: c}',
    'a: {b:c}',
    'a: [b: c]',
    'a: [] b',
    '[a]',
    '{ a: b }',
    'a: b # c',
    '# a\nb: c\n# d\n',
    ' a: b\n c: d',
    'a : b',
    '"a": b',
    'null: a',
    'a: b\n- c',
    '- a\nb: c',
    'a: b\n...\n',
    '__proto__: a',
  ])('for %j', (text) => {
    isReadAlike(text)
  })

  test("in most of the story's documents", () => {
    const texts = STORY_FILES.flatMap(({ text }) => documentsOf(text)).map(({ text }) => text)
    expect(texts.filter(isReadAlike).length).toBeGreaterThan(texts.length / 2)
  })

  test('in 10,000 damaged documents', { timeout: 120_000 }, () => {
    let read = 0
    fc.assert(
      fc.property(damagedDocument, (text) => {
        if (isReadAlike(text)) read++
      }),
      { numRuns: 10_000 },
    )
    // Else nothing is compared.
    expect(read).toBeGreaterThan(300)
  })

  test('in what the package prints of any value', () => {
    let read = 0
    const leaf = fc.oneof(
      {
        weight: 20,
        arbitrary: fc.constantFrom('a', 'b c', '1.5', '10.0.0.1', '80:90', 'has(a)', 7, -1, true),
      },
      fc.constantFrom('yes', 'a: b', 'a #b', '- a', '~', '', "it's", '"', 'a:', '!has(a)', '[a', 1e21, null),
      fc.string({ maxLength: 8 }),
    )
    const key = fc.oneof(
      { weight: 20, arbitrary: fc.constantFrom('a', 'b/c', 'd.e-f', 'g', 'h_i') },
      fc.constantFrom('null', 'true', '1', 'x y', '<<', '-'),
    )
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof(
        { depthSize: 'small' },
        leaf,
        fc.array(tie('value'), { maxLength: 3 }),
        fc.dictionary(key, tie('value'), { maxKeys: 4 }),
      ),
    }))
    const options = fc.record({
      indentSeq: fc.boolean(),
      indent: fc.constantFrom(1, 2, 4),
      collectionStyle: fc.constantFrom('any' as const, 'flow' as const),
      lineWidth: fc.constant(0),
    })
    fc.assert(
      fc.property(fc.dictionary(key, value), options, (object, style) => {
        if (isReadAlike(stringify(object, style))) read++
      }),
      { numRuns: 2000 },
    )
    expect(read).toBeGreaterThan(100)
  })
})
