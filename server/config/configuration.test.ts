import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseCommand } from '../cli/command-line.ts'
import { UsageError } from '../lib/usage-error.ts'
import { temporaryFolder } from '../testing/temporary-folder.ts'
import { authFromSettings } from './auth-from-settings.ts'
import { readConfigLayer } from './config-file.ts'
import { readConfiguration, type Configuration } from './configuration.ts'
import { checkedValue } from './layers.ts'
import { printConfiguration } from './print-configuration.ts'
import { isUnknownVariable, SETTING_NAMES, SETTINGS, variableOf } from './settings.ts'

async function fileOf(content: string): Promise<string> {
  const path = join(await temporaryFolder(), 'flowtrace.yaml')
  await writeFile(path, content)
  return path
}

async function configured(content: string, flags = {}, environment = {}): Promise<Configuration> {
  return readConfiguration({ ...flags, config: await fileOf(content) }, environment)
}

describe('a setting', () => {
  test('has a name, a variable and a place in the file of its own', () => {
    const variables = SETTING_NAMES.map(variableOf).filter((each) => each !== null)
    const places = SETTING_NAMES.map((name) => SETTINGS[name].file).filter((each) => each !== null)
    expect(new Set(variables).size).toBe(variables.length)
    expect(new Set(places).size).toBe(places.length)
  })

  test('is taken from a flag before a variable, before the file, before its default', async () => {
    const path = await fileOf('listen:\n  port: 1\n  basePath: /file\nlog:\n  format: json\n')
    const environment = {
      FLOWTRACE_CONFIG: path,
      FLOWTRACE_LISTEN_PORT: '2',
      FLOWTRACE_BASE_PATH: '/variable',
    }
    const { values } = readConfiguration({ port: '3' }, environment)
    expect(values).toMatchObject({
      port: 3,
      'base-path': '/variable',
      'log-format': 'json',
      'log-level': 'info',
    })
  })

  test('that is a list is separated by commas in a variable', () => {
    const { values } = readConfiguration({}, { FLOWTRACE_ALLOW_HOST: 'a.example, 10.0.0.1,any-ip' })
    expect(values['allow-host']).toEqual(['a.example', '10.0.0.1', 'any-ip'])
  })

  test('that is a switch reads true and false in a variable, and nothing else', () => {
    expect(readConfiguration({}, { FLOWTRACE_METRICS: 'true' }).values.metrics).toBe(true)
    expect(readConfiguration({}, { FLOWTRACE_METRICS: '' }).values.metrics).toBe(false)
    expect(() => readConfiguration({}, { FLOWTRACE_METRICS: 'yes' })).toThrow(
      'FLOWTRACE_METRICS wants true or false, not "yes"',
    )
  })
})

test('variables that Kubernetes sets for a Service named flowtrace are none of ours', () => {
  const links = {
    FLOWTRACE_PORT: 'tcp://10.0.0.1:8081',
    FLOWTRACE_SERVICE_HOST: '10.0.0.1',
    FLOWTRACE_PORT_8081_TCP_ADDR: '10.0.0.1',
    FLOWTRACE_SERVICE_PORT_HTTP: '8081',
  }
  const { values, unknownVariables } = readConfiguration({}, { ...links, FLOWTRACE_BASEPATH: '/x' })
  expect(values.port).toBe(8081)
  expect(unknownVariables).toEqual(['FLOWTRACE_BASEPATH'])
  for (const name of SETTING_NAMES) expect(isUnknownVariable(variableOf(name) ?? '')).toBe(false)
})

