import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readAnswer, readMessages } from './frame-reader.ts'
import { COMPRESSED_FLAG, encodeFrame, TRAILERS_FLAG } from './grpc-web-frame.ts'
import { GRPC_CODES, GrpcError } from './grpc-error.ts'

const utf8 = new TextEncoder()
const OK = encodeFrame(utf8.encode('grpc-status: 0\r\n'), TRAILERS_FLAG)

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.length
  }
  return all
}

/** Streams the bytes in chunks that end at the given offsets. */
function streamOf(bytes: Uint8Array, cuts: readonly number[] = []): ReadableStream<Uint8Array> {
  const ends = [...new Set([...cuts.filter((cut) => cut < bytes.length), bytes.length])].sort((a, b) => a - b)
  return new ReadableStream({
    start(controller) {
      let from = 0
      for (const end of ends) {
        // A copy, because fetch gives each chunk a buffer of its own.
        controller.enqueue(bytes.slice(from, end))
        from = end
      }
      controller.close()
    },
  })
}

/** Reads a body to its end: its messages, and its trailers or its error. */
async function read(body: ReadableStream<Uint8Array>, options = {}) {
  const messages: number[][] = []
  const source = readMessages(body, options)
  try {
    for (;;) {
      const next = await source.next()
      if (next.done) return { messages, trailers: next.value, error: null }
      for (const message of next.value) messages.push([...message])
    }
  } catch (error) {
    if (!(error instanceof GrpcError)) throw error
    return { messages, trailers: null, error }
  }
}

/** A body that sends one message and then nothing. */
function endless() {
  const seen = { cancelled: false }
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(encodeFrame(Uint8Array.of(1))),
    cancel() {
      seen.cancelled = true
    },
  })
  return { body, seen }
}

/** The messages of an answer, or the thrown error. */
async function answer(response: () => Response) {
  try {
    const messages: number[][] = []
    for await (const batch of readAnswer(response())) for (const one of batch) messages.push([...one])
    return messages
  } catch (error) {
    return error
  }
}

const bytesOf = (messages: readonly Uint8Array[]) => messages.map((message) => Array.from(message))

const someMessages = fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 12 })
const someCuts = fc.array(fc.nat({ max: 600 }), { maxLength: 30 })

