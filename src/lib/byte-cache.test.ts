import * as fc from 'fast-check'
import { expect, test } from 'vitest'

import { ByteMemory } from './byte-cache.ts'

const anyText = fc.uint8Array({ maxLength: 9, max: 2 })

function put(memory: ByteMemory<string>, text: Uint8Array, cut: number): void {
  const at = text.length === 0 ? 0 : cut % text.length
  memory.begin()
  memory.add(text, 0, at)
  if (at < text.length) memory.addByte(text[at] ?? 0)
  memory.add(text, Math.min(at + 1, text.length), text.length)
}

test('gives back what was learned of the very same bytes, however they were put together', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(anyText, fc.nat()), { maxLength: 60 }), (texts) => {
      const memory = new ByteMemory<string>()
      const expected = new Map<string, string>()
      for (const [i, [text, cut]] of texts.entries()) {
        put(memory, text, cut)
        expect(memory.find()).toBe(expected.get(text.join()))
        if (memory.find() === undefined) {
          memory.learn(`value ${i}`)
          expected.set(text.join(), `value ${i}`)
        }
      }
      memory.clear()
      expect(memory.bytesHeld).toBe(0)
      expect(memory.find()).toBeUndefined()
    }),
  )
})

test('holds strings of any length', () => {
  const memory = new ByteMemory<number>()
  const long = new Uint8Array(100_000).fill(7)
  memory.begin()
  memory.add(long, 0, long.length)
  memory.learn(1)
  expect(memory.find()).toBe(1)
  memory.addByte(7)
  expect(memory.find()).toBeUndefined()
  expect(memory.bytesHeld).toBe(100_000)
})
