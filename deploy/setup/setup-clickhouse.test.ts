/** `setup.sh --clickhouse`: the passwords and the certificate of ClickHouse, also where some of them are there. */
import { createHash, X509Certificate } from 'node:crypto'
import { expect, test } from 'vitest'
import { at, find, readManifests } from '../testing/manifests.ts'
import { applied, base64, clusterOf, createAuthority, type Rule, setup } from '../testing/setup-script.ts'

const authority = createAuthority('tigera-operator-signer')
const cluster = () => clusterOf(authority)
const CLICKHOUSE = ['--clickhouse', '--no-certificate']
const WHOLE = {
  'flowtrace-history': ['password', 'reader-password', 'ca.crt'],
  'flowtrace-clickhouse': [
    'password-sha256',
    'reader-password',
    'reader-password-sha256',
    'tls.crt',
    'tls.key',
  ],
}
type SecretName = keyof typeof WHOLE
const NAMES: readonly SecretName[] = ['flowtrace-history', 'flowtrace-clickhouse']
/** The answers of a cluster whose Secrets have every key but these, each with its name as the value. */
const without = (...missing: readonly string[]): readonly Rule[] =>
  NAMES.flatMap((name) =>
    WHOLE[name]
      .filter((key) => !missing.includes(`${name} ${key}`))
      .map((key) => ({
        call: `^get secret ${name} .*index [.] "${key}"`,
        // Both Secrets have the same password of the reader.
        stdout: base64(key === 'reader-password' ? key : `${name} ${key}`),
      })),
  )

test('gives ClickHouse the hash of a password, and the gateway the password', async () => {
  const fresh = { call: '^get namespace flowtrace-clickhouse', stderr: 'NotFound', status: 1 }
  const outcome = await setup(CLICKHOUSE, [fresh, ...cluster()])
  expect(outcome.stderr).toBe('')
  expect(outcome.leftOver).toEqual([])
  // A Secret that is not there is no failure of the reading.
  const read = outcome.calls.filter(({ call }) => /^get secret flowtrace-(history|clickhouse) /.test(call))
  expect(read).toHaveLength(8)
  for (const { call } of read) expect(call).toContain(' --ignore-not-found ')
  const objects = applied(outcome)
  const history = Object(at(objects['flowtrace-history'], 'data'))
  const clickhouse = Object(at(objects['flowtrace-clickhouse'], 'data'))
  expect(at(objects['flowtrace-history'], 'metadata.namespace')).toBe('flowtrace')
  expect(at(objects['flowtrace-clickhouse'], 'metadata.namespace')).toBe('flowtrace-clickhouse')
  expect(history.password).toMatch(/^[\da-f]{64}$/)
  expect(clickhouse['password-sha256']).toBe(createHash('sha256').update(history.password).digest('hex'))
  expect(JSON.stringify([clickhouse, outcome.stdout])).not.toContain(history.password)
  const reader = createHash('sha256').update(clickhouse['reader-password']).digest('hex')
  expect(clickhouse['reader-password-sha256']).toBe(reader)
  expect(history['reader-password']).toBe(clickhouse['reader-password'])
  const certificate = new X509Certificate(clickhouse['tls.crt'])
  expect(certificate.checkHost('clickhouse-flowtrace.flowtrace-clickhouse.svc')).toBeDefined()
  expect(history['ca.crt']).toBe(clickhouse['tls.crt'])
  expect(clickhouse['tls.key']).toContain('PRIVATE KEY')
  const made = outcome.calls.filter(({ call }) => call.startsWith('create --save-config'))
  const namespace = find(readManifests('clickhouse.yaml'), 'Namespace', 'flowtrace-clickhouse')
  for (const [name, value] of Object.entries(Object(namespace.metadata['labels'])))
    expect(made[1]?.stdin).toContain(`    ${name}: ${String(value)}\n`)
})

