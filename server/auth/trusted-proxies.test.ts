import { IncomingMessage } from 'node:http'
import { Socket } from 'node:net'
import { describe, expect, test } from 'vitest'
import { TrustedProxies } from './trusted-proxies.ts'

function requestFrom(peer: string | undefined, headers: readonly string[] = []): IncomingMessage {
  const socket = new Socket()
  Object.defineProperty(socket, 'remoteAddress', { value: peer })
  const request = new IncomingMessage(socket)
  request.rawHeaders = [...headers]
  return request
}

describe('a listed address', () => {
  test.each([
    ['10.1.2.3', '10.1.2.3', true],
    ['10.1.2.3', '10.1.2.4', false],
    ['10.0.0.0/8', '10.255.0.1', true],
    ['10.0.0.0/8', '11.0.0.1', false],
    ['10.0.0.0/8', '::ffff:10.1.1.1', true],
    ['::ffff:10.0.0.1', '10.0.0.1', true],
    ['fd00::/8', 'fd12:3456::1', true],
    ['fd00::/8', 'fe80::1', false],
    ['::/0', '10.0.0.1', false],
    ['0.0.0.0/0', 'fd00::1', false],
    ['0.0.0.0/0', 'anything', false],
  ])('%s has %s: %s', (range, peer, listed) => {
    expect(new TrustedProxies([range]).sent(requestFrom(peer))).toBe(listed)
  })

  test('has no connection that is gone', () => {
    const proxies = new TrustedProxies(['0.0.0.0/0', '::/0'])
    expect(proxies.sent(requestFrom(undefined))).toBe(false)
    expect(proxies.clientAddress(requestFrom(undefined))).toBe('unknown')
  })

  test.each([
    '',
    'localhost',
    '10.0.0.0/33',
    '10.0.0.0/',
    '10.0.0.0/8/8',
    '10.0.0/8',
    '::/129',
    '::ffff:10.0.0.0/104',
    '/8',
    '10.0.0.0/-1',
  ])('is not %j', (range) => {
    expect(() => new TrustedProxies([range])).toThrow(/an address or a range/)
  })
})

describe('the client’s address', () => {
  const proxies = new TrustedProxies(['10.0.0.0/8'])
  test.each([
    ['the peer without a proxy', '192.0.2.1', ['198.51.100.1'], '192.0.2.1'],
    ['what the proxy says', '10.0.0.1', ['198.51.100.1'], '198.51.100.1'],
    [
      'the last one that no proxy of ours is',
      '10.0.0.1',
      ['203.0.113.9, 198.51.100.1, 10.0.0.2'],
      '198.51.100.1',
    ],
    ['read over several headers', '10.0.0.1', ['203.0.113.9', '198.51.100.1, 10.0.0.2'], '198.51.100.1'],
    ['that of the proxy when it says nothing', '10.0.0.1', [], '10.0.0.1'],
    ['that of the proxy before nonsense', '10.0.0.1', ['198.51.100.1, unknown, 10.0.0.2'], '10.0.0.2'],
    ['the first of a chain of proxies alone', '10.0.0.1', ['10.0.0.3, 10.0.0.2'], '10.0.0.3'],
  ])('is %s', (_, peer, forwarded, client) => {
    const headers = forwarded.flatMap((value) => ['X-Forwarded-For', value])
    expect(proxies.clientAddress(requestFrom(peer, headers))).toBe(client)
  })
})