describe('the file', () => {
  test('names clusters, each with its own Goldmane', async () => {
    const { source } = await configured(`
memory: 64MB
clusters:
  - name: prod
    goldmane: https://goldmane.prod:7443
    ca: /prod/ca.crt
    cert: /prod/tls.crt
    key: /prod/tls.key
    serverName: goldmane.calico-system.svc
    memory: 1GB
    policies: kubernetes
  - name: lab
    goldmane: http://127.0.0.1:7443
    history: false
`)
    expect(source).toEqual({
      kind: 'goldmane',
      clusters: [
        {
          name: 'prod',
          title: 'prod',
          memory: 1024 ** 3,
          policies: 'kubernetes',
          history: true,
          upstream: {
            url: 'https://goldmane.prod:7443',
            tls: {
              ca: '/prod/ca.crt',
              cert: '/prod/tls.crt',
              key: '/prod/tls.key',
              serverName: 'goldmane.calico-system.svc',
            },
          },
        },
        {
          name: 'lab',
          title: 'lab',
          memory: 64 * 1024 ** 2,
          policies: null,
          history: false,
          upstream: { url: 'http://127.0.0.1:7443' },
        },
      ],
    })
  })

  test('gives way to a source among the flags', async () => {
    const clusters = 'clusters:\n  - name: prod\n    goldmane: https://goldmane:7443\n'
    expect((await configured(clusters, { demo: true })).source.kind).toBe('demo')
    expect((await configured(clusters, {}, { FLOWTRACE_CAPTURE: 'a.jsonl' })).source.kind).toBe('capture')
    await expect(configured(clusters, { ca: 'ca.crt' })).rejects.toThrow(
      '--ca is of use only with --goldmane',
    )
    await expect(configured(clusters, { policies: 'kubernetes' })).rejects.toThrow(
      '--policies stands with each of the clusters',
    )
    await expect(configured(`${clusters}demo: true\n`)).rejects.toThrow(
      /:4:1: demo and .*:1:1: clusters exclude/,
    )
  })

  test('may be empty, or have empty sections', async () => {
    expect((await configured('')).source.kind).toBe('demo')
    expect((await configured('# nothing\nlisten:\n  # port: 1\n')).values.port).toBe(8081)
  })

  test('says which namespaces a group sees, and everything else of authentication', async () => {
    const { values } = await configured(`
auth:
  mode: proxy
  trustedProxies: [127.0.0.1, 10.0.0.0/8]
  hideOtherEnd: true
  proxy:
    userHeader: X-Auth-Request-User
    groups:
      admins: all
      shop: [shop, shop-db]
`)
    expect(authFromSettings(values)).toEqual({
      mode: 'proxy',
      headers: { user: 'x-auth-request-user' },
      groups: { admins: 'all', shop: ['shop', 'shop-db'] },
      hidesOtherEnd: true,
    })
  })

  test('says which right opens a namespace', async () => {
    const { values } = await configured(`
auth:
  mode: kubernetes
  kubernetes:
    audiences: [flowtrace]
    right: list pods.metrics.k8s.io
    apiServer: https://10.0.0.1:6443
    ca: /api/ca.crt
    tokenFile: /api/token
`)
    expect(authFromSettings(values)).toEqual({
      mode: 'kubernetes',
      audiences: ['flowtrace'],
      right: { verb: 'list', group: 'metrics.k8s.io', resource: 'pods' },
      server: { url: 'https://10.0.0.1:6443', caFile: '/api/ca.crt', tokenFile: '/api/token' },
      hidesOtherEnd: false,
    })
  })

  const wrong: readonly [what: string, content: string, message: string | RegExp][] = [
    ['an unknown setting', 'demo: true\nport: 8081\n', 'flowtrace.yaml:2:1: there is no setting port'],
    [
      'an unknown setting of a section',
      'listen:\n  prot: 1\n',
      'flowtrace.yaml:2:3: there is no setting listen.prot',
    ],
    ['a section without names', 'listen: 8081\n', 'flowtrace.yaml:1:9: listen wants names with values'],
    ['a list at the top', '- demo\n', 'flowtrace.yaml:1:1: the file wants names with values'],
    [
      'a wrong type',
      'listen:\n  port: "8081"\n',
      'flowtrace.yaml:2:9: listen.port wants a number from 0 to 65535, not "8081"',
    ],
    [
      'a value that is none',
      'log:\n  level: debug\n',
      'flowtrace.yaml:2:10: log.level wants info, warn or error, not "debug"',
    ],
    [
      'a setting that stands twice',
      'demo: true\ndemo: false\n',
      /^flowtrace\.yaml:2:1: Map keys must be unique/,
    ],
    ['what is no YAML', 'listen: {port: 1\n', /^flowtrace\.yaml:2:1: /],
    [
      'an item that is wrong',
      'listen:\n  allowedHosts:\n    - a\n    - "http://b"\n',
      /yaml:4:7: listen\.allowedHosts\[1\] wants a host name, an address or any-ip, not "http:\/\/b"$/,
    ],
    [
      'two clusters of one name',
      'clusters:\n  - name: a\n    goldmane: https://a\n  - name: a\n    goldmane: https://b\n',
      'flowtrace.yaml:4:11: clusters[1].name wants a name that no other cluster has, not "a"',
    ],
    [
      'a cluster whose name is no DNS label',
      'clusters:\n  - name: Prod_1\n    goldmane: https://a\n',
      /yaml:2:11: clusters\[0\]\.name wants a name of lower-case letters.*, not "Prod_1"$/,
    ],
    [
      'a cluster without a Goldmane',
      'clusters:\n  - name: a\n',
      /yaml:2:5: clusters\[0\]\.goldmane wants nothing but https.*, not nothing$/,
    ],
    [
      'an unknown setting of a cluster',
      'clusters:\n  - name: a\n    goldmane: https://a\n    token: x\n',
      'flowtrace.yaml:4:12: clusters[0].token is not a setting',
    ],
    [
      'a certificate without its key',
      'clusters:\n  - name: a\n    goldmane: https://a\n    cert: a.crt\n',
      'flowtrace.yaml:1:1: clusters: a: cert and key go together',
    ],
    [
      'a Goldmane without TLS that is not on the loopback',
      'clusters:\n  - name: a\n    goldmane: http://a:7443\n',
      'flowtrace.yaml:1:1: clusters: a: goldmane over http:// is for the loopback only: use https://',
    ],
  ]
  test.each(wrong)('is refused with its place: %s', async (_, content, message) => {
    const read = configured(content)
    await expect(read).rejects.toThrow(UsageError)
    await expect(read).rejects.toThrow(message)
  })

  test('is refused when it is too large', async () => {
    await expect(configured(`# ${'x'.repeat(1 << 20)}`)).rejects.toThrow('larger than')
  })
})