test('keeps what is there', async () => {
  const outcome = await setup(CLICKHOUSE, [...without(), ...cluster()])
  expect(outcome.stdout).toContain('stay as they are')
  expect(Object.keys(applied(outcome))).not.toContain('flowtrace-history')
  expect(Object.keys(applied(outcome))).not.toContain('flowtrace-clickhouse')
})

test.each<readonly [string, readonly string[], readonly string[]]>([
  [
    'a reader, to the Secrets of an older script',
    [
      'flowtrace-history reader-password',
      'flowtrace-clickhouse reader-password',
      'flowtrace-clickhouse reader-password-sha256',
    ],
    [],
  ],
  [
    'the password of the reader that ClickHouse has',
    ['flowtrace-history reader-password'],
    ['flowtrace-history reader-password'],
  ],
  [
    'a password and its hash, where the password is lost',
    ['flowtrace-history password'],
    ['flowtrace-clickhouse password-sha256'],
  ],
  [
    'a certificate, where its key is lost',
    ['flowtrace-clickhouse tls.key'],
    ['flowtrace-clickhouse tls.crt', 'flowtrace-history ca.crt'],
  ],
])('adds %s', async (_, missing, replaced) => {
  const outcome = await setup(CLICKHOUSE, [...without(...missing), ...cluster()])
  expect(outcome.stderr).toBe('')
  expect(outcome.stdout).toContain('What was there stays.')
  const objects = applied(outcome)
  for (const name of NAMES) {
    const data = Object(at(objects[name], 'data'))
    expect(Object.keys(data).toSorted()).toEqual(WHOLE[name].toSorted())
    for (const key of WHOLE[name]) {
      const place = `${name} ${key}`
      if (!missing.includes(place) && !replaced.includes(place))
        expect(data[key]).toBe(key === 'reader-password' ? key : place)
    }
  }
  const [history, clickhouse] = NAMES.map((name) => Object(at(objects[name], 'data')))
  for (const place of [...missing, ...replaced].filter((each) => each.endsWith('sha256'))) {
    const key = place.split(' ')[1]?.replace('-sha256', '') ?? ''
    expect(clickhouse[`${key}-sha256`]).toBe(createHash('sha256').update(history[key]).digest('hex'))
  }
  expect(history['reader-password']).toBe(clickhouse['reader-password'])
  if (replaced.includes('flowtrace-history ca.crt')) expect(history['ca.crt']).toBe(clickhouse['tls.crt'])
})

test('takes the password of the reader that the gateway has, with its hash, where ClickHouse has another one', async () => {
  const other = {
    call: '^get secret flowtrace-clickhouse .*index [.] "reader-password"',
    stdout: base64('other'),
  }
  const objects = applied(await setup(CLICKHOUSE, [other, ...without(), ...cluster()]))
  expect(Object(at(objects['flowtrace-history'], 'data'))['reader-password']).toBe('reader-password')
  const clickhouse = Object(at(objects['flowtrace-clickhouse'], 'data'))
  expect(clickhouse['reader-password']).toBe('reader-password')
  expect(clickhouse['reader-password-sha256']).toBe(
    createHash('sha256').update('reader-password').digest('hex'),
  )
})

test.each([
  ['flowtrace-history', 'flowtrace'],
  ['flowtrace-clickhouse', 'flowtrace-clickhouse'],
])('makes nothing anew in place of the Secret %s when it may not read it', async (name, namespace) => {
  const forbidden = { call: `^get secret ${name}`, stderr: 'Forbidden', status: 1 }
  const outcome = await setup(CLICKHOUSE, [forbidden, ...cluster()])
  expect(outcome.stderr).toBe(`setup.sh: The Secret ${name} in ${namespace} could not be read: Forbidden\n`)
  expect(outcome.status).toBe(1)
  expect(outcome.leftOver).toEqual([])
  const made = Object.keys(applied(outcome))
  for (const each of NAMES) expect(made).not.toContain(each)
})
