// The bridge in front of an HTTP/2 server that breaks gRPC's rules.
import { constants } from 'node:http2'
import { connect as connectTcp, createServer as createTcpServer, type Socket } from 'node:net'
import { describe, expect, onTestFinished, test } from 'vitest'
import { type OnStream, startHttp2Peer } from '../testing/http2-peer.ts'
import { listenOnLoopback } from '../testing/listen-on-loopback.ts'
import { callWeb as callMethod, frame, type WebAnswer, type WebCall } from '../testing/grpc-web-client.ts'
import { startTestBridge } from '../testing/test-bridge.ts'

const GRPC_HEADERS = { ':status': 200, 'content-type': 'application/grpc+proto' }

const PATH = '/goldmane.Flows/FilterHints'

/**
 * The address of a bridge to a server on the loopback that handles FilterHints so. The cluster's own stream, and the calls
 * by which it is watched, are not answered.
 */
async function bridgeTo(onStream: OnStream): Promise<string> {
  const port = await startHttp2Peer((stream, headers) => {
    if (headers[':path'] === PATH) onStream(stream, headers)
  })
  const { base } = await startTestBridge({ url: `http://127.0.0.1:${port}` })
  return base
}

let asked = 0

/** Asks for names of destinations; each call for another page, so that none shares the answer of another. */
function callWeb(base: string, call: WebCall = {}): Promise<WebAnswer> {
  return callMethod(base, {
    path: PATH,
    body: frame(Buffer.from([0x08, 0x01, 0x28, ++asked & 0x7f])),
    ...call,
  })
}

describe('an answer that is no gRPC', () => {
  test.each([
    [400, 13],
    [401, 16],
    [403, 7],
    [404, 12],
    [429, 14],
    [500, 2],
    [502, 14],
    [503, 14],
    [504, 14],
  ])('HTTP status %i becomes gRPC status %i', async (http, grpc) => {
    const base = await bridgeTo((stream) => {
      stream.respond({ ':status': http, 'content-type': 'text/html' })
      stream.end('<html>')
    })
    expect(await callWeb(base)).toMatchObject({ http: 200, status: grpc, messages: [] })
  })

  test('an HTML page with status 200 is an error at once, before its end', async () => {
    const base = await bridgeTo((stream) => {
      stream.respond({ ':status': 200, 'content-type': 'text/html' })
      stream.write('<html> and so on')
    })
    expect(await callWeb(base)).toMatchObject({ status: 2, messages: [] })
  })
})

describe('a call that is reset', () => {
  test.each([
    ['CANCEL', constants.NGHTTP2_CANCEL, 1],
    ['INTERNAL_ERROR', constants.NGHTTP2_INTERNAL_ERROR, 13],
    ['ENHANCE_YOUR_CALM', constants.NGHTTP2_ENHANCE_YOUR_CALM, 8],
    ['INADEQUATE_SECURITY', constants.NGHTTP2_INADEQUATE_SECURITY, 7],
  ])('before any answer by %s', async (_, reset, grpc) => {
    const base = await bridgeTo((stream) => stream.close(reset))
    expect(await callWeb(base)).toMatchObject({ http: 200, status: grpc })
  })

  test('after a message: the message, then the status', async () => {
    const base = await bridgeTo((stream) => {
      stream.respond(GRPC_HEADERS)
      stream.write(frame(Buffer.from('one')), () => stream.close(constants.NGHTTP2_INTERNAL_ERROR))
    })
    // The reset may overtake the message, but never leaves half of one.
    const { status, messages } = await callWeb(base)
    expect(status).toBe(13)
    expect([[], [Buffer.from('one')]]).toContainEqual(messages)
  })

  test('inside a message: the status alone', async () => {
    const base = await bridgeTo((stream) => {
      stream.respond(GRPC_HEADERS)
      const torn = frame(Buffer.alloc(1000)).subarray(0, 500)
      stream.write(torn, () => stream.close(constants.NGHTTP2_INTERNAL_ERROR))
    })
    expect(await callWeb(base)).toMatchObject({ status: 13, messages: [] })
  })

  test('refused once: the call is made again', async () => {
    let calls = 0
    const base = await bridgeTo((stream) => {
      if (calls++ === 0) return stream.close(constants.NGHTTP2_REFUSED_STREAM)
      stream.respond({ ...GRPC_HEADERS, 'grpc-status': 0 }, { endStream: true })
    })
    expect(await callWeb(base)).toMatchObject({ status: 0 })
    expect(calls).toBe(2)
  })

  test('refused twice: the browser is told', async () => {
    let calls = 0
    const base = await bridgeTo((stream) => {
      calls++
      stream.close(constants.NGHTTP2_REFUSED_STREAM)
    })
    expect(await callWeb(base)).toMatchObject({ status: 14 })
    expect(calls).toBe(2)
  })
})

