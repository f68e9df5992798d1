/** The mode `token`, attacked over HTTP. */
import { connect } from 'node:net'
import { rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test, vi } from 'vitest'
import { ManualClock } from '../../src/lib/testing/manual-clock.ts'
import { logIn, startGuardedServer, type GuardedServer } from '../testing/guarded-server.ts'
import { sendRaw } from '../testing/raw-http.ts'
import { temporaryFolder } from '../testing/temporary-folder.ts'
import { Refusal } from './access-refusal.ts'
import type { AuthContext } from './authenticator.ts'

const TOKEN = 'correct-horse-battery-staple'
const HOUR_MS = 3_600_000

interface Fixture extends GuardedServer {
  readonly clock: ManualClock
  readonly tokenFile: string
}

async function start(context: Partial<AuthContext> = {}, content = `${TOKEN}\n`): Promise<Fixture> {
  const tokenFile = join(await temporaryFolder(), 'token')
  await writeFile(tokenFile, content)
  const clock = new ManualClock(1_700_000_000_000)
  return {
    ...(await startGuardedServer({ mode: 'token', tokenFile }, { clock, ...context })),
    clock,
    tokenFile,
  }
}

async function statusWith(server: GuardedServer, headers: Readonly<Record<string, string>>): Promise<number> {
  const response = await fetch(new URL('flows', server.url), { headers })
  await response.text()
  return response.status
}

const bearer = (token: string) => ({ authorization: `Bearer ${token}` })