describe('reading messages', () => {
  test('gives the same messages however the bytes are cut into chunks', async () => {
    await fc.assert(
      fc.asyncProperty(someMessages, someCuts, async (messages, cuts) => {
        const bytes = joined(...messages.map((message) => encodeFrame(message)), OK)
        const result = await read(streamOf(bytes, cuts))
        expect(result.error).toBeNull()
        expect(result.messages).toEqual(bytesOf(messages))
        expect(result.trailers).toEqual({ 'grpc-status': '0' })
      }),
    )
  })

  test('cut off anywhere, keeps the messages that were whole and throws that the answer broke off', async () => {
    await fc.assert(
      fc.asyncProperty(someMessages, someCuts, fc.nat(), async (messages, cuts, at) => {
        const frames = messages.map((message) => encodeFrame(message))
        const bytes = joined(...frames, OK)
        const length = at % bytes.length
        const result = await read(streamOf(bytes.slice(0, length), cuts))
        let whole = 0
        for (let end = 0; whole < frames.length; whole++) {
          end += frames[whole]?.length ?? 0
          if (end > length) break
        }
        expect(result.error?.code).toBe('UNAVAILABLE')
        expect(result.messages).toEqual(bytesOf(messages.slice(0, whole)))
      }),
    )
  })

  test('yields once per chunk, even when the chunk completes no message', async () => {
    const body = streamOf(joined(encodeFrame(Uint8Array.of(1, 2, 3)), OK), [2, 6, 8])
    const sizes: number[] = []
    for await (const messages of readMessages(body)) sizes.push(messages.length)
    expect(sizes).toEqual([0, 0, 1, 0])
  })

  test('does not copy a message that lies in one chunk', async () => {
    const chunk = joined(encodeFrame(Uint8Array.of(1)), encodeFrame(Uint8Array.of(2)), OK)
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        controller.enqueue(chunk)
        controller.close()
      },
    })
    const { value } = await readMessages(body).next()
    expect(value).toHaveLength(2)
    for (const message of Array.isArray(value) ? value : []) expect(message.buffer).toBe(chunk.buffer)
  })

  test('refuses a length beyond the limit without waiting for its bytes', async () => {
    const huge = Uint8Array.of(0, 0xff, 0xff, 0xff, 0xff)
    const result = await read(streamOf(joined(encodeFrame(Uint8Array.of(7)), huge)))
    expect(result.messages).toEqual([[7]])
    expect(result.error).toMatchObject({ code: 'RESOURCE_EXHAUSTED' })
    expect(result.error?.message).toContain('4294967295')
  })

  test('takes a message at the limit and refuses one a byte longer', async () => {
    // The trailers, 16 bytes here, count as well.
    const limit = { maxMessageBytes: 16 }
    expect((await read(streamOf(joined(encodeFrame(new Uint8Array(16)), OK)), limit)).error).toBeNull()
    const result = await read(streamOf(encodeFrame(new Uint8Array(17))), limit)
    expect(result.error?.code).toBe('RESOURCE_EXHAUSTED')
  })

  test.each([
    ['a compressed message', encodeFrame(Uint8Array.of(1), COMPRESSED_FLAG), 'UNIMPLEMENTED', /compressed/],
    [
      'compressed trailers',
      encodeFrame(Uint8Array.of(1), TRAILERS_FLAG | COMPRESSED_FLAG),
      'UNIMPLEMENTED',
      /compressed/,
    ],
    ['an unknown flag', encodeFrame(Uint8Array.of(1), 0x42), 'DATA_LOSS', /0x42/],
    ['bytes after the trailers', joined(OK, Uint8Array.of(0)), 'DATA_LOSS', /follow the trailers/],
  ])('refuses %s and keeps what came before', async (_, bytes, code, message) => {
    const result = await read(streamOf(joined(encodeFrame(Uint8Array.of(5)), bytes)))
    expect(result.messages).toEqual([[5]])
    expect(result.error?.code).toBe(code)
    expect(result.error?.message).toMatch(message)
  })

  test('a connection that breaks is UNAVAILABLE, with the cause in its words', async () => {
    let sent = false
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        if (sent) controller.error(new TypeError('network error'))
        else controller.enqueue(encodeFrame(Uint8Array.of(9)))
        sent = true
      },
    })
    const result = await read(body)
    expect(result.messages).toEqual([[9]])
    expect(result.error).toMatchObject({
      code: 'UNAVAILABLE',
      message: 'the connection broke: network error',
    })
  })
})

describe('stopping', () => {
  test('an abort ends a read that waits, with its reason, and cancels the body', async () => {
    const { body, seen } = endless()
    const abort = new AbortController()
    const messages = readMessages(body, { signal: abort.signal })
    await messages.next()
    const waiting = messages.next()
    const reason = new Error('enough')
    abort.abort(reason)
    await expect(waiting).rejects.toBe(reason)
    expect(seen.cancelled).toBe(true)
  })

  test('leaving the loop cancels the body', async () => {
    const { body, seen } = endless()
    for await (const messages of readMessages(body)) {
      expect(messages).toHaveLength(1)
      break
    }
    expect(seen.cancelled).toBe(true)
  })
})

