import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { MessageReader, UnreadableAnswerError } from './message-reader.ts'

const MAX_BYTES = 300

function frame(message: Uint8Array, flags = 0): Buffer {
  const head = Buffer.alloc(5)
  head.writeUInt8(flags, 0)
  head.writeUInt32BE(message.length, 1)
  return Buffer.concat([head, message])
}

/** Reads a body that is cut at the given places; returns copies of the messages. */
function read(body: Buffer, cuts: readonly number[] = []) {
  const messages: string[] = []
  const reader = new MessageReader(MAX_BYTES, (message) => messages.push(message.toString('hex')))
  const places = [...new Set([0, ...cuts.map((cut) => cut % (body.length + 1)), body.length])]
  places.sort((a, b) => a - b)
  for (const [i, start] of places.entries()) reader.read(body.subarray(start, places[i + 1]))
  return { messages, isAtBoundary: reader.isAtBoundary }
}

test('cut into chunks anyhow, the messages are the same', () => {
  const message = fc.uint8Array({ maxLength: MAX_BYTES })
  fc.assert(
    fc.property(fc.array(message, { maxLength: 8 }), fc.array(fc.nat()), (messages, cuts) => {
      expect(read(Buffer.concat(messages.map((bytes) => frame(bytes))), cuts)).toEqual({
        messages: messages.map((bytes) => Buffer.from(bytes).toString('hex')),
        isAtBoundary: true,
      })
    }),
  )
})

test('cut off anywhere inside a message, the whole ones before it are kept, and the end is none', () => {
  const body = Buffer.concat([frame(Buffer.from('first')), frame(Buffer.from('second'))])
  for (let end = 11; end < body.length; end++) {
    expect(read(body.subarray(0, end))).toEqual({
      messages: [Buffer.from('first').toString('hex')],
      isAtBoundary: false,
    })
  }
})

test.each([
  [1, /compressed message/],
  [0x7f, /the flags 127, which gRPC lacks/],
  [0x80, /the flags 128, which gRPC lacks/],
])('a message with the flags %i is refused, also when its head comes in pieces', (flags, words) => {
  const body = frame(Buffer.from('x'), flags)
  expect(() => read(body)).toThrow(words)
  expect(() => read(body, [1, 2, 3, 4])).toThrow(UnreadableAnswerError)
})

test('a message that is too long is refused before it has come', () => {
  expect(() => read(frame(Buffer.alloc(MAX_BYTES)))).not.toThrow()
  expect(() => read(frame(Buffer.alloc(MAX_BYTES + 1)).subarray(0, 5))).toThrow(/301 bytes; at most 300/)
})
