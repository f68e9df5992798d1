import { describe, expect, test } from 'vitest'
import { canonicalAddress, hostNameOf, isLoopback } from './host-name.ts'

describe('a listening address', () => {
  test.each([
    '127.0.0.1',
    '127.1.2.3',
    '::1',
    '0:0:0:0:0:0:0:1',
    '::ffff:127.0.0.1',
    '::ffff:7f00:1',
    'localhost',
    'LOCALHOST',
    'localhost.',
    'a.localhost',
    'a.b.LocalHost.',
  ])('%s is a loopback', (host) => {
    expect(isLoopback(host)).toBe(true)
  })

  test.each([
    '0.0.0.0',
    '::',
    '10.0.0.1',
    '::ffff:10.0.0.1',
    '::7f00:1',
    '127.1',
    '127.0.0.1.',
    '127.0.0.1.evil.example',
    'localhost.evil.example',
    'evillocalhost',
    'evil-localhost',
    'a@b.localhost.evil',
    '.localhost',
    'a..localhost',
    'localhost..',
    '[::1]',
    '::1%lo',
    '',
    '.',
  ])('%j is none', (host) => {
    expect(isLoopback(host)).toBe(false)
  })
})

describe('a Host header', () => {
  test.each([
    ['127.0.0.1:8081', '127.0.0.1'],
    ['Localhost', 'localhost'],
    ['localhost.:8081', 'localhost'],
    ['[::1]:8081', '::1'],
    ['[0:0:0:0:0:0:0:1]', '::1'],
    ['[2001:DB8::0:1]', '2001:db8::1'],
    ['[::ffff:10.0.0.1]', '10.0.0.1'],
    ['flows.example:443', 'flows.example'],
    ['Flows.Example.', 'flows.example'],
  ])('%s names %s', (host, name) => {
    expect(hostNameOf(host)).toBe(name)
  })

  test.each([
    '',
    '.',
    ':8081',
    'a b',
    'a:b',
    'http://a',
    'a/b',
    'user@a',
    'localhost@evil.example',
    'a:123456',
    'a..b',
    '.a',
    'a..',
    '[]',
    '[::1',
    '::1',
    '[::1%25lo]',
    '[127.0.0.1]',
    '[localhost]',
    'local%68ost',
    'ｌocalhost',
    'a,b',
    'localhost\0',
    `${'a'.repeat(64)}.example`,
  ])('%j is malformed', (host) => {
    expect(hostNameOf(host)).toBeNull()
  })
})

test('an address has one text', () => {
  expect(canonicalAddress('::FFFF:1.2.3.4')).toBe('1.2.3.4')
  expect(canonicalAddress('2001:db8:0:0::1')).toBe('2001:db8::1')
  expect(canonicalAddress('fe80::1%eth0')).toBeNull()
  expect(canonicalAddress('01.2.3.4')).toBeNull()
  expect(canonicalAddress('name')).toBeNull()
})
