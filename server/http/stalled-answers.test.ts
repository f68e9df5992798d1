/** Answers that nobody takes, over HTTP/1.1 and HTTP/2, with a clock that the test moves. */
import { connect as connectHttp2, type ClientHttp2Session } from 'node:http2'
import { connect } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { describe, expect, onTestFinished, test } from 'vitest'
import { ManualClock } from '../../src/lib/testing/manual-clock.ts'
import { createAuthority } from '../testing/certificates.ts'
import { startTcpProxy } from '../testing/tcp-proxy.ts'
import { compressResponse } from './compress-stream.ts'
import { DEFAULT_LIMITS, startHttpServer, type Handler } from './http-server.ts'
import { ANSWER_STALL_MS, OPEN_ANSWER_STALL_MS } from './stalled-answers.ts'

/** More than the buffers of a connection on the loopback hold. */
const LARGE = Buffer.alloc(32 << 20, 'flow ')

const sendLarge: Handler = (_, response) => {
  response.writeHead(200, { 'content-length': LARGE.length })
  response.end(LARGE)
}
const sendSmall: Handler = (_, response) => void response.end('small')

async function started(handle: Handler, isTls = false) {
  const clock = new ManualClock()
  const authority = isTls ? await createAuthority('test') : null
  let stalled = 0
  const server = await startHttpServer({
    host: '127.0.0.1',
    port: 0,
    limits: { ...DEFAULT_LIMITS, keepAliveTimeout: 100 },
    certificate: authority === null ? null : await authority.server('localhost'),
    handle,
    clock,
    onStalledAnswer: () => stalled++,
  })
  onTestFinished(() => server.close(0))
  return { clock, server, port: server.port, ca: authority?.ca ?? '', stalled: () => stalled }
}

/** Sends a GET and reads nothing. */
function askWithoutReading(port: number) {
  const socket = connect(port, '127.0.0.1')
  socket.pause()
  socket.on('error', () => undefined)
  onTestFinished(() => void socket.destroy())
  socket.write('GET / HTTP/1.1\r\nhost: a\r\n\r\n')
  return socket
}

function http2To(port: number, ca: string, options = {}): ClientHttp2Session {
  const session = connectHttp2(`https://localhost:${port}`, { ca, ...options })
  session.on('error', () => undefined)
  onTestFinished(() => session.destroy())
  return session
}

/** Lets the server write what it can. */
async function settle(): Promise<void> {
  for (let i = 0; i < 50; i++) await new Promise((resolve) => setImmediate(resolve))
}

describe('over HTTP/1.1', () => {
  test('a large answer that nobody reads ends with its connection', async () => {
    const { clock, server, port, stalled } = await started(sendLarge)
    askWithoutReading(port)
    await expect.poll(() => clock.waiting).toBe(1)
    await settle()
    clock.advance(ANSWER_STALL_MS - 1)
    await settle()
    expect([server.traffic.open, stalled()]).toEqual([1, 0])
    clock.advance(ANSWER_STALL_MS)
    await expect.poll(() => server.traffic.open).toBe(0)
    expect(stalled()).toBe(1)
  })

  test('a slow reader has all of it, however long it takes', async () => {
    const { clock, port, stalled } = await started(sendLarge)
    const socket = askWithoutReading(port)
    let received = 0
    while (received < LARGE.length) {
      const chunk = socket.read() as Buffer | null // without an encoding it is a buffer
      received += chunk?.length ?? 0
      clock.advance(chunk === null ? 0 : 1000)
      await new Promise((resolve) => setImmediate(resolve))
    }
    expect(clock.now()).toBeGreaterThan(2 * ANSWER_STALL_MS)
    await expect.poll(() => clock.waiting).toBe(0)
    expect(stalled()).toBe(0)
  })

  test('an answer that goes on is given up as well, later', async () => {
    const { clock, server, port } = await started((_, response) => void response.write(LARGE))
    askWithoutReading(port)
    await expect.poll(() => clock.waiting).toBe(1)
    clock.advance(OPEN_ANSWER_STALL_MS - 1)
    await settle()
    expect(server.traffic.open).toBe(1)
    clock.advance(1)
    await expect.poll(() => server.traffic.open).toBe(0)
  })
})

describe('over HTTP/2', () => {
  test.each([
    ['large', sendLarge],
    ['small', sendSmall],
  ])(
    'a %s answer for which the client leaves no room ends, and its connection does not',
    async (_, handle) => {
      const { clock, server, port, ca, stalled } = await started(handle, true)
      const session = http2To(port, ca, { settings: { initialWindowSize: 0 } })
      const stream = session.request({ ':path': '/' })
      stream.on('error', () => undefined)
      await new Promise((resolve) => stream.once('response', resolve))
      const closed = new Promise((resolve) => stream.once('close', resolve))
      clock.advance(ANSWER_STALL_MS)
      stream.resume()
      await closed
      expect([server.traffic.open, stalled()]).toEqual([1, 1])
    },
  )

  test('a compressed answer for which there is no room ends too', async () => {
    const { clock, port, ca, stalled } = await started((_, response) => {
      compressResponse(response)
      response.write(LARGE.subarray(0, 1 << 20).map(() => Math.floor(Math.random() * 256)))
      response.end('last')
    }, true)
    const session = http2To(port, ca, { settings: { initialWindowSize: 0 } })
    const stream = session.request({ ':path': '/' })
    stream.on('error', () => undefined)
    await new Promise((resolve) => stream.once('response', resolve))
    const closed = new Promise((resolve) => stream.once('close', resolve))
    await expect.poll(() => clock.waiting).toBe(1)
    clock.advance(OPEN_ANSWER_STALL_MS)
    stream.resume()
    await closed
    expect(stalled()).toBe(1)
  })

  test('a connection from which nothing is read ends', async () => {
    const { clock, server, port, ca, stalled } = await started(sendLarge, true)
    const proxy = await startTcpProxy(port)
    const window = 2 ** 31 - 1
    const session = http2To(proxy.port, ca, { settings: { initialWindowSize: window } })
    await new Promise((resolve) => session.once('remoteSettings', resolve))
    session.setLocalWindowSize(window)
    await settle()
    proxy.stall()
    session.request({ ':path': '/' }).on('error', () => undefined)
    await expect.poll(() => clock.waiting).toBe(1)
    await settle()
    clock.advance(ANSWER_STALL_MS)
    expect(stalled()).toBe(1)
    await expect.poll(() => server.traffic.open, { timeout: 5000 }).toBe(0)
  })

  test('a reader gets every byte', async () => {
    const { port, ca, clock } = await started(sendLarge, true)
    const body = await buffer(http2To(port, ca).request({ ':path': '/' }))
    expect(body.equals(LARGE)).toBe(true)
    await expect.poll(() => clock.waiting).toBe(0)
  })
})
