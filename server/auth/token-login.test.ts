/** The mode `token`, attacked over HTTP. */
import { rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import {
  bearer,
  logIn,
  logOut,
  sessionOf,
  startGuardedServer,
  startTokenServer,
  statusWith,
  TOKEN,
} from '../testing/guarded-server.ts'
import { sendRaw } from '../testing/raw-http.ts'
import { temporaryFolder } from '../testing/temporary-folder.ts'

const HOUR_MS = 3_600_000

describe('a bearer token', () => {
  test('that is right lets in, for everything', async () => {
    const server = await startTokenServer()
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
    const server = await startTokenServer()
    const response = await fetch(server.url, { headers })
    expect(response.status).toBe(401)
    expect(response.headers.get('www-authenticate')).toBe('Bearer realm="flowtrace"')
    expect(response.headers.get('cache-control')).toBe('no-store')
    expect(await response.text()).not.toContain(TOKEN)
  })

  test('is refused when there are two headers, the first of which is right', async () => {
    const server = await startTokenServer()
    const answer = await sendRaw(
      server.port,
      `GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nAuthorization: Bearer ${TOKEN}\r\nAuthorization: Bearer x\r\n\r\n`,
    )
    expect(answer).toMatch(/^HTTP\/1\.1 400 /)
  })

  test('is neither logged nor shown', async () => {
    const server = await startTokenServer()
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
    const server = await startTokenServer()
    const { status, cookie, response } = await logIn(server, TOKEN)
    expect(status).toBe(204)
    expect(response.headers.get('set-cookie')).toMatch(
      new RegExp(`^flowtrace-${server.port}=[\\w-]{43}; Path=/; Max-Age=43200; HttpOnly; SameSite=Strict$`),
    )
    expect(await statusWith(server, { cookie: cookie ?? '' })).toBe(200)
  })

  test('is bound to the host and to TLS behind a trusted proxy that serves https', async () => {
    const server = await startTokenServer({ trustedProxies: ['127.0.0.1'], basePath: '/flows' })
    const { response } = await logIn(server, TOKEN, { 'x-forwarded-proto': 'https' })
    expect(response.headers.get('set-cookie')).toMatch(
      new RegExp(
        `^__Host-flowtrace-flows-${server.port}=[\\w-]{43}; Path=/; Secure; Max-Age=43200; HttpOnly; SameSite=Strict$`,
      ),
    )
  })

  test('has the base path for its path without TLS, whatever an untrusted client says', async () => {
    const server = await startTokenServer({ basePath: '/flows' })
    const { response } = await logIn(server, TOKEN, { 'x-forwarded-proto': 'https' })
    expect(response.headers.get('set-cookie')).toContain('Path=/flows; Max-Age')
  })

  test('is over after log-out: a replayed cookie is refused', async () => {
    const server = await startTokenServer()
    const cookie = await sessionOf(server)
    const response = await logOut(server, cookie)
    expect(response.status).toBe(204)
    expect(response.headers.get('set-cookie')).toMatch(/=; Path=\/; Max-Age=0; HttpOnly; SameSite=Strict$/)
    expect(await statusWith(server, { cookie })).toBe(401)
  })

  test('is not ended by another site', async () => {
    const server = await startTokenServer()
    const cookie = await sessionOf(server)
    expect((await logOut(server, cookie, { origin: 'http://evil.example' })).status).toBe(403)
    expect((await logOut(server, cookie, { 'sec-fetch-site': 'same-site' })).status).toBe(403)
    expect(await statusWith(server, { cookie })).toBe(200)
  })

  test('is known to its own gateway only', async () => {
    const [one, other] = [await startTokenServer(), await startTokenServer()]
    const value = (await sessionOf(one)).replace(/^[^=]*=/, '')
    expect(await statusWith(one, { cookie: `flowtrace-${one.port}=${value}` })).toBe(200)
    expect(await statusWith(other, { cookie: `flowtrace-${other.port}=${value}` })).toBe(401)
  })

  test('is found among cookies of the same name for other paths', async () => {
    const server = await startTokenServer()
    const cookie = await sessionOf(server)
    const name = `flowtrace-${server.port}`
    expect(await statusWith(server, { cookie: `${name}=other; a=b;${cookie}` })).toBe(200)
    expect(await statusWith(server, { cookie: `x${cookie}` })).toBe(401)
    expect(await statusWith(server, { cookie: `${cookie}x` })).toBe(401)
    expect(await statusWith(server, { cookie: `${name}=; ${name}` })).toBe(401)
  })

  test('of a login is a new one, whatever cookie came with it, and the old one is over', async () => {
    const server = await startTokenServer()
    const first = await sessionOf(server)
    const { cookie } = await logIn(server, TOKEN, { cookie: first })
    expect(cookie).not.toBe(first)
    expect(await statusWith(server, { cookie: first })).toBe(401)
  })

  test('ends after 2 hours without use, and after 12 hours with it', async () => {
    const server = await startTokenServer()
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
    const server = await startTokenServer()
    const [first, second] = [await sessionOf(server), await sessionOf(server)]
    expect(await statusWith(server, { cookie: first })).toBe(200)
    for (let count = 0; count < 1_999; count += 1) await sessionOf(server)
    expect(await statusWith(server, { cookie: first })).toBe(200)
    expect(await statusWith(server, { cookie: second })).toBe(401)
  })
})

describe('the token file', () => {
  test('is read again when it changes, which ends all sessions', async () => {
    const server = await startTokenServer()
    const cookie = await sessionOf(server)
    // As the kubelet and careful editors do it.
    await writeFile(`${server.tokenFile}.new`, 'another-token-of-enough-length')
    await rename(`${server.tokenFile}.new`, server.tokenFile)
    expect(await statusWith(server, { cookie })).toBe(401)
    expect(await statusWith(server, bearer(TOKEN))).toBe(401)
    expect(await statusWith(server, bearer('another-token-of-enough-length'))).toBe(200)
    await writeFile(server.tokenFile, TOKEN)
    expect(await statusWith(server, { cookie })).toBe(401)
    expect(await statusWith(server, bearer(TOKEN))).toBe(200)
  })

  test('that goes away lets nobody in, and is said once in the log', async () => {
    const server = await startTokenServer()
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
    const server = await startTokenServer({}, content)
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
    const server = await startTokenServer({}, `${TOKEN}\r\n`)
    await server.auth.checkSetup()
    expect(await statusWith(server, bearer(TOKEN))).toBe(200)
  })
})

describe('failed attempts', () => {
  test('are ten a minute and client, by login and by header together; then even the right token has to wait', async () => {
    const server = await startTokenServer()
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
    const server = await startTokenServer()
    const answers = await Promise.all(Array.from({ length: 40 }, () => statusWith(server, bearer('wrong'))))
    expect(answers.filter((status) => status === 401)).toHaveLength(10)
    expect(answers.filter((status) => status === 429)).toHaveLength(30)
  })

  test('are counted for each client behind a trusted proxy, and for all together', async () => {
    const server = await startTokenServer({ trustedProxies: ['127.0.0.0/8'] })
    const from = (client: string, token = 'wrong') =>
      statusWith(server, { ...bearer(token), 'x-forwarded-for': `${TOKEN}, ${client}` })
    for (let attempt = 0; attempt < 10; attempt += 1) expect(await from('10.0.0.1')).toBe(401)
    expect(await from('10.0.0.1', TOKEN)).toBe(429)
    expect(await from('10.0.0.2', TOKEN)).toBe(200)
    for (let attempt = 0; attempt < 10; attempt += 1) expect(await from(`2001:db8:1:1::${attempt}`)).toBe(401)
    expect(await from('2001:db8:1:1::ffff')).toBe(429)
    for (let client = 0; client < 80; client += 1) expect(await from(`10.1.0.${client}`)).toBe(401)
    // Everybody has one attempt left.
    expect(await from('10.2.0.1', TOKEN)).toBe(200)
    expect(await from('10.2.0.2')).toBe(401)
    expect(await from('10.2.0.2', TOKEN)).toBe(429)
  })

  test('of an untrusted client count for its own address, whatever it says', async () => {
    const server = await startTokenServer()
    for (let attempt = 0; attempt < 10; attempt += 1)
      await statusWith(server, { ...bearer('wrong'), 'x-forwarded-for': `10.0.0.${attempt}` })
    expect(await statusWith(server, bearer('wrong'))).toBe(429)
  })

  test('fill no log: five lines a minute and reason, then a count', async () => {
    const server = await startTokenServer({ trustedProxies: ['127.0.0.1'] })
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
