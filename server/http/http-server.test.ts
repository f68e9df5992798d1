// Limits and the graceful end of the server that listens.
import { Agent, request as sendRequest, type IncomingMessage } from 'node:http'
import { connect as connectHttp2 } from 'node:http2'
import { connect, type Socket } from 'node:net'
import { text } from 'node:stream/consumers'
import { connect as connectTls } from 'node:tls'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { createAuthority, type Authority } from '../testing/certificates.ts'
import {
  DEFAULT_LIMITS,
  startHttpServer,
  type Handler,
  type HttpServer,
  type ServerLimits,
} from './http-server.ts'

interface Started extends HttpServer {
  /** The limits because of which connections were closed. */
  readonly refused: string[]
}

async function started(
  handle: Handler,
  limits: Partial<ServerLimits> = {},
  authority: Authority | null = null,
): Promise<Started> {
  const refused: string[] = []
  const server = await startHttpServer({
    host: '127.0.0.1',
    port: 0,
    limits: { ...DEFAULT_LIMITS, ...limits },
    certificate: authority === null ? null : await authority.server('localhost'),
    handle,
    onRefusedConnection: (limit) => refused.push(limit),
  })
  onTestFinished(() => server.close(0))
  return Object.assign(server, { refused })
}

function open(port: number): Socket {
  const socket = connect(port, '127.0.0.1')
  socket.on('error', () => undefined)
  onTestFinished(() => void socket.destroy())
  return socket
}

function closed(socket: Socket): Promise<unknown> {
  socket.resume()
  return new Promise((resolve) => socket.once('close', resolve))
}

/** Sends a GET on a connection that is kept; resolves with the response's headers. */
function keptGet(port: number, agent: Agent): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    sendRequest({ host: '127.0.0.1', port, agent }, resolve).once('error', reject).end()
  })
}

const answer: Handler = (_, response) => void response.end('answer')
const answerLastHeader: Handler = ({ rawHeaders }, response) =>
  void response.end(rawHeaders.slice(-2).join('='))

/** A server without TLS and one with it, with a connection of HTTP/1.1 to each. */
async function bothConnections(handle: Handler, limits: Partial<ServerLimits>): Promise<readonly Socket[]> {
  const authority = await createAuthority('test')
  const { port } = await started(handle, limits, authority)
  const tls = connectTls({ port, host: '127.0.0.1', servername: 'localhost', ca: authority.ca })
  tls.on('error', () => undefined)
  onTestFinished(() => void tls.destroy())
  return [open((await started(handle, limits)).port), tls]
}

describe('a limit', () => {
  test('of connections for one address closes one more at once, and counts it', async () => {
    const server = await started(answer, { maxConnectionsPerAddress: 2 })
    const [first] = [open(server.port), open(server.port)]
    await vi.waitFor(() => expect(server.traffic.open).toBe(2))
    await closed(open(server.port))
    expect(server.refused).toEqual(['connections per address'])
    first.destroy()
    await vi.waitFor(() => expect(server.traffic.open).toBe(1))
    const again = open(server.port)
    again.write('GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n')
    expect(await text(again)).toContain('answer')
  })

  test('of all connections closes one more at once, and counts it', async () => {
    const server = await started(answer, { maxConnections: 1 })
    open(server.port)
    await vi.waitFor(() => expect(server.traffic.open).toBe(1))
    await closed(open(server.port))
    expect(server.refused).toEqual(['connections'])
  })

  test('of the size of headers is answered with 431, over TLS too', async () => {
    for (const socket of await bothConnections(answer, { maxHeaderSize: 4096 })) {
      socket.write(`GET / HTTP/1.1\r\nhost: a\r\nx: ${'x'.repeat(5000)}\r\n\r\n`)
      expect(await text(socket)).toMatch(/^HTTP\/1\.1 431 /)
    }
  })

  test('of time for headers is answered with 408, over TLS too', async () => {
    const limits = { headersTimeout: 100, requestTimeout: 1000 }
    for (const socket of await bothConnections(answer, limits)) {
      socket.write('GET / HTTP/1.1\r\nhost: a\r\n')
      expect(await text(socket)).toMatch(/^HTTP\/1\.1 408 /)
    }
  })

  test('of time for a body closes the connection, over TLS too', async () => {
    const limits = { headersTimeout: 100, requestTimeout: 200 }
    for (const socket of await bothConnections((request) => void request.resume(), limits)) {
      socket.write('POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 5\r\n\r\nab')
      await closed(socket)
    }
  })
})

test('every header is seen, however many there are before it, over TLS too', async () => {
  for (const socket of await bothConnections(answerLastHeader, {})) {
    socket.write(
      `GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n${'a:b\r\n'.repeat(1500)}last: one\r\n\r\n`,
    )
    expect(await text(socket)).toMatch(/last=one$/)
  }
})

test('a request without a Host reaches the handler, which knows what to answer, over TLS too', async () => {
  for (const socket of await bothConnections(answer, {})) {
    socket.write('GET / HTTP/1.1\r\nconnection: close\r\n\r\n')
    expect(await text(socket)).toContain('answer')
  }
})

test('the bytes that were sent are counted, also those of connections that are closed', async () => {
  const server = await started(answer)
  const socket = open(server.port)
  socket.write('GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n')
  const received = await text(socket)
  await vi.waitFor(() => expect(server.traffic).toEqual({ open: 0, sentBytes: received.length }))
})

describe('the graceful end', () => {
  test('lets an answer end, then closes its connection, and takes no other', async () => {
    const endings: (() => void)[] = []
    const server = await started((_, response) => {
      response.write('first')
      endings.push(() => response.end(' last'))
    })
    const agent = new Agent({ keepAlive: true })
    onTestFinished(() => agent.destroy())
    const response = await keptGet(server.port, agent)
    const ended = server.close(60_000)
    await expect(keptGet(server.port, new Agent())).rejects.toThrow('ECONNREFUSED')
    endings[0]?.()
    expect(await text(response)).toBe('first last')
    await ended
  })

  test('closes idle connections at once', async () => {
    const server = await started(answer)
    const agent = new Agent({ keepAlive: true })
    onTestFinished(() => agent.destroy())
    await text(await keptGet(server.port, agent))
    await server.close(60_000)
  })

  test('sends HTTP/2 browsers a GOAWAY, and lets their streams end', async () => {
    const authority = await createAuthority('test')
    const endings: (() => void)[] = []
    const handle: Handler = (_, response) => {
      response.write('first')
      endings.push(() => response.end(' last'))
    }
    const server = await started(handle, {}, authority)
    const session = connectHttp2(`https://localhost:${server.port}`, { ca: authority.ca })
    session.on('error', () => undefined)
    const goaway = new Promise((resolve) => session.once('goaway', resolve))
    const stream = session.request({ ':path': '/' })
    await new Promise((resolve) => stream.once('response', resolve))
    const ended = server.close(60_000)
    await goaway
    endings[0]?.()
    expect(await text(stream)).toBe('first last')
    await ended
  })

  test('cuts what does not end in time', async () => {
    const server = await started((_, response) => void response.write('first'))
    const response = await keptGet(server.port, new Agent())
    const cut = expect(text(response)).rejects.toThrow('aborted')
    await server.close(10)
    await cut
  })
})
