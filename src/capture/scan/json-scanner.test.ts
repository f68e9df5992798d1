import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { type Scan, scanJson } from './json-scanner.ts'

const scan = (text: string, start = 0): Scan =>
  scanJson(text, start, 'value', (name, opener) => name === 'items' && opener === '[')

const parses = (text: string): boolean => {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

/** Text that is nearly JSON: a value with some characters replaced, removed or added. */
const nearlyJson = fc
  .tuple(
    fc.json({ maxDepth: 4 }).filter((json) => /^[[{]/.test(json) && !json.includes('items')),
    fc.array(
      fc.tuple(
        fc.nat(),
        fc.constantFrom('', ',', '}', ']', '{', '[', '"', '\\', ':', '0', '-', 'e', '\n', 'tru', '\\u12'),
      ),
      {
        maxLength: 2,
      },
    ),
  )
  .map(([json, edits]) =>
    edits.reduce((text, [where, put]) => {
      const at = where % (text.length + 1)
      return text.slice(0, at) + put + text.slice(at + (where % 2))
    }, json),
  )

describe('the JSON scanner', () => {
  test('agrees with JSON.parse on what is JSON', () => {
    fc.assert(
      fc.property(
        nearlyJson.filter((text) => /^[[{]/.test(text)),
        (text) => {
          const result = scan(text)
          const whole = result.is === 'whole' && text.slice(result.end).trim() === ''
          expect(whole).toBe(parses(text))
          if (result.is === 'whole') expect(parses(text.slice(0, result.end))).toBe(true)
        },
      ),
      { numRuns: 2000 },
    )
  })

  test('answers the same when more text follows, unless the text was too short to tell', () => {
    fc.assert(
      fc.property(nearlyJson, fc.nat(), (text, cut) => {
        const part = scan(text.slice(0, cut % (text.length + 1)))
        if (part.is !== 'short') expect(scan(text)).toEqual(part)
      }),
      { numRuns: 2000 },
    )
  })

  test.each([
    ['{"a":1,}', 7, 'A comma stands before }'],
    ['{"a":[1,]}', 8, 'A comma stands before ]'],
    ['{"a" 1}', 5, 'Expected : after the name'],
    ['{"a":1 "b":2}', 7, 'Expected a comma or }'],
    ['[1 2]', 3, 'Expected a comma or ]'],
    ['{a:1}', 1, 'Expected a name in quotes'],
    ['{"a":NaN}', 5, 'NaN is not a JSON value'],
    ['{"a":}', 5, 'A value is missing'],
    ['{"a":01}', 5, '01 is not a JSON value'],
    ['{"a":"x\n"}', 7, 'A text in quotes is not closed on its line'],
    ['{"a":"\\x"}', 6, 'A backslash escape that JSON does not have'],
    ['['.repeat(65), 64, 'Nested more than 64 deep'],
  ])('says where %j is broken', (text, at, reason) => {
    expect(scan(text)).toMatchObject({ is: 'fault', at, reason })
  })

  test('stops where a list of records begins', () => {
    expect(scan('{"total":{"items":[1]},"items":[{')).toEqual({ is: 'list', end: 32, opened: '{[' })
  })

  test('refuses a record of more than 16 MiB, and takes one of less', () => {
    const long = 'x'.repeat(16 * 1024 * 1024)
    expect(scan(`{"a":"${long.slice(8)}"}`).is).toBe('whole')
    expect(scan(`{"a":"${long}"}`)).toMatchObject({
      is: 'fault',
      at: 0,
      reason: 'A record of more than 16 MiB',
    })
  })
})
