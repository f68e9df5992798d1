import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { FrameBoundary } from './frame-boundary.ts'
import { frame } from '../testing/grpc-web-client.ts'

test('is whole exactly between frames, wherever the bytes are cut', () => {
  const messages = fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 6 })
  const cuts = fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 40 })
  fc.assert(
    fc.property(messages, cuts, (contents, steps) => {
      const frames = contents.map((content) => frame(Buffer.from(content)))
      const bytes = Buffer.concat(frames)
      const ends = new Set(
        frames.map((_, index) => Buffer.concat(frames.slice(0, index + 1)).length).concat(0),
      )

      const boundary = new FrameBoundary()
      let at = 0
      for (const step of steps) {
        boundary.advance(bytes.subarray(at, at + step))
        at = Math.min(bytes.length, at + step)
        expect(boundary.isAtBoundary).toBe(ends.has(at))
      }
    }),
  )
})

test('the longest message that can be announced is waited for', () => {
  const boundary = new FrameBoundary()
  boundary.advance(Buffer.from([0, 0xff, 0xff, 0xff, 0xff]))
  boundary.advance(Buffer.alloc(1000))
  expect(boundary.isAtBoundary).toBe(false)
})
