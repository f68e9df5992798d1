import { expect, test } from 'vitest'
import { UsageError } from '../lib/usage-error.ts'
import { parseReplay } from './replay-options.ts'

test('a replay has a file, a port and a clock', () => {
  expect(parseReplay(['flows.gz'])).toEqual({
    command: 'replay',
    path: 'flows.gz',
    host: '127.0.0.1',
    port: 7443,
    speed: null,
    loop: false,
    fromNow: false,
  })
  expect(parseReplay(['-', '--port=0', '--host=::1', '--speed=2.5', '--loop', '--from-now'])).toMatchObject({
    path: null,
    host: '::1',
    port: 0,
    speed: 2.5,
    loop: true,
    fromNow: true,
  })
  expect(parseReplay(['x', '--host', '0.0.0.0', '--insecure-allow-anyone-to-read-all-flows'])).toMatchObject({
    host: '0.0.0.0',
  })
})

test.each([
  [[], 'wants a capture FILE'],
  [['a', 'b'], 'takes one FILE'],
  [['a', '--port', '70000'], '0 to 65535'],
  [['a', '--speed', '0.5'], '1 to 3600'],
  [['a', '--speed', '3601'], '1 to 3600'],
  [['a', '--speed', 'fast'], '--speed wants all'],
  [['a', '--loop'], '--loop needs --speed'],
  [['a', '--host', '0.0.0.0'], 'could read all flows'],
  [['a', '--rewind'], '--rewind'],
])('%j is refused', (argv, message) => {
  expect(() => parseReplay(argv)).toThrow(UsageError)
  expect(() => parseReplay(argv)).toThrow(message)
})
