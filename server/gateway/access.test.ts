import { IncomingMessage } from 'node:http'
import { Socket } from 'node:net'
import { describe, expect, test } from 'vitest'
import { allowedHostNames, hostNameOf, isHostAllowed, isLoopback, isSameOrigin } from './access.ts'

describe('a listening address', () => {
  test.each(['127.0.0.1', '127.1.2.3', '::1', 'localhost', 'LOCALHOST', 'a.localhost'])(
    '%s is a loopback',
    (host) => {
      expect(isLoopback(host)).toBe(true)
    },
  )

  test.each([
    '0.0.0.0',
    '::',
    '10.0.0.1',
    '127.0.0.1.evil.example',
    'localhost.evil.example',
    'evillocalhost',
    'evil-localhost',
    'localhost.',
    '',
  ])('%j is none', (host) => {
    expect(isLoopback(host)).toBe(false)
  })
})

describe('a Host header', () => {
  test.each([
    ['127.0.0.1:8081', '127.0.0.1'],
    ['Localhost', 'localhost'],
    ['[::1]:8081', '::1'],
    ['flows.example:443', 'flows.example'],
  ])('%s names %s', (host, name) => {
    expect(hostNameOf(host)).toBe(name)
  })

  test.each(['', 'a b', 'a:b', 'http://a', 'a/b', 'user@a', 'a:123456'])('%j is malformed', (host) => {
    expect(hostNameOf(host)).toBeNull()
  })

  test('of the loopback, or one that was allowed, is answered; another or none is not', () => {
    const allowed = allowedHostNames('127.0.0.1', ['flows.example'])
    expect(isHostAllowed('localhost:1', allowed)).toBe(true)
    expect(isHostAllowed('flows.example', allowed)).toBe(true)
    expect(isHostAllowed('evil.example', allowed)).toBe(false)
    expect(isHostAllowed('evillocalhost:8081', allowed)).toBe(false)
    expect(isHostAllowed('evilflows.example', allowed)).toBe(false)
    expect(isHostAllowed(undefined, allowed)).toBe(false)
  })

  test('of any name is answered by a gateway that listens to the network', () => {
    expect(isHostAllowed('flows.example', allowedHostNames('0.0.0.0', []))).toBe(true)
  })
})

function from(headers: IncomingMessage['headers']): boolean {
  const request = new IncomingMessage(new Socket())
  request.headers = headers
  return isSameOrigin(request)
}

describe('a request', () => {
  test('of our own page is of the same origin, behind TLS too', () => {
    expect(from({ host: 'a.example:8081', origin: 'http://a.example:8081' })).toBe(true)
    expect(from({ host: 'a.example', origin: 'https://a.example' })).toBe(true)
  })

  test('of another page, or of a page without an origin, is not', () => {
    expect(from({ host: 'a.example', origin: 'https://b.example' })).toBe(false)
    expect(from({ host: 'a.example', origin: 'https://a.example:8443' })).toBe(false)
    expect(from({ host: 'a.example', origin: 'null' })).toBe(false)
  })

  test('is judged by Sec-Fetch-Site where the browser sends it', () => {
    expect(from({ host: 'inner', origin: 'https://outer.example', 'sec-fetch-site': 'same-origin' })).toBe(
      true,
    )
    expect(from({ host: 'a.example', 'sec-fetch-site': 'cross-site' })).toBe(false)
    expect(from({ host: 'a.example', 'sec-fetch-site': 'same-site' })).toBe(false)
  })

  test('of no page at all is let through', () => {
    expect(from({ host: 'a.example' })).toBe(true)
  })
})