describe('the status of an answer', () => {
  const headers = { 'content-type': 'application/grpc-web+proto' }

  test('messages, then trailers that say OK', async () => {
    const body = streamOf(joined(encodeFrame(Uint8Array.of(1, 2)), OK))
    expect(await answer(() => new Response(body, { headers }))).toEqual([[1, 2]])
  })

  test.each(GRPC_CODES.slice(1).map((code, at) => [code, at + 1] as const))(
    '%s in the trailers comes with its message and its metadata',
    async (code, wire) => {
      const trailers = utf8.encode(
        `Grpc-Status: ${wire}\r\ngrpc-message: caf%C3%A9 shut\r\nx-where: gateway\r\n`,
      )
      const body = streamOf(encodeFrame(trailers, TRAILERS_FLAG))
      const error = await answer(() => new Response(body, { headers }))
      expect(error).toBeInstanceOf(GrpcError)
      expect(error).toMatchObject({ code, message: 'café shut', metadata: { 'x-where': 'gateway' } })
    },
  )

  test('a message with malformed percent-encoding is left unchanged', async () => {
    const body = streamOf(encodeFrame(utf8.encode('grpc-status: 2\r\ngrpc-message: 100%\r\n'), TRAILERS_FLAG))
    expect(await answer(() => new Response(body, { headers }))).toMatchObject({ message: '100%' })
  })

  test.each([
    ['no status', 'x-a: b\r\n', 'the answer ended without a gRPC status'],
    ['a status that gRPC does not define', 'grpc-status: 99\r\n', 'gRPC status 99'],
    ['a status that is no number', 'grpc-status: fine\r\n', 'gRPC status fine'],
  ])('trailers with %s are UNKNOWN', async (_, trailers, message) => {
    const body = streamOf(encodeFrame(utf8.encode(trailers), TRAILERS_FLAG))
    const error = await answer(() => new Response(body, { headers }))
    expect(error).toMatchObject({ code: 'UNKNOWN', message: expect.stringContaining(message) })
  })

  test('a trailers-only answer has its status in the headers', async () => {
    const refused = { ...headers, 'grpc-status': '8', 'grpc-message': 'max%20streams' }
    expect(await answer(() => new Response(null, { headers: refused }))).toMatchObject({
      code: 'RESOURCE_EXHAUSTED',
      message: 'max streams',
    })
    expect(await answer(() => new Response(null, { headers: { ...headers, 'grpc-status': '0' } }))).toEqual(
      [],
    )
  })

  test('a gRPC status in the headers counts more than the HTTP status', async () => {
    const init = { status: 503, headers: { ...headers, 'grpc-status': '7' } }
    expect(await answer(() => new Response(null, init))).toMatchObject({ code: 'PERMISSION_DENIED' })
  })

  test.each([
    [400, 'INTERNAL'],
    [401, 'UNAUTHENTICATED'],
    [403, 'PERMISSION_DENIED'],
    [404, 'UNIMPLEMENTED'],
    [405, 'UNIMPLEMENTED'],
    [415, 'UNIMPLEMENTED'],
    [418, 'UNKNOWN'],
    [429, 'UNAVAILABLE'],
    [500, 'UNKNOWN'],
    [502, 'UNAVAILABLE'],
    [503, 'UNAVAILABLE'],
    [504, 'UNAVAILABLE'],
  ])('HTTP %i without a gRPC status is %s', async (status, code) => {
    const init = { status, statusText: 'Oops', headers: { 'content-type': 'text/html' } }
    expect(await answer(() => new Response('<h1>', init))).toMatchObject({
      code,
      message: `HTTP ${status} Oops`,
    })
  })

  test.each([
    ['a page', 'text/html; charset=utf-8'],
    ['the text mode', 'application/grpc-web-text+proto'],
    ['plain gRPC', 'application/grpc+proto'],
  ])('%s instead of binary gRPC-web is UNIMPLEMENTED', async (_, type) => {
    const error = await answer(() => new Response('x', { headers: { 'content-type': type } }))
    expect(error).toMatchObject({ code: 'UNIMPLEMENTED', message: expect.stringContaining(type) })
  })

  test('an empty body without a status is an answer that broke off', async () => {
    expect(await answer(() => new Response(null, { headers }))).toMatchObject({ code: 'UNAVAILABLE' })
  })
})
