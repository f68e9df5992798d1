import { request as sendRequest, type IncomingMessage, type ServerResponse } from 'node:http'
import { connect as connectHttp2 } from 'node:http2'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:http'
import { Socket } from 'node:net'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { createGunzip, gunzipSync } from 'node:zlib'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { createAuthority } from '../testing/certificates.ts'
import { acceptedEncodings } from './accept-encoding.ts'
import { compressResponse, isCompressed } from './compress-stream.ts'
import { DEFAULT_LIMITS, startHttpServer } from './http-server.ts'

type Answer = (response: ServerResponse) => void

/** Sends a GET that is answered compressed; resolves with the response's headers. */
async function getCompressed(answer: Answer): Promise<IncomingMessage> {
  const server = createServer((_, response) => {
    compressResponse(response)
    answer(response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo // It listens on a port.
  return new Promise((resolve, reject) => {
    sendRequest({ host: '127.0.0.1', port }, resolve).once('error', reject).end()
  })
}

describe('a compressed response', () => {
  test('is what was written, under its encoding and without a length', async () => {
    const response = await getCompressed((answer) => {
      answer.writeHead(200, { 'content-type': 'application/grpc-web+proto' })
      answer.write('first ')
      answer.end('second')
    })
    expect(response.headers).toMatchObject({ 'content-encoding': 'gzip', vary: 'accept-encoding' })
    expect(gunzipSync(await buffer(response)).toString()).toBe('first second')
  })

  test('delivers each batch without waiting for the next', async () => {
    const writers: ServerResponse[] = []
    const response = await getCompressed((answer) => {
      writers.push(answer)
      answer.flushHeaders()
    })
    const received: string[] = []
    response.pipe(createGunzip()).on('data', (chunk: Buffer) => received.push(chunk.toString()))
    for (const batch of ['one', 'two', 'three']) {
      for (const letter of batch) writers[0]?.write(letter)
      await vi.waitFor(() => expect(received.join('')).toMatch(new RegExp(`${batch}$`)))
    }
    expect(received).toEqual(['one', 'two', 'three'])
  })

  test('holds its writer up while the browser does not read, and lets it go on after', async () => {
    const total = 32 << 20
    let written = 0
    let isHeld = false
    // Numbers that do not compress.
    const chunk = Buffer.from(Uint8Array.from({ length: 64 << 10 }, (_, i) => (i * i * 2654435761) >>> 11))
    const response = await getCompressed((answer) => {
      const write = () => {
        while (written < total) {
          written += chunk.length
          if (!answer.write(chunk)) {
            isHeld = true
            answer.once('drain', write)
            return
          }
        }
        answer.end()
      }
      write()
    })
    await vi.waitFor(() => expect(isHeld).toBe(true))
    expect(written).toBeLessThan(total)
    const body = createGunzip()
    let read = 0
    response.pipe(body).on('data', (part: Buffer) => (read += part.length))
    await new Promise((resolve) => body.once('end', resolve))
    expect(read).toBe(total)
  })

  test('may be piped to', async () => {
    const response = await getCompressed((answer) => {
      Readable.from(['a', 'b', 'c']).pipe(answer)
    })
    expect(gunzipSync(await buffer(response)).toString()).toBe('abc')
  })

  test('says that it was ended, so that nobody ends it twice', async () => {
    const ended: boolean[] = []
    const response = await getCompressed((answer) => {
      ended.push(answer.writableEnded)
      answer.end('all')
      ended.push(answer.writableEnded)
    })
    expect(gunzipSync(await buffer(response)).toString()).toBe('all')
    expect(ended).toEqual([false, true])
  })

  test('of HTTP/2 is compressed alike', async () => {
    const authority = await createAuthority('test')
    const server = await startHttpServer({
      host: '127.0.0.1',
      port: 0,
      limits: DEFAULT_LIMITS,
      certificate: await authority.server('localhost'),
      handle: (_, response) => {
        compressResponse(response)
        response.writeHead(200, { 'content-type': 'application/grpc-web+proto' })
        response.write('first ')
        setImmediate(() => response.end('second'))
      },
    })
    onTestFinished(() => server.close(0))
    const session = connectHttp2(`https://localhost:${server.port}`, { ca: authority.ca })
    onTestFinished(() => session.destroy())
    const stream = session.request({ ':path': '/' })
    expect(gunzipSync(await buffer(stream)).toString()).toBe('first second')
  })
})

function requestOf(address: string, acceptEncoding?: string): IncomingMessage {
  const socket = new Socket()
  Object.defineProperty(socket, 'remoteAddress', { value: address })
  return { socket, headers: { 'accept-encoding': acceptEncoding } } as unknown as IncomingMessage // All that is read.
}

describe('whether a stream is compressed', () => {
  test.each([
    ['auto', '10.0.0.1', 'gzip', true],
    ['auto', '10.0.0.1', 'br', false],
    ['auto', '10.0.0.1', undefined, false],
    ['auto', '127.0.0.1', 'gzip', false],
    ['auto', '::ffff:127.0.0.1', 'gzip', false],
    ['auto', '::1', 'gzip', false],
    ['on', '127.0.0.1', 'gzip', true],
    ['off', '10.0.0.1', 'gzip', false],
  ] as const)('%s for %s with %s', (setting, address, accepted, expected) => {
    expect(isCompressed(requestOf(address, accepted), setting)).toBe(expected)
  })
})

test.each([
  ['gzip, deflate, br', ['br', 'gzip']],
  ['GZIP;q=0.5', ['gzip']],
  ['gzip;q=0, br', ['br']],
  ['*', ['br', 'gzip']],
  ['*;q=0, gzip', ['gzip']],
  ['identity', []],
  ['gzipped', []],
  ['gzip; q=none', []],
  [undefined, []],
])('Accept-Encoding %s takes %j', (header, expected) => {
  expect(acceptedEncodings(header)).toEqual(expected)
})
