import * as fc from 'fast-check'
import { expect, test } from 'vitest'

import { TextCache } from './text-cache.ts'

const text = fc.oneof(
  fc.constantFrom('', 'default', 'app=web', '\ufeffx', 'ü', 'x'.repeat(500)),
  fc.string({ unit: 'grapheme', maxLength: 100 }),
  // Few enough of one length to meet in a slot.
  fc.nat({ max: 20_000 }).map((number) => `pod-${number}`),
)

test('texts are decoded as TextDecoder decodes them, whatever came before', () => {
  const cache = new TextCache()
  fc.assert(
    fc.property(fc.array(text, { minLength: 1, maxLength: 40 }), (texts) => {
      for (const each of texts) {
        const bytes = new TextEncoder().encode(`<${each}>`)
        expect(cache.decode(bytes, 1, bytes.length - 1)).toBe(each)
      }
    }),
    { numRuns: 500 },
  )
})

test('bytes that are not UTF-8 are refused, also those of a known text', () => {
  const cache = new TextCache()
  expect(() => cache.decode(Uint8Array.of(0x61, 0xff), 0, 2)).toThrow(TypeError)
  expect(cache.decode(Uint8Array.of(0xc3, 0xbc), 0, 2)).toBe('ü')
  // The unit of "ü" is 0xfc, which is no UTF-8.
  expect(() => cache.decode(Uint8Array.of(0xfc), 0, 1)).toThrow(TypeError)
})