/** A single Goldmane has its host as its title; in the file it has a name. */
function titled({ source }: Configuration): unknown {
  if (source.kind !== 'goldmane') return source
  return source.clusters.map(({ name, upstream, memory }) => ({ name, upstream, memory }))
}

describe('--print-config', () => {
  test('prints what --config reads back to the same configuration', async () => {
    const folder = await temporaryFolder()
    const path = join(folder, 'printed.yaml')
    const flags = fc.record(
      {
        port: fc.integer({ min: 0, max: 65_535 }).map(String),
        host: fc.constantFrom('127.0.0.1', '::1', 'localhost'),
        'base-path': fc.constantFrom('/a', '/a/b', '/'),
        'allow-host': fc.array(fc.constantFrom('a.example', '10.0.0.1', 'any-ip'), { maxLength: 3 }),
        memory: fc.integer({ min: 16 * 1024 ** 2, max: 1024 ** 3 }).map(String),
        'log-format': fc.constantFrom('text', 'json'),
        metrics: fc.boolean(),
        'metrics-listen': fc.constantFrom('127.0.0.1:9090', '[::1]:0'),
        'trusted-proxy': fc.array(fc.constantFrom('10.0.0.0/8', '::1'), { maxLength: 2 }),
        'tls-self-signed': fc.boolean(),
        'max-header-size': fc.constantFrom('8KB', '4097'),
        policies: fc.constantFrom('kubernetes', './manifests'),
      },
      { requiredKeys: [] },
    )
    const sources = fc.constantFrom(
      {},
      { demo: true },
      { demo: 'option-c' },
      { capture: '/tmp/flows: 1.jsonl' },
      { goldmane: 'http://127.0.0.1:7443' },
      { goldmane: 'https://goldmane:7443', name: 'prod', cert: 'a.crt', key: 'a.key', 'server-name': 'b' },
    )
    await fc.assert(
      fc.asyncProperty(flags, sources, async (some, source) => {
        const first = readConfiguration({ ...some, ...source }, {})
        await writeFile(path, printConfiguration(first))
        const second = readConfiguration({ config: path }, {})
        const rest = { ca: null, cert: null, key: null, name: null, goldmane: null, 'server-name': null }
        const ofSource = { ...rest, demo: false, capture: null, clusters: null, config: null, policies: null }
        expect({ ...second.values, ...ofSource }).toEqual({ ...first.values, ...ofSource })
        expect(titled(second)).toEqual(titled(first))
      }),
      { numRuns: 50 },
    )
  })

  test('has no PEM text in it, and no error either', () => {
    const pem = '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n'
    const argv = ['--goldmane', 'https://a', `--cert=${pem}`, `--key=${pem}`]
    const command = parseCommand([...argv, '--print-config'])
    if (command.command !== 'print configuration') throw new Error('no configuration')
    const printed = printConfiguration(command.configuration)
    expect(printed).toContain('(PEM text, not printed)')
    expect(printed).not.toMatch(/BEGIN|AAAA/)
    expect(() => parseCommand([`--port=${pem}`])).toThrow(/not a PEM text$/)
  })
})

test('no text that is given as a file makes anything but a sentence', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (content) => {
      try {
        for (const [name, given] of readConfigLayer(content, 'any.yaml')) checkedValue(name, given)
      } catch (error) {
        expect(error).toBeInstanceOf(UsageError)
        expect(String(error)).toMatch(/^UsageError: any\.yaml:\d+:\d+: /)
      }
    }),
  )
})
