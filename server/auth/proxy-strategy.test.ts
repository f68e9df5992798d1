/** The mode `proxy`, with forged, doubled and folded headers. */
import { describe, expect, test } from 'vitest'
import { readSession, startGuardedServer, statusWith, type GuardedServer } from '../testing/guarded-server.ts'
import { sendRaw } from '../testing/raw-http.ts'
import type { ProxyAuthOptions } from './auth-options.ts'

const GROUPS = { 'team-a': ['frontend', 'backend'], 'team-b': ['backend', 'db'], admins: 'all' } as const

/** A server that believes its own machine; not so with `trustedProxies` of another address. */
function start(
  options: Partial<ProxyAuthOptions> = {},
  trustedProxies: readonly string[] = ['10.0.0.0/8', '127.0.0.0/8'],
): Promise<GuardedServer> {
  return startGuardedServer({ mode: 'proxy', groups: GROUPS, ...options }, { trustedProxies })
}

/** The viewer that a call with these headers is, or its status. */
async function viewerOf(server: GuardedServer, headers: Readonly<Record<string, string>>): Promise<unknown> {
  const response = await fetch(server.url, { headers })
  return response.ok ? response.json() : response.status
}

describe('the proxy’s word', () => {
  test.each([
    ['admins', 'all'],
    ['team-a', ['backend', 'frontend']],
    [' team-b , unknown,, team-a ', ['backend', 'db', 'frontend']],
    ['team-a,admins', 'all'],
    ['Team-A', []],
    ['', []],
    ['constructor,__proto__,toString', []],
  ])('names the user, and by the groups %j the namespaces', async (groups, namespaces) => {
    expect(
      await viewerOf(await start(), { 'x-forwarded-user': 'ann', 'x-forwarded-groups': groups }),
    ).toEqual({
      name: 'ann',
      namespaces,
      hidesOtherEnd: false,
    })
  })

  test('without groups in the configuration opens everything to each user', async () => {
    const server = await startGuardedServer(
      { mode: 'proxy', hidesOtherEnd: true },
      { trustedProxies: ['127.0.0.1'] },
    )
    const viewer = { name: 'ann', namespaces: 'all', hidesOtherEnd: true }
    expect(await viewerOf(server, { 'x-forwarded-user': 'ann' })).toEqual(viewer)
    expect(await statusWith(server, {})).toBe(401)
  })

  test('may be in headers of other names, and then in those alone', async () => {
    const server = await start({
      headers: {
        user: 'X-Auth-Request-User',
        groups: 'X-Auth-Request-Groups',
        email: 'X-Auth-Request-Email',
      },
    })
    expect(
      await viewerOf(server, { 'x-auth-request-user': 'ann', 'x-auth-request-groups': 'admins' }),
    ).toMatchObject({
      name: 'ann',
      namespaces: 'all',
    })
    expect(
      await viewerOf(server, { 'x-auth-request-user': 'ann', 'x-forwarded-groups': 'admins' }),
    ).toMatchObject({ namespaces: [] })
    expect(await viewerOf(server, { 'x-forwarded-user': 'ann' })).toBe(401)
  })

  test('names a user without an id by the e-mail address', async () => {
    const server = await start()
    expect(await viewerOf(server, { 'x-forwarded-email': 'ann@example.org' })).toMatchObject({
      name: 'ann@example.org',
    })
    expect(
      await viewerOf(server, { 'x-forwarded-user': ' ', 'x-forwarded-email': 'ann@example.org' }),
    ).toMatchObject({ name: 'ann@example.org' })
  })

  test('is read as UTF-8', async () => {
    const name = Buffer.from('Änne', 'utf8').toString('latin1')
    expect(await viewerOf(await start(), { 'x-forwarded-user': name })).toMatchObject({ name: 'Änne' })
  })

  test('shows in GET /session', async () => {
    const server = await start()
    expect(await readSession(server, { 'x-forwarded-user': 'ann' })).toEqual({
      mode: 'proxy',
      user: 'ann',
      loggedIn: true,
    })
    expect(await readSession(server)).toEqual({ mode: 'proxy', user: null, loggedIn: false })
  })
})

/** The status line of the answer to a call with exactly these header lines. */
async function raw(server: GuardedServer, ...headers: readonly string[]): Promise<string> {
  const lines = ['GET / HTTP/1.1', 'Host: localhost', 'Connection: close', ...headers]
  return (await sendRaw(server.port, `${lines.join('\r\n')}\r\n\r\n`)).slice(0, 12)
}

describe('is refused', () => {
  test.each([
    { 'x-forwarded-user': 'admin' },
    { 'x-forwarded-groups': 'admins' },
    { 'x-forwarded-email': 'admin@example.org' },
    { 'x-forwarded-user': 'admin', 'x-forwarded-for': '10.0.0.1' },
    { 'x-forwarded-user': '' },
  ])('%j from an address that is not listed, and logged', async (headers) => {
    const server = await start({}, ['10.0.0.0/8', '127.0.0.2', '::1'])
    expect(await statusWith(server, headers)).toBe(403)
    expect(server.log).toEqual([
      {
        level: 'warn',
        event: 'viewer refused',
        fields: { reason: 'identity headers from an unlisted address', client: '127.0.0.1', status: 403 },
      },
    ])
  })

  test('a call without identity, from the proxy and from elsewhere', async () => {
    expect(await statusWith(await start(), {})).toBe(401)
    expect(await statusWith(await start(), { 'x-forwarded-groups': 'admins' })).toBe(401)
    expect(
      await statusWith(await start(), { 'x-forwarded-user': '  ', 'x-forwarded-groups': 'admins' }),
    ).toBe(401)
    expect(await statusWith(await start({}, ['10.0.0.1']), {})).toBe(401)
    expect(
      await statusWith(await start(), { authorization: 'Bearer admins', cookie: 'flowtrace=admin' }),
    ).toBe(401)
  })

  test.each([
    ['user', ['X-Forwarded-User: ann', 'x-forwarded-user: admin']],
    ['groups', ['X-Forwarded-User: ann', 'X-Forwarded-Groups: team-a', 'X-Forwarded-Groups: admins']],
    ['email', ['X-Forwarded-Email: ann@example.org', 'X-FORWARDED-EMAIL: admin@example.org']],
  ])('a second header for %s', async (_, headers) => {
    expect(await raw(await start(), ...headers)).toBe('HTTP/1.1 400')
  })

  test('a folded header, and one with a space before its colon', async () => {
    const server = await start()
    expect(await raw(server, 'X-Forwarded-User: ann', ' admin')).toBe('HTTP/1.1 400')
    expect(await raw(server, 'X-Forwarded-User : admin')).toBe('HTTP/1.1 400')
    expect(await raw(server, 'X-Forwarded-User: ann\0admin')).toBe('HTTP/1.1 400')
  })

  test('a header with underscores, which some servers read as dashes', async () => {
    expect(await raw(await start(), 'X_Forwarded_User: admin')).toBe('HTTP/1.1 401')
  })

  test('a name that no user has', async () => {
    expect(await statusWith(await start(), { 'x-forwarded-user': 'a'.repeat(257) })).toBe(400)
  })

  test('a gateway that names no proxy', async () => {
    await expect(start({}, [])).rejects.toThrow(/needs the addresses of the proxies/)
  })
})