async function logOut(
  server: GuardedServer,
  cookie: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<Response> {
  return fetch(new URL('logout', server.url), { method: 'POST', headers: { cookie, ...headers } })
}

/** The cookie of a session; throws when the login was refused. */
async function sessionOf(server: GuardedServer, token = TOKEN): Promise<string> {
  const { cookie, body } = await logIn(server, token)
  if (cookie === null) throw new Error(`refused: ${body}`)
  return cookie
}

describe('a bearer token', () => {
  test('that is right lets in, for everything', async () => {
    const server = await start()
    const response = await fetch(server.url, { headers: bearer(TOKEN) })
    expect(await response.json()).toEqual({ name: null, namespaces: 'all', hidesOtherEnd: false })
    expect(await statusWith(server, { authorization: `bearer  ${TOKEN} ` })).toBe(200)
  })

  test.each([
    ['nothing', {}],
    ['an empty token', bearer('')],
    ['a prefix', bearer(TOKEN.slice(0, -1))],
    ['a longer one', bearer(`${TOKEN}x`)],
    ['one in other letters', bearer(TOKEN.toUpperCase())],
    ['two', bearer(`${TOKEN}, ${TOKEN}`)],
    ['another scheme', { authorization: `Basic ${TOKEN}` }],
    ['the token alone', { authorization: TOKEN }],
    ['the token as a cookie', { cookie: `flowtrace=${TOKEN}` }],
    ['a header of a proxy', { 'x-forwarded-user': 'admin', 'x-forwarded-groups': 'admins' }],
  ])('is refused: %s', async (_, headers) => {
    const server = await start()
    const response = await fetch(server.url, { headers })
    expect(response.status).toBe(401)
    expect(response.headers.get('www-authenticate')).toBe('Bearer realm="flowtrace"')
    expect(response.headers.get('cache-control')).toBe('no-store')
    expect(await response.text()).not.toContain(TOKEN)
  })

  test('is refused when there are two headers, the first of which is right', async () => {
    const server = await start()
    const answer = await sendRaw(
      server.port,
      `GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nAuthorization: Bearer ${TOKEN}\r\nAuthorization: Bearer x\r\n\r\n`,
    )
    expect(answer).toMatch(/^HTTP\/1\.1 400 /)
  })

  test('is neither logged nor shown', async () => {
    const server = await start()
    await statusWith(server, bearer('a-wrong-token-that-nobody-may-see'))
    await logIn(server, 'a-wrong-token-that-nobody-may-see')
    expect(server.log).toEqual([
      {
        level: 'warn',
        event: 'viewer refused',
        fields: { reason: 'wrong token', client: '127.0.0.1', status: 401 },
      },
      {
        level: 'warn',
        event: 'viewer refused',
        fields: { reason: 'wrong token', client: '127.0.0.1', status: 401 },
      },
    ])
  })
})

describe('a session', () => {
  test('begins with a login, in a cookie that no script and no other site can use', async () => {
    const server = await start()
    const { status, cookie, response } = await logIn(server, TOKEN)
    expect(status).toBe(204)
    expect(response.headers.get('set-cookie')).toMatch(
      new RegExp(`^flowtrace-${server.port}=[\\w-]{43}; Path=/; Max-Age=43200; HttpOnly; SameSite=Strict$`),
    )
    expect(await statusWith(server, { cookie: cookie ?? '' })).toBe(200)
  })

  test('is bound to the host and to TLS behind a trusted proxy that serves https', async () => {
    const server = await start({ trustedProxies: ['127.0.0.1'], basePath: '/flows' })
    const { response } = await logIn(server, TOKEN, { 'x-forwarded-proto': 'https' })
    expect(response.headers.get('set-cookie')).toMatch(
      new RegExp(
        `^__Host-flowtrace-flows-${server.port}=[\\w-]{43}; Path=/; Secure; Max-Age=43200; HttpOnly; SameSite=Strict$`,
      ),
    )
  })

  test('has the base path for its path without TLS, whatever an untrusted client says', async () => {
    const server = await start({ basePath: '/flows' })
    const { response } = await logIn(server, TOKEN, { 'x-forwarded-proto': 'https' })
    expect(response.headers.get('set-cookie')).toContain('Path=/flows; Max-Age')
  })

  test('is over after log-out: a replayed cookie is refused', async () => {
    const server = await start()
    const cookie = await sessionOf(server)
    const response = await logOut(server, cookie)
    expect(response.status).toBe(204)
    expect(response.headers.get('set-cookie')).toMatch(/=; Path=\/; Max-Age=0; HttpOnly; SameSite=Strict$/)
    expect(await statusWith(server, { cookie })).toBe(401)
  })

  test('is not ended by another site', async () => {
    const server = await start()
    const cookie = await sessionOf(server)
    expect((await logOut(server, cookie, { origin: 'http://evil.example' })).status).toBe(403)
    expect((await logOut(server, cookie, { 'sec-fetch-site': 'same-site' })).status).toBe(403)
    expect(await statusWith(server, { cookie })).toBe(200)
  })

  test('is known to its own gateway only', async () => {
    const [one, other] = [await start(), await start()]
    const value = (await sessionOf(one)).replace(/^[^=]*=/, '')
    expect(await statusWith(one, { cookie: `flowtrace-${one.port}=${value}` })).toBe(200)
    expect(await statusWith(other, { cookie: `flowtrace-${other.port}=${value}` })).toBe(401)
  })

  test('is found among cookies of the same name for other paths', async () => {
    const server = await start()
    const cookie = await sessionOf(server)
    const name = `flowtrace-${server.port}`
    expect(await statusWith(server, { cookie: `${name}=other; a=b;${cookie}` })).toBe(200)
    expect(await statusWith(server, { cookie: `x${cookie}` })).toBe(401)
    expect(await statusWith(server, { cookie: `${cookie}x` })).toBe(401)
    expect(await statusWith(server, { cookie: `${name}=; ${name}` })).toBe(401)
  })

  test('of a login is a new one, whatever cookie came with it, and the old one is over', async () => {
    const server = await start()
    const first = await sessionOf(server)
    const { cookie } = await logIn(server, TOKEN, { cookie: first })
    expect(cookie).not.toBe(first)
    expect(await statusWith(server, { cookie: first })).toBe(401)
  })

  test('ends after 2 hours without use, and after 12 hours with it', async () => {
    const server = await start()
    const [idle, used] = [await sessionOf(server), await sessionOf(server)]
    for (let hour = 0; hour < 11; hour += 1) {
      server.clock.advance(HOUR_MS)
      expect(await statusWith(server, { cookie: used })).toBe(200)
    }
    expect(await statusWith(server, { cookie: idle })).toBe(401)
    server.clock.advance(HOUR_MS)
    expect(await statusWith(server, { cookie: used })).toBe(401)
  })

  test('is one of at most 2,000; the least recently used one gives way', async () => {
    const server = await start()
    const [first, second] = [await sessionOf(server), await sessionOf(server)]
    expect(await statusWith(server, { cookie: first })).toBe(200)
    for (let count = 0; count < 1_999; count += 1) await sessionOf(server)
    expect(await statusWith(server, { cookie: first })).toBe(200)
    expect(await statusWith(server, { cookie: second })).toBe(401)
  })
})

describe('the token file', () => {
  test('is read again when it changes, which ends all sessions', async () => {
    const server = await start()
    const cookie = await sessionOf(server)
    // As the kubelet and careful editors do it.
    await writeFile(`${server.tokenFile}.new`, 'another-token-of-enough-length')
    await rename(`${server.tokenFile}.new`, server.tokenFile)
    expect(await statusWith(server, { cookie })).toBe(401)
    expect(await statusWith(server, bearer(TOKEN))).toBe(401)
    expect(await statusWith(server, bearer('another-token-of-enough-length'))).toBe(200)
  })

  test('that goes away lets nobody in, and is said once in the log', async () => {
    const server = await start()
    const cookie = await sessionOf(server)
    await rm(server.tokenFile)
    expect(await statusWith(server, { cookie })).toBe(503)
    expect(await statusWith(server, bearer(TOKEN))).toBe(503)
    expect((await logIn(server, TOKEN)).status).toBe(503)
    const errors = server.log.filter(({ level }) => level === 'error')
    expect(errors).toEqual([
      { level: 'error', event: 'token file unusable', fields: { error: expect.stringContaining('ENOENT') } },
    ])
    await writeFile(server.tokenFile, TOKEN)
    expect(await statusWith(server, { cookie })).toBe(200)
  })

  test.each([
    ['too short', 'fifteen-letters', /fewer than 16/],
    ['empty', '\n', /fewer than 16/],
    ['of several lines', `${TOKEN}\n${TOKEN}\n`, /a header cannot carry/],
    ['with a space', `${TOKEN} ${TOKEN}`, /a header cannot carry/],
    ['too large', 'x'.repeat(70_000), /larger than 65536 bytes/],
  ])('that is %s is refused at the start', async (_, content, message) => {
    const server = await start({}, content)
    await expect(server.auth.checkSetup()).rejects.toThrow(message)
    expect(await statusWith(server, bearer(content.trim().replaceAll('\n', '').slice(0, 4_000)))).toBe(503)
  })

  test('that is a folder is refused at the start, and a missing one', async () => {
    const folder = await temporaryFolder()
    for (const [tokenFile, message] of [
      [folder, /not a regular file/],
      [join(folder, 'none'), /ENOENT/],
    ] as const) {
      const server = await startGuardedServer({ mode: 'token', tokenFile })
      await expect(server.auth.checkSetup()).rejects.toThrow(message)
    }
  })

  test('may end in a newline of Windows', async () => {
    const server = await start({}, `${TOKEN}\r\n`)
    await server.auth.checkSetup()
    expect(await statusWith(server, bearer(TOKEN))).toBe(200)
  })
})

describe('failed attempts', () => {
  test('are ten a minute and client, by login and by header together; then even the right token has to wait', async () => {
    const server = await start()
    const cookie = await sessionOf(server)
    for (let attempt = 0; attempt < 5; attempt += 1) {
      expect((await logIn(server, 'wrong')).status).toBe(401)
      expect(await statusWith(server, bearer('wrong'))).toBe(401)
    }
    const { status, response, body } = await logIn(server, TOKEN)
    expect(status).toBe(429)
    expect(response.headers.get('retry-after')).toBe('60')
    expect(JSON.parse(body)).toEqual({ say: 'Too many failed logins. Try again in 60 s.' })
    expect(await statusWith(server, bearer(TOKEN))).toBe(429)
    expect(await statusWith(server, { cookie })).toBe(200)
    server.clock.advance(60_000)
    expect((await logIn(server, TOKEN)).status).toBe(204)
  })

  test('count when they come all at once, too', async () => {
    const server = await start()
    const answers = await Promise.all(Array.from({ length: 40 }, () => statusWith(server, bearer('wrong'))))
    expect(answers.filter((status) => status === 401)).toHaveLength(10)
    expect(answers.filter((status) => status === 429)).toHaveLength(30)
  })

  test('are counted for each client behind a trusted proxy, and for all together', async () => {
    const server = await start({ trustedProxies: ['127.0.0.0/8'] })
    const from = (client: string, token = 'wrong') =>
      statusWith(server, { ...bearer(token), 'x-forwarded-for': `${TOKEN}, ${client}` })
    for (let attempt = 0; attempt < 10; attempt += 1) expect(await from('10.0.0.1')).toBe(401)
    expect(await from('10.0.0.1', TOKEN)).toBe(429)
    expect(await from('10.0.0.2', TOKEN)).toBe(200)
    for (let attempt = 0; attempt < 10; attempt += 1) expect(await from(`2001:db8:1:1::${attempt}`)).toBe(401)
    expect(await from('2001:db8:1:1::ffff')).toBe(429)
    for (let client = 0; client < 80; client += 1) expect(await from(`10.1.0.${client}`)).toBe(401)
    expect(await from('10.2.0.1', TOKEN)).toBe(429)
  })

  test('of an untrusted client count for its own address, whatever it says', async () => {
    const server = await start()
    for (let attempt = 0; attempt < 10; attempt += 1)
      await statusWith(server, { ...bearer('wrong'), 'x-forwarded-for': `10.0.0.${attempt}` })
    expect(await statusWith(server, bearer('wrong'))).toBe(429)
  })

  test('fill no log: five lines a minute and reason, then a count', async () => {
    const server = await start({ trustedProxies: ['127.0.0.1'] })
    for (let attempt = 0; attempt < 30; attempt += 1) await statusWith(server, bearer('wrong'))
    const reasons = server.log.map(({ fields }) => fields['reason'])
    expect(reasons.filter((reason) => reason === 'wrong token')).toHaveLength(5)
    expect(reasons.filter((reason) => reason === 'too many attempts')).toHaveLength(5)
    server.clock.advance(60_000)
    await statusWith(server, bearer('wrong'))
    expect(server.log).toContainEqual({
      level: 'warn',
      event: 'viewers refused without a line each',
      fields: { reason: 'too many attempts', more: 15 },
    })
  })
})

describe('POST /login', () => {
  const post = async (server: GuardedServer, init: RequestInit): Promise<number> => {
    const response = await fetch(new URL('login', server.url), { method: 'POST', ...init })
    await response.text()
    expect(response.headers.get('set-cookie')).toBeNull()
    return response.status
  }
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
    expect(await post(await start(), init)).toBe(status)
  })

  test('refuses more than 16 KiB, and reads no further', async () => {
    const server = await start()
    const answer = await sendRaw(
      server.port,
      'POST /login HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 1000000\r\n\r\n',
      'x'.repeat(20_000),
    )
    expect(answer).toMatch(/^HTTP\/1\.1 413 /)
    expect(answer).toMatch(/connection: close/i)
  })

  test('gives up on a body that does not arrive, and closes the connection', async () => {
    const server = await start()
    const answer = sendRaw(
      server.port,
      'POST /login HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 50\r\n\r\n{"token": "',
    )
    await vi.waitFor(() => expect(server.clock.waiting).toBe(1))
    server.clock.advance(5_000)
    expect(await answer).toMatch(/^HTTP\/1\.1 408 /)
    expect(server.clock.waiting).toBe(0)
  })

  test('holds places for 64 unfinished bodies, and says so to the next', async () => {
    const server = await start()
    const head =
      'POST /login HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 50\r\n\r\n'
    const sockets = Array.from({ length: 64 }, () =>
      connect(server.port, '127.0.0.1').on('error', () => undefined),
    )
    for (const socket of sockets) socket.write(head)
    await vi.waitFor(() => expect(server.clock.waiting).toBe(64))
    expect((await logIn(server, TOKEN)).status).toBe(503)
    for (const socket of sockets) socket.destroy()
    await vi.waitFor(async () => expect((await logIn(server, TOKEN)).status).toBe(204))
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
    const server = await start()
    const head = `POST ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/json\r\n`
    const answer = await sendRaw(server.port, `${head}Content-Length: ${body.length}\r\n\r\n${body}`)
    expect(answer).toMatch(/^HTTP\/1\.1 401 /)
  })

  test.each(['GET', 'PUT', 'DELETE', 'OPTIONS', 'PROPFIND', 'MKCOL', 'TRACE'])('is no %s', async (method) => {
    const server = await start()
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
    const server = await start()
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
  const session = async (
    server: GuardedServer,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<unknown> => {
    const response = await fetch(new URL('session', server.url), { headers })
    expect(response.headers.get('cache-control')).toBe('no-store')
    return response.json()
  }
  const out = { mode: 'token', user: null, loggedIn: false, hint: expect.stringContaining('token') }

  test('says how to log in, and whether one is', async () => {
    const server = await start()
    expect(await session(server)).toEqual(out)
    expect(await session(server, { cookie: await sessionOf(server) })).toEqual({ ...out, loggedIn: true })
    expect(await session(server, bearer('wrong'))).toEqual(out)
  })

  test('is no way around the limit of attempts', async () => {
    const server = await start()
    for (let attempt = 0; attempt < 10; attempt += 1) await session(server, bearer('wrong'))
    expect(await session(server, bearer(TOKEN))).toEqual(out)
  })

  test('needs no login without authentication', async () => {
    const server = await startGuardedServer({ mode: 'none' })
    expect(await session(server)).toEqual({ mode: 'none', user: null, loggedIn: true })
    expect(await statusWith(server, {})).toBe(200)
    expect((await logIn(server, TOKEN)).status).toBe(404)
  })
})

describe('a call that stays open', () => {
  const open = (server: GuardedServer, headers: Readonly<Record<string, string>>) =>
    fetch(new URL('watched', server.url), { headers })

  test('ends when its user logs out, at once', async () => {
    const server = await start()
    const [mine, other] = [await sessionOf(server), await sessionOf(server)]
    await open(server, { cookie: mine })
    await open(server, { cookie: other })
    await logOut(server, mine)
    await vi.waitFor(() =>
      expect(server.changes).toEqual([expect.objectContaining({ reason: 'session ended' })]),
    )
  })

  test('ends when the token has changed, by session and by header', async () => {
    const server = await start()
    await open(server, { cookie: await sessionOf(server) })
    await open(server, bearer(TOKEN))
    server.clock.advance(5_000)
    await writeFile(server.tokenFile, 'another-token-of-enough-length')
    server.clock.advance(5_000)
    await vi.waitFor(() => expect(server.changes).toHaveLength(2))
    expect(server.changes.every((change) => change instanceof Refusal && change.status === 401)).toBe(true)
    expect(server.clock.waiting).toBe(0)
  })

  test('is not ended by an attacker who uses up its address’s attempts', async () => {
    const server = await start()
    await open(server, bearer(TOKEN))
    for (let attempt = 0; attempt < 20; attempt += 1) await statusWith(server, bearer('wrong'))
    server.clock.advance(5_000)
    await statusWith(server, bearer(TOKEN))
    expect(server.changes).toEqual([])
  })

  test('keeps its session in use', async () => {
    const server = await start()
    const cookie = await sessionOf(server)
    await open(server, { cookie })
    for (let hour = 0; hour < 5; hour += 1) {
      server.clock.advance(HOUR_MS)
      await statusWith(server, {})
    }
    expect(server.changes).toEqual([])
    expect(await statusWith(server, { cookie })).toBe(200)
  })
})
