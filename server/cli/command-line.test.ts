import { describe, expect, test } from 'vitest'
import { HELP, parseCommand } from './command-line.ts'
import { UsageError } from './usage-error.ts'

const DEFAULTS = {
  command: 'serve',
  host: '127.0.0.1',
  port: 8081,
  basePath: '',
  allowedHosts: [],
  source: { kind: 'demo' },
}

test('without anything the demo is served on 127.0.0.1:8081', () => {
  expect(parseCommand([])).toEqual(DEFAULTS)
  expect(parseCommand(['serve', '--demo'])).toEqual(DEFAULTS)
})

test('the server is set by flags', () => {
  const argv = [
    '--port',
    '0',
    '--host=::1',
    '--base-path',
    '/ops/flowtrace/',
    '--allow-host',
    'Flows.example',
  ]
  expect(parseCommand([...argv, '--allow-host', 'b'])).toEqual({
    ...DEFAULTS,
    port: 0,
    host: '::1',
    basePath: '/ops/flowtrace',
    allowedHosts: ['flows.example', 'b'],
  })
})

test('a capture is named by its file', () => {
  expect(parseCommand(['--capture', '/var/log/flows.jsonl'])).toMatchObject({
    source: { kind: 'capture', path: '/var/log/flows.jsonl', name: 'flows.jsonl' },
  })
})

test('a Goldmane is reached over TLS, with what was given', () => {
  const argv = [
    '--goldmane',
    'https://goldmane:7443',
    '--ca',
    'ca.crt',
    '--cert',
    'tls.crt',
    '--key',
    'tls.key',
  ]
  expect(parseCommand([...argv, '--server-name', 'goldmane.calico-system.svc'])).toMatchObject({
    source: {
      kind: 'goldmane',
      upstream: {
        url: 'https://goldmane:7443',
        tls: { ca: 'ca.crt', cert: 'tls.crt', key: 'tls.key', serverName: 'goldmane.calico-system.svc' },
      },
    },
  })
})

test('a Goldmane on the loopback needs no TLS', () => {
  expect(parseCommand(['--goldmane', 'http://[::1]:7443'])).toMatchObject({
    source: { kind: 'goldmane', upstream: { url: 'http://[::1]:7443' } },
  })
})

test('a cluster is reached through kubectl, in its current context unless another one is given', () => {
  expect(parseCommand(['--kubectl'])).toMatchObject({
    source: { kind: 'kubectl', context: null, namespace: 'calico-system' },
  })
  expect(parseCommand(['--kubectl', '--context', 'a@b', '--namespace', 'calico'])).toMatchObject({
    source: { kind: 'kubectl', context: 'a@b', namespace: 'calico' },
  })
})

test.each([['--help'], ['-h'], ['serve', '--help', '--port', 'x']])('%s asks for help', (...argv) => {
  expect(parseCommand(argv)).toEqual({ command: 'help' })
})

test('the version is asked for by --version', () => {
  expect(parseCommand(['--version'])).toEqual({ command: 'version' })
})

describe('a command line that makes no sense is refused in one line', () => {
  const senseless = [
    ['--port', 'abc'],
    ['--port', '65536'],
    ['--port', '-1'],
    ['--port', '80.5'],
    ['--port'],
    ['--host', ''],
    ['--base-path', 'flowtrace'],
    ['--base-path', '/a//b'],
    ['--base-path', '/../x'],
    ['--base-path', '//evil.example'],
    ['--allow-host', 'http://a'],
    ['--goldmane', 'goldmane:7443'],
    ['--goldmane', 'ftp://goldmane'],
    ['--goldmane', 'https://goldmane:7443/path'],
    ['--goldmane', 'https://user:secret@goldmane:7443'],
    ['--goldmane', 'http://goldmane.calico-system.svc:7443'],
    ['--goldmane', 'http://127.0.0.1:7443', '--ca', 'ca.crt'],
    ['--goldmane', 'https://goldmane:7443', '--cert', 'tls.crt'],
    ['--goldmane', 'https://goldmane:7443', '--key', 'tls.key'],
    ['--goldmane', 'https://goldmane:7443', '--ca', ''],
    ['--goldmane', 'https://goldmane:7443', '--capture', 'a.jsonl'],
    ['--demo', '--capture', 'a.jsonl'],
    ['--capture', ''],
    ['--kubectl', '--demo'],
    ['--kubectl', '--goldmane', 'https://goldmane:7443'],
    ['--kubectl', '--capture', 'a.jsonl'],
    ['--kubectl', '--ca', 'ca.crt'],
    ['--kubectl', '--context', ''],
    ['--kubectl', '--namespace', '--kubeconfig'],
    ['--kubectl', '--namespace=-A'],
    ['--kubectl', '--namespace', 'Calico'],
    ['--context', 'lab'],
    ['--namespace', 'calico-system'],
    ['--ca', 'ca.crt'],
    ['--server-name', 'x', '--demo'],
    ['--bogus'],
    ['--demo=yes'],
    ['record'],
    ['serve', 'something'],
  ]
  test.each(senseless.map((argv) => [argv.join(' '), argv] as const))('%s', (_, argv) => {
    expect(() => parseCommand(argv)).toThrow(UsageError)
    expect(() => parseCommand(argv)).toThrow(/^[^\n]+$/)
  })
})

test('the help names every flag', () => {
  for (const flag of 'port host base-path allow-host demo goldmane ca cert key server-name capture kubectl context namespace'.split(
    ' ',
  )) {
    expect(HELP).toContain(`--${flag} `)
  }
})
