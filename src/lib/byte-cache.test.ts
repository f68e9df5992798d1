import * as fc from 'fast-check'
import { expect, test } from 'vitest'

import { ByteCache } from './byte-cache.ts'

const anyText = fc.uint8Array({ maxLength: 9, max: 2 })

function put(cache: ByteCache<string>, text: Uint8Array, cut: number): void {
  const at = text.length === 0 ? 0 : cut % text.length
  cache.begin()
  cache.add(text, 0, at)
  if (at < text.length) cache.addByte(text[at] ?? 0)
  cache.add(text, Math.min(at + 1, text.length), text.length)
}

test('finds the value of the very same bytes, however they were assembled', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(anyText, fc.nat()), { maxLength: 60 }), (texts) => {
      const cache = new ByteCache<string>()
      const expected = new Map<string, string>()
      for (const [i, [text, cut]] of texts.entries()) {
        put(cache, text, cut)
        expect(cache.find()).toBe(expected.get(text.join()))
        if (cache.find() === undefined) {
          cache.put(`value ${i}`)
          expected.set(text.join(), `value ${i}`)
        }
      }
      cache.clear()
      expect(cache.bytesHeld).toBe(0)
      expect(cache.find()).toBeUndefined()
    }),
  )
})

test('holds strings of any length', () => {
  const cache = new ByteCache<number>()
  const long = new Uint8Array(100_000).fill(7)
  cache.begin()
  cache.add(long, 0, long.length)
  cache.put(1)
  expect(cache.find()).toBe(1)
  cache.addByte(7)
  expect(cache.find()).toBeUndefined()
  expect(cache.bytesHeld).toBe(100_000)
})
