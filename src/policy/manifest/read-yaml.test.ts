import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { stringify } from 'yaml'

import { readPlainJson } from './plain-json.ts'
import { readPlainList } from './plain-list.ts'
import { readAnyYaml, YamlError } from './read-yaml.ts'
import { comparableTree } from './testing/comparable-tree.ts'
import { damagedDocument } from './testing/damaged-documents.ts'
import type { DocumentText } from './yaml-documents.ts'
import type { YamlNode } from './yaml-tree.ts'

/** What the steps return, and how many there were. */
function finish(steps: Generator<null, YamlNode | null>) {
  for (let count = 0; ; count++) {
    const step = steps.next()
    if (step.done === true) return { node: step.value, count }
  }
}

function tryAny(document: DocumentText): YamlNode | null {
  try {
    return readAnyYaml(document)
  } catch (error) {
    if (error instanceof YamlError) return null
    throw error
  }
}

/** Whether it was read; if so, as the package does. */
function isReadAlike(
  text: string,
  read: (document: DocumentText) => Generator<null, YamlNode | null>,
): boolean {
  const document = { text, start: 7 }
  const { node } = finish(read(document))
  if (node === null) return false
  expect(comparableTree(node, text, 7)).toEqual(comparableTree(readAnyYaml(document), text, 7))
  return true
}

const json = (text: string) => isReadAlike(text, readPlainJson)
const list = (text: string) => isReadAlike(text, (document) => readPlainList(document, tryAny))

describe('plain JSON is read as the package reads it', () => {
  test.each([
    '{}',
    '{ }\n',
    '{"a":1}',
    '{"a": [], "b": {}, "c": [1, -2.5, 0, -0], "d": [{"e": null}, [true, false]]}',
    '{\n    "items": [\n        {\n            "a": "b"\n        },\n        {}\n    ]\n}\n',
    String.raw`{"a": "\"x\" \\ \/ \n\té é"}`,
    '{"a b": "1", "null": "null", "": ""}',
  ])('%j', (text) => {
    expect(json(text)).toBe(true)
  })

  test.each([
    '',
    '[]',
    '"a"',
    '{"a":1,}',
    '{"a" 1}',
    '{"a":01}',
    '{"a":1e3}',
    '{"a":.5}',
    '{"a":nulL}',
    '{a: 1}',
    '{"a": b}',
    '{"a":1}x',
    '{"a":1, "a":2}',
    '{"<<": {"a": 1}}',
    '{"a":"b\nc"}',
    '{"a":"\\x41"}',
    '{"a":"b',
    '{"a":[1 2]}',
    '{"a":\t1}',
    `{"a":${'['.repeat(60)}${']'.repeat(60)}}`,
  ])('and left to it: %j', (text) => {
    expect(json(text)).toBe(false)
  })

  test('whatever its value', () => {
    let read = 0
    const anyText = fc.oneof(fc.string(), fc.string({ unit: 'binary' }))
    const anyObject = fc.dictionary(anyText, fc.jsonValue({ depthSize: 'small', stringUnit: 'grapheme' }), {
      maxKeys: 4,
    })
    fc.assert(
      fc.property(anyObject, fc.constantFrom(0, 2, 4), (value, indent) => {
        if (json(JSON.stringify(value, null, indent))) read++
      }),
      { numRuns: 1000 },
    )
    expect(read).toBeGreaterThan(100)
  })
})

const ITEM = 'apiVersion: v1\nkind: Pod\nmetadata:\n  name: a\n'

/** As kubectl prints it. */
function listOf(...items: readonly string[]): string {
  const indented = items.map((item) => `- ${item.trimEnd().replaceAll('\n', '\n  ')}\n`)
  return `apiVersion: v1\nitems:\n${indented.join('')}kind: List\nmetadata:\n  resourceVersion: ""\n`
}

describe('a list that is cut into its items is read as the package reads it', () => {
  test('item by item', () => {
    const text = listOf(ITEM, 'x: a && b\na: |\n  - b\n\n  c\nd: "e\n   - f"', ITEM)
    expect(list(text)).toBe(true)
    expect(finish(readPlainList({ text, start: 0 }, tryAny)).count).toBe(3)
  })

  test.each([
    ['without an end', listOf(ITEM).replace(/kind: List[^]*/, '')],
    ['with comments within an item', listOf(`${ITEM}# x\nb: c\n`)],
    ['with blank lines', listOf(ITEM, `${ITEM}\n\n`, ITEM)],
  ])('%s', (_, text) => {
    expect(list(text)).toBe(true)
  })

  test.each([
    ['no list', ITEM],
    ['no items', 'items: []\nkind: List\n'],
    [
      'a comment in the first column',
      listOf(ITEM).replace('kind: List', '# x\nkind: List').replace('items:', '# y\nitems:'),
    ],
    ['an anchor', listOf('a: &x b', 'c: *x')],
    ['an item that is broken', listOf('a: [', ITEM)],
    ['a key that is given again', `${listOf(ITEM)}apiVersion: v2\n`],
    ['a text of several lines', 'a: |\n  x\nitems:\n  - b\n'],
  ])('and left to it: %s', (_, text) => {
    if (!list(text)) expect(finish(readPlainList({ text, start: 0 }, tryAny)).node).toBeNull()
  })

  test('with damaged documents as items', { timeout: 60_000 }, () => {
    let read = 0
    fc.assert(
      fc.property(fc.array(damagedDocument, { minLength: 1, maxLength: 3 }), (texts) => {
        const text = listOf(...texts, stringify({ a: texts }))
        // What the package refuses is refused here, too, with no place of its own.
        if (tryAny({ text, start: 0 }) !== null && list(text)) read++
      }),
      { numRuns: 600 },
    )
    expect(read).toBeGreaterThan(20)
  })
})
