import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { isSameContent, parseCaptureId, printCaptureId } from './capture-id.ts'

describe('the text of a capture in a link', () => {
  test('reads back as it was printed', () => {
    const ids = fc.record({
      name: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 60 }),
      size: fc.nat(2 ** 40),
      hash: fc.stringMatching(/^[0-9a-f]{16}$/),
    })
    fc.assert(
      fc.property(ids, (id) => {
        expect(parseCaptureId(printCaptureId(id))).toEqual(id)
      }),
    )
  })

  test.each(['', 'incident.jsonl', '12.abc.incident.jsonl', '-1.0123456789abcdef.a', '1.0123456789abcdef.'])(
    '%j is none',
    (text) => expect(parseCaptureId(text)).toBeNull(),
  )
})

test('a renamed file has the same content', () => {
  const id = { name: 'a.jsonl', size: 3, hash: '0123456789abcdef' }
  expect(isSameContent(id, { ...id, name: 'a (1).jsonl' })).toBe(true)
  expect(isSameContent(id, { ...id, size: 4 })).toBe(false)
  expect(isSameContent(id, { ...id, hash: 'fedcba9876543210' })).toBe(false)
})