describe('an answer that ends too soon', () => {
  test('without a status it is an error', async () => {
    const base = await bridgeTo((stream) => {
      stream.respond(GRPC_HEADERS)
      stream.end(frame(Buffer.from('one')))
    })
    expect(await callWeb(base)).toMatchObject({ status: 13, messages: [Buffer.from('one')] })
  })

  test('a lost connection is UNAVAILABLE', async () => {
    const base = await bridgeTo((stream) => {
      stream.respond(GRPC_HEADERS)
      stream.session?.destroy()
    })
    expect(await callWeb(base)).toMatchObject({ status: 14 })
  })

  test('a good status inside a message is not believed', async () => {
    const base = await bridgeTo((stream) => {
      stream.respond(GRPC_HEADERS, { waitForTrailers: true })
      stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': 0 }))
      stream.end(frame(Buffer.alloc(1000)).subarray(0, 500))
    })
    expect(await callWeb(base)).toMatchObject({ status: 13, messages: [] })
  })
})

describe('a server that says goodbye', () => {
  test('finishes its calls, and the next call opens a new connection', async () => {
    const sessions = new Set<unknown>()
    const base = await bridgeTo((stream) => {
      sessions.add(stream.session)
      stream.session?.goaway()
      stream.respond({ ...GRPC_HEADERS, 'grpc-status': 0 }, { endStream: true })
    })
    expect(await callWeb(base)).toMatchObject({ status: 0 })
    expect(await callWeb(base)).toMatchObject({ status: 0 })
    expect(sessions.size).toBe(2)
  })

  test('calls that follow each other share a connection', async () => {
    const sessions = new Set<unknown>()
    const base = await bridgeTo((stream) => {
      sessions.add(stream.session)
      stream.respond({ ...GRPC_HEADERS, 'grpc-status': 0 }, { endStream: true })
    })
    await Promise.all([callWeb(base), callWeb(base)])
    await callWeb(base)
    expect(sessions.size).toBe(1)
  })
})

describe('a server that never answers', () => {
  test('the gateway keeps the deadline itself, and cancels the call', async () => {
    let end = Promise.resolve(0)
    let timeout: unknown
    const base = await bridgeTo((stream, headers) => {
      timeout = headers['grpc-timeout']
      end = new Promise((resolve) => {
        stream.once('close', () => resolve(stream.rstCode))
      })
    })
    expect(await callWeb(base, { headers: { 'grpc-timeout': '30m' } })).toMatchObject({
      http: 200,
      status: 4,
    })
    expect(timeout).toMatch(/^\d+m$/)
    expect(await end).toBe(constants.NGHTTP2_CANCEL)
  })
})

describe('a connection that goes silent', () => {
  test('is given up when it does not answer', async () => {
    const outward: Socket[] = []
    const port = await startHttp2Peer((stream, headers) => {
      if (headers[':path'] !== PATH) return
      stream.respond(GRPC_HEADERS)
      for (const socket of outward) socket.unpipe().pause()
    })
    // A proxy between the two, which keeps the connection open and forwards nothing more to the gateway.
    const between = createTcpServer((near) => {
      const far = connectTcp(port, '127.0.0.1')
      near.pipe(far).pipe(near)
      outward.push(far)
      for (const socket of [near, far]) socket.on('error', () => undefined)
      onTestFinished(() => void [near, far].map((socket) => socket.destroy()))
    })
    const { base } = await startTestBridge({
      url: `http://127.0.0.1:${await listenOnLoopback(between)}`,
      pingInterval: 20,
    })
    onTestFinished(() => void between.close())
    expect(await callWeb(base)).toMatchObject({
      status: 14,
      message: 'The connection to Goldmane was lost',
    })
  })
})

test('a server cannot inject a trailer line through its message', async () => {
  const base = await bridgeTo((stream) => {
    stream.respond(GRPC_HEADERS, { waitForTrailers: true })
    stream.on('wantTrailers', () =>
      stream.sendTrailers({ 'grpc-status': 9, 'grpc-message': 'bad%0D%0Agrpc-status: 0', 'x-secret': '1' }),
    )
    stream.end()
  })
  expect(await callWeb(base)).toMatchObject({ status: 9, message: 'bad\r\ngrpc-status: 0' })
})
