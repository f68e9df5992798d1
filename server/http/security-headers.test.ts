import { once } from 'node:events'
import { createServer } from 'node:http'
import { connect } from 'node:net'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { listenOnLoopback } from '../testing/listen-on-loopback.ts'
import { sendRaw } from '../testing/raw-http.ts'
import { answerClientErrors, SECURITY_HEADERS, setSecurityHeaders } from './security-headers.ts'

/** Starts a server whose answer to /slow never ends; returns its port. */
async function startServer(hasGivenCertificate = false): Promise<number> {
  const server = createServer((request, response) => {
    setSecurityHeaders(response, hasGivenCertificate)
    if (request.url === '/slow') response.write('begun')
    else response.end('whole')
  })
  answerClientErrors(server)
  const port = await listenOnLoopback(server)
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return port
}

/** The headers of a raw answer, by name. */
function headersOf(answer: string): Record<string, string> {
  const lines = (answer.split('\r\n\r\n')[0] ?? '').split('\r\n').slice(1)
  return Object.fromEntries(lines.map((line) => [line.split(': ')[0] ?? '', line.replace(/^[^:]*: /, '')]))
}

describe('every answer', () => {
  test('has the headers, and Strict-Transport-Security only with a given certificate', async () => {
    const plain = await fetch(`http://127.0.0.1:${await startServer()}/`)
    for (const [name, value] of Object.entries(SECURITY_HEADERS)) expect(plain.headers.get(name)).toBe(value)
    expect(plain.headers.get('strict-transport-security')).toBeNull()
    const secure = await fetch(`http://127.0.0.1:${await startServer(true)}/`)
    expect(secure.headers.get('strict-transport-security')).toBe('max-age=31536000')
  })

  test('allows no inline script, no frame, no opener and no unused feature', () => {
    expect(SECURITY_HEADERS['content-security-policy']).not.toMatch(/script-src|unsafe-eval|https?:/)
    expect(SECURITY_HEADERS['content-security-policy']).toContain("frame-ancestors 'none'")
    expect(SECURITY_HEADERS['cross-origin-opener-policy']).toBe('same-origin')
    expect(SECURITY_HEADERS['permissions-policy']).toContain('camera=()')
    expect(SECURITY_HEADERS['permissions-policy']).not.toContain('clipboard')
  })

  test.each([
    ['no HTTP', 'nonsense\r\n\r\n', 400],
    ['a header that is too large', `GET / HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`, 431],
    ['a folded header', 'GET / HTTP/1.1\r\nHost: a\r\nX: a\r\n b\r\n\r\n', 400],
    ['an expectation that nobody meets', 'GET / HTTP/1.1\r\nHost: a\r\nExpect: a-cake\r\n\r\n', 417],
    [
      'two lengths',
      'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n',
      400,
    ],
  ])('to %s has them, too, and is the last', async (_, text, status) => {
    const answer = await sendRaw(await startServer(), text)
    expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `))
    expect(headersOf(answer)).toMatchObject({
      ...SECURITY_HEADERS,
      connection: 'close',
      'cache-control': 'no-store',
    })
  })
})

test('nothing is written into the middle of another answer', async () => {
  const answer = await sendRaw(
    await startServer(),
    'GET /slow HTTP/1.1\r\nHost: a\r\n\r\n',
    'nonsense\r\n\r\n',
  )
  expect(answer).not.toContain('400')
})

test('what follows a whole answer on the same connection is answered', async () => {
  const socket = connect(await startServer(), '127.0.0.1')
  let answer = ''
  socket.setEncoding('utf8').on('data', (text) => {
    answer += text
  })
  socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n')
  await vi.waitFor(() => expect(answer).toMatch(/whole$/))
  socket.write('nonsense\r\n\r\n')
  await once(socket, 'close')
  expect(answer).toMatch(/wholeHTTP\/1\.1 400 /)
})
