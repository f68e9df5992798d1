import { describe, expect, test } from 'vitest'
import { HELP, parseCommand } from './command-line.ts'
import { SETTING_NAMES, SETTINGS } from '../config/settings.ts'
import { UsageError } from '../lib/usage-error.ts'

function served(...argv: readonly string[]) {
  const command = parseCommand(argv)
  if (command.command !== 'serve') throw new Error('not a command to serve')
  return command
}

test('without anything the demo is served on 127.0.0.1:8081', () => {
  const { values, source } = served()
  expect(values).toMatchObject({
    host: '127.0.0.1',
    port: 8081,
    'base-path': '',
    'allow-host': [],
    auth: 'none',
  })
  expect(source).toEqual({ kind: 'demo', step: 'lab', memory: 256 * 1024 * 1024 })
  expect(served('serve', '--demo').source).toEqual(source)
  expect(served('--demo', 'serve').source).toEqual(source)
})

test('the demo begins with a step of its story, named by the flag or the variable', () => {
  const stepOf = ({ source }: ReturnType<typeof served>) => (source.kind === 'demo' ? source.step : null)
  expect(stepOf(served('--demo', 'option-c'))).toBe('option-c')
  expect(stepOf(served('serve', '--demo=staged', '--port', '0'))).toBe('staged')
  expect(stepOf(served('--demo', '--port', '0'))).toBe('lab')
  const command = parseCommand([], { FLOWTRACE_DEMO: 'dns' })
  expect(command).toMatchObject({ source: { kind: 'demo', step: 'dns' } })
  expect(() => parseCommand(['--demo', 'option-d'])).toThrow(
    /^--demo wants true, false, lab, part-1, .* or staged, not "option-d"$/,
  )
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
  expect(served(...argv, '--allow-host', 'b').values).toMatchObject({
    port: 0,
    host: '::1',
    'base-path': '/ops/flowtrace',
    'allow-host': ['flows.example', 'b'],
  })
})

test('a capture is named by its file', () => {
  expect(served('--capture', '/var/log/flows.jsonl').source).toEqual({
    kind: 'capture',
    path: '/var/log/flows.jsonl',
    name: 'flows.jsonl',
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
  expect(served(...argv, '--server-name', 'goldmane.calico-system.svc').source).toEqual({
    kind: 'goldmane',
    clusters: [
      {
        name: 'goldmane',
        title: 'goldmane:7443',
        memory: 256 * 1024 * 1024,
        policies: null,
        history: true,
        upstream: {
          url: 'https://goldmane:7443',
          tls: { ca: 'ca.crt', cert: 'tls.crt', key: 'tls.key', serverName: 'goldmane.calico-system.svc' },
        },
      },
    ],
  })
})

test('a Goldmane on the loopback needs no TLS', () => {
  expect(served('--goldmane', 'http://[::1]:7443').source).toMatchObject({
    clusters: [{ upstream: { url: 'http://[::1]:7443' } }],
  })
})

test('a cluster is reached through kubectl, in its current context unless another one is given', () => {
  expect(served('--kubectl').source).toMatchObject({
    kind: 'kubectl',
    context: null,
    namespace: 'calico-system',
  })
  expect(served('--kubectl', '--context', 'a@b', '--namespace', 'calico').source).toMatchObject({
    kind: 'kubectl',
    context: 'a@b',
    namespace: 'calico',
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
    ['--name', 'Prod', '--goldmane', 'https://goldmane:7443'],
    ['--memory', '1TB'],
    ['--memory', '15MB'],
    ['--tls-cert', 'a.crt'],
    ['--tls-cert', 'a.crt', '--tls-key', 'a.key', '--tls-self-signed'],
    ['--auth', 'basic'],
    ['--auth', 'token'],
    ['--auth', 'proxy'],
    ['--auth-api-server', 'https://10.0.0.1'],
    ['--metrics-listen', '9090'],
    ['--log-format', 'xml'],
    ['--config', '/none/flowtrace.yaml'],
    ['--demo=yes'],
    ['--demo', 'option-d'],
    ['--demo', 'option-c', 'dns'],
    ['--', '--demo', 'option-c'],
    ['record'],
    ['serve', 'something'],
  ]
  test.each(senseless.map((argv) => [argv.join(' '), argv] as const))('%s', (_, argv) => {
    expect(() => parseCommand(argv)).toThrow(UsageError)
    expect(() => parseCommand(argv)).toThrow(/^[^\n]+$/)
  })
})

test('the help names every flag, in lines that a terminal has', () => {
  for (const name of SETTING_NAMES.filter((each) => !SETTINGS[each].kind.isStructure)) {
    expect(HELP).toMatch(new RegExp(`^  --${name}( |$)`, 'm'))
  }
  for (const line of HELP.split('\n')) expect(line.length).toBeLessThanOrEqual(88)
})
