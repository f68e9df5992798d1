import { IncomingMessage } from 'node:http'
import { Socket } from 'node:net'
import { describe, expect, test } from 'vitest'
import { TrustedProxies } from '../auth/trusted-proxies.ts'
import { ANY_IP, checkHost, checkOrigin, parseAllowedHost, type AccessRules } from './access.ts'

const RULES: AccessRules = { allowedHosts: [], allowsAnyHost: false, proxies: new TrustedProxies([]) }

/** A request with these headers as the client sent them. */
function request(rawHeaders: readonly string[], { url = '/', method = 'GET' } = {}): IncomingMessage {
  const message = new IncomingMessage(new Socket())
  message.rawHeaders = [...rawHeaders]
  message.url = url
  message.method = method
  return message
}

function statusOfHost(host: string, rules: Partial<AccessRules> = {}): number {
  return checkHost(request(['Host', host]), { ...RULES, ...rules })?.status ?? 200
}

describe('a Host header', () => {
  test.each([
    'localhost:1',
    '127.0.0.1:8081',
    '[::1]',
    'LOCALHOST.',
    'a.localhost',
    'flows.example',
    'Flows.Example.:80',
  ])('%s of the loopback or of the list is answered', (host) => {
    expect(statusOfHost(host, { allowedHosts: ['flows.example'] })).toBe(200)
  })

  test.each([
    'evil.example',
    'evillocalhost:8081',
    'evilflows.example',
    'a.flows.example',
    '10.0.0.1',
    '[2001:db8::1]',
  ])('%s is not, whatever the address on which the gateway listens', (host) => {
    expect(statusOfHost(host, { allowedHosts: ['flows.example'] })).toBe(403)
  })

  test('of an address is answered when the list has it, or all of them', () => {
    expect(statusOfHost('10.0.0.1:30082', { allowedHosts: ['10.0.0.1'] })).toBe(200)
    expect(statusOfHost('[2001:DB8:0::1]', { allowedHosts: [parseAllowedHost('2001:db8::1') ?? ''] })).toBe(
      200,
    )
    expect(statusOfHost('10.0.0.1', { allowedHosts: [ANY_IP] })).toBe(200)
    expect(statusOfHost('evil.example', { allowedHosts: [ANY_IP] })).toBe(403)
    expect(statusOfHost('10.0.0.1.evil.example', { allowedHosts: [ANY_IP] })).toBe(403)
  })

  test('of any name is answered when the flag says so, but no malformed one', () => {
    expect(statusOfHost('flows.example', { allowsAnyHost: true })).toBe(200)
    expect(statusOfHost('a b', { allowsAnyHost: true })).toBe(400)
  })

  test('that is missing, empty or doubled is refused', () => {
    expect(checkHost(request([]), RULES)?.status).toBe(400)
    expect(statusOfHost('')).toBe(400)
    expect(checkHost(request(['Host', 'localhost', 'host', 'evil.example']), RULES)?.status).toBe(400)
    expect(checkHost(request(['Host', 'localhost', 'host', 'localhost']), RULES)?.status).toBe(400)
  })

  test('of HTTP/2 may stand beside :authority when both say the same', () => {
    expect(checkHost(request([':authority', 'localhost:1']), RULES)).toBeNull()
    expect(checkHost(request([':authority', 'localhost:1', 'host', 'localhost:1']), RULES)).toBeNull()
    expect(checkHost(request([':authority', 'evil.example', 'host', 'localhost']), RULES)?.status).toBe(400)
    expect(checkHost(request([':authority', 'evil.example']), RULES)?.status).toBe(403)
  })
})

test.each(['http://evil.example/', 'http://localhost/', '*', 'localhost:80', ''])(
  'the request target %j is refused',
  (url) => {
    expect(checkHost(request(['Host', 'localhost'], { url }), RULES)?.status).toBe(400)
  },
)

function isLetThrough(headers: Readonly<Record<string, string>>, method = 'POST'): boolean {
  return checkOrigin(request(Object.entries(headers).flat(), { method }), RULES) === null
}

describe('a request', () => {
  test('of our own page is of the same origin', () => {
    expect(isLetThrough({ host: 'a.example:8081', origin: 'http://a.example:8081' })).toBe(true)
    expect(isLetThrough({ host: 'A.example:80', origin: 'http://a.example' })).toBe(true)
    expect(isLetThrough({ host: '[::1]:8081', origin: 'http://[::1]:8081' })).toBe(true)
  })

  test.each([
    'https://b.example',
    'http://a.example:8443',
    'https://a.example',
    'http://a.example.evil.example',
    'http://evil.example#a.example',
    'ftp://a.example',
    'a.example',
    'null',
    '',
  ])('of the origin %j is not', (origin) => {
    expect(isLetThrough({ host: 'a.example', origin })).toBe(false)
  })

  test('of our own page behind TLS is of the scheme https', () => {
    const proxies = new TrustedProxies(['10.0.0.0/8'])
    const socket = new Socket()
    Object.defineProperty(socket, 'remoteAddress', { value: '::ffff:10.1.1.1' })
    const message = new IncomingMessage(socket)
    const judge = (origin: string, proto: string) => {
      message.rawHeaders = ['Host', 'a.example', 'Origin', origin, 'X-Forwarded-Proto', proto]
      return checkOrigin(message, { ...RULES, proxies }) === null
    }
    expect(judge('https://a.example', 'https')).toBe(true)
    expect(judge('http://a.example', 'https')).toBe(false)
    expect(judge('https://a.example', 'http')).toBe(false)
    expect(judge('https://a.example', 'http, https')).toBe(false)
    expect(
      isLetThrough({ host: 'a.example', origin: 'https://a.example', 'x-forwarded-proto': 'https' }),
    ).toBe(false)
  })

  test('is judged by Sec-Fetch-Site where the browser sends it', () => {
    const rewritten = { host: 'inner', origin: 'https://outer.example' }
    expect(isLetThrough({ ...rewritten, 'sec-fetch-site': 'same-origin' })).toBe(true)
    for (const site of ['cross-site', 'same-site', '', 'Same-Origin', 'anything'])
      expect(isLetThrough({ host: 'a.example', 'sec-fetch-site': site })).toBe(false)
    expect(isLetThrough({ host: 'a', origin: 'null', 'sec-fetch-site': 'same-origin' })).toBe(false)
  })

  test('that the user typed may read, but not write', () => {
    expect(isLetThrough({ host: 'a', 'sec-fetch-site': 'none' }, 'GET')).toBe(true)
    expect(isLetThrough({ host: 'a', 'sec-fetch-site': 'none' }, 'POST')).toBe(false)
  })

  test('with two origins, or two answers to where it is from, is refused', () => {
    for (const [name, first, second] of [
      ['Origin', 'http://a.example', 'http://evil.example'],
      ['Sec-Fetch-Site', 'same-origin', 'cross-site'],
    ] as const) {
      const message = request(['Host', 'a.example', name, first, name, second], { method: 'POST' })
      expect(checkOrigin(message, RULES)?.status).toBe(403)
    }
  })

  test('of no page at all is let through', () => {
    expect(isLetThrough({ host: 'a.example' })).toBe(true)
  })
})
