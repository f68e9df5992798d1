import { connect } from 'node:net'
import { describe, expect, test, vi } from 'vitest'
import {
  bearer,
  logIn,
  readSession,
  sessionOf,
  startGuardedServer,
  startTokenServer,
  statusWith,
  TOKEN,
  type GuardedServer,
} from '../testing/guarded-server.ts'
import { sendRaw } from '../testing/raw-http.ts'

async function postLogin(server: GuardedServer, init: RequestInit): Promise<number> {
  const response = await fetch(new URL('login', server.url), { method: 'POST', ...init })
  await response.text()
  expect(response.headers.get('set-cookie')).toBeNull()
  return response.status
}

describe('POST /login', () => {
  const json = { 'content-type': 'application/json' }
  const body = JSON.stringify({ token: TOKEN })

  test.each([
    [
      'a form',
      { body: `token=${TOKEN}`, headers: { 'content-type': 'application/x-www-form-urlencoded' } },
      415,
    ],
    ['JSON that calls itself text', { body, headers: { 'content-type': 'text/plain' } }, 415],
    ['a type that only begins like JSON', { body, headers: { 'content-type': 'application/jsonx' } }, 415],
    ['no JSON', { body: 'token', headers: json }, 400],
    ['no object', { body: `"${TOKEN}"`, headers: json }, 400],
    ['a list', { body: JSON.stringify([TOKEN]), headers: json }, 400],
    ['a token that is no text', { body: JSON.stringify({ token: [TOKEN] }), headers: json }, 400],
    ['no token', { body: '{}', headers: json }, 400],
    ['an inherited token', { body: `{"__proto__": {"token": "${TOKEN}"}}`, headers: json }, 400],
    ['nothing', { headers: json }, 400],
    ['bytes that are no UTF-8', { body: Buffer.from([0x22, 0xff, 0x22]), headers: json }, 400],
    ['an empty token', { body: '{"token": ""}', headers: json }, 401],
    ['another site', { body, headers: { ...json, origin: 'http://evil.example' } }, 403],
    ['a page without an origin', { body, headers: { ...json, origin: 'null' } }, 403],
    ['a neighbouring site', { body, headers: { ...json, 'sec-fetch-site': 'same-site' } }, 403],
    ['the address bar', { body, headers: { ...json, 'sec-fetch-site': 'none' } }, 403],
  ])('refuses %s', async (_, init, status) => {
    expect(await postLogin(await startTokenServer(), init)).toBe(status)
  })

  test('refuses more than 16 KiB, and reads no further', async () => {
    const server = await startTokenServer()
    const answer = await sendRaw(
      server.port,
      'POST /login HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 1000000\r\n\r\n',
      'x'.repeat(20_000),
    )
    expect(answer).toMatch(/^HTTP\/1\.1 413 /)
    expect(answer).toMatch(/connection: close/i)
  })

  test('gives up on a body that does not arrive, and closes the connection', async () => {
    const server = await startTokenServer()
    const answer = sendRaw(
      server.port,
      'POST /login HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 50\r\n\r\n{"token": "',
    )
    await vi.waitFor(() => expect(server.clock.waiting).toBe(1))
    server.clock.advance(5_000)
    expect(await answer).toMatch(/^HTTP\/1\.1 408 /)
    expect(server.clock.waiting).toBe(0)
  })

  test('holds 16 places for the unfinished bodies of one client, and lets others in meanwhile', async () => {
    const server = await startTokenServer({ trustedProxies: ['127.0.0.1'] })
    const head =
      'POST /login HTTP/1.1\r\nHost: localhost\r\nX-Forwarded-For: 203.0.113.1\r\n' +
      'Content-Type: application/json\r\nContent-Length: 50\r\n\r\n'
    const sockets = Array.from({ length: 80 }, () =>
      connect(server.port, '127.0.0.1').on('error', () => undefined),
    )
    let refused = 0
    for (const socket of sockets)
      socket.on('data', (bytes) => {
        if (bytes.toString().startsWith('HTTP/1.1 503 ')) refused++
      })
    for (const socket of sockets) socket.write(head)
    await vi.waitFor(() => expect([server.clock.waiting, refused]).toEqual([16, 64]))
    const logInFrom = async (client: string) =>
      (await logIn(server, TOKEN, { 'x-forwarded-for': client })).status
    expect(await logInFrom('203.0.113.1')).toBe(503)
    expect(await logInFrom('203.0.113.2')).toBe(204)
    for (const socket of sockets) socket.destroy()
    await vi.waitFor(async () => expect(await logInFrom('203.0.113.1')).toBe(204))
  })

  test.each([
    '/LOGIN',
    '/login/',
    '/login/..',
    '/./login',
    '//login',
    '/%6cogin',
    '/x/../session',
    '/constructor',
    '/__proto__',
  ])('is not at %s, where nobody is let in', async (path) => {
    const server = await startTokenServer()
    const head = `POST ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/json\r\n`
    const answer = await sendRaw(server.port, `${head}Content-Length: ${body.length}\r\n\r\n${body}`)
    expect(answer).toMatch(/^HTTP\/1\.1 401 /)
  })

  test.each(['GET', 'PUT', 'DELETE', 'OPTIONS', 'PROPFIND', 'MKCOL', 'TRACE'])('is no %s', async (method) => {
    const server = await startTokenServer()
    for (const path of ['/login', '/logout', '/session']) {
      if (path === '/session' && method === 'GET') continue
      const answer = await sendRaw(
        server.port,
        `${method} ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`,
      )
      expect(answer).toMatch(/^HTTP\/1\.1 405 /)
      expect(answer).toMatch(/allow: (POST|GET, HEAD)\r\n/)
      expect(answer).not.toMatch(/access-control/i)
    }
  })

  test('is refused under a name that was rebound to this address', async () => {
    const server = await startTokenServer()
    for (const host of ['evil.example', `evillocalhost:${server.port}`]) {
      const head = `POST /login HTTP/1.1\r\nHost: ${host}\r\nOrigin: http://${host}\r\nContent-Type: application/json\r\n`
      const answer = await sendRaw(
        server.port,
        `${head}Connection: close\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
      )
      expect(answer).toMatch(/^HTTP\/1\.1 403 /)
    }
  })
})

describe('GET /session', () => {
  const out = { mode: 'token', user: null, loggedIn: false, hint: expect.stringContaining('token') }

  test('says how to log in, and whether one is', async () => {
    const server = await startTokenServer()
    expect(await readSession(server)).toEqual(out)
    expect(await readSession(server, { cookie: await sessionOf(server) })).toEqual({ ...out, loggedIn: true })
    expect(await readSession(server, bearer('wrong'))).toEqual(out)
  })

  test('is no way around the limit of attempts', async () => {
    const server = await startTokenServer()
    for (let attempt = 0; attempt < 10; attempt += 1) await readSession(server, bearer('wrong'))
    expect(await readSession(server, bearer(TOKEN))).toEqual(out)
  })

  test('needs no login without authentication', async () => {
    const server = await startGuardedServer({ mode: 'none' })
    expect(await readSession(server)).toEqual({ mode: 'none', user: null, loggedIn: true })
    expect(await statusWith(server, {})).toBe(200)
    expect((await logIn(server, TOKEN)).status).toBe(404)
  })
})
