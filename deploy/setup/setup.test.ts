/** The set-up step with a scripted kubectl and the real openssl. It was also run once against a real API server. */
import { X509Certificate } from 'node:crypto'
import { beforeAll, describe, expect, test } from 'vitest'
import { at, find, readDeployFile, readManifests } from '../testing/manifests.ts'
import {
  applied,
  type Authority,
  clusterOf,
  createAuthority,
  type Outcome,
  type Rule,
  setup,
} from '../testing/setup-script.ts'

let authority: Authority
beforeAll(() => {
  authority = createAuthority('tigera-operator-signer')
})
const cluster = () => clusterOf(authority)

const text = (value: unknown, path: string) => String(at(value, path))

describe('a cluster that has Goldmane', () => {
  let outcome: Outcome
  beforeAll(async () => {
    outcome = await setup([], cluster())
  })

  test('gets a certificate that the CA signed, the CA and a token', () => {
    expect(outcome.stderr).toBe('')
    expect(outcome.status).toBe(0)
    const objects = applied(outcome)
    expect(Object.keys(objects).toSorted()).toEqual([
      'flowtrace-goldmane-ca',
      'flowtrace-goldmane-client',
      'flowtrace-token',
    ])

    // By the key and not by the path: its name has a dot.
    const client = Object(at(objects['flowtrace-goldmane-client'], 'data'))
    const certificate = new X509Certificate(client['tls.crt'])
    const ca = new X509Certificate(authority.ca)
    expect(certificate.verify(ca.publicKey)).toBe(true)
    expect(certificate.checkIssued(ca)).toBe(true)
    expect(certificate.ca).toBe(false)
    expect(certificate.keyUsage).toEqual(['1.3.6.1.5.5.7.3.2']) // clientAuth
    const days = (Date.parse(certificate.validTo) - Date.now()) / 86_400_000
    expect(Math.round(days)).toBe(365)
    expect(Object(at(objects['flowtrace-goldmane-ca'], 'data'))['ca.crt']).toBe(authority.ca)
    expect(text(objects['flowtrace-token'], 'data.token')).toMatch(/^[\da-f]{64}$/)
    for (const object of Object.values(objects)) {
      expect(at(object, 'metadata.namespace')).toBe('flowtrace')
      expect(Object(at(object, 'metadata.labels'))['app.kubernetes.io/part-of']).toBe('flowtrace')
    }
  })

  test('sees neither the key of the CA nor the token outside of a Secret', () => {
    const token = text(applied(outcome)['flowtrace-token'], 'data.token')
    const keyLine = authority.key.split('\n')[1] ?? ''
    expect(keyLine.length).toBeGreaterThan(20)
    const said = `${outcome.stdout}${outcome.stderr}${outcome.calls.map(({ call }) => call).join('\n')}`
    expect(said).not.toContain(token)
    expect(JSON.stringify(outcome)).not.toContain(keyLine)
    expect(outcome.leftOver).toEqual([])
  })

  test('gets a namespace with the labels of deploy/flowtrace.yaml', () => {
    const made = outcome.calls.find(({ call }) => call.startsWith('create --save-config'))
    const labels = Object(at(find(readManifests('flowtrace.yaml'), 'Namespace'), 'metadata.labels'))
    expect(Object.keys(labels).length).toBeGreaterThan(3)
    for (const [name, value] of Object.entries(labels))
      expect(made?.stdin).toContain(`    ${name}: ${String(value)}\n`)
  })

  test('keeps its token when it is set up again, unless a new one is asked for', async () => {
    const again = [{ call: '^get secret flowtrace-token', stdout: 'found' }, ...cluster()]
    expect(Object.keys(applied(await setup([], again)))).not.toContain('flowtrace-token')
    const renewed = applied(await setup(['--new-token'], again))['flowtrace-token']
    expect(text(renewed, 'data.token')).not.toBe(text(applied(outcome)['flowtrace-token'], 'data.token'))
  })

  test('is left to cert-manager with --no-certificate, without reading the CA key', async () => {
    const without = await setup(['--no-certificate'], cluster())
    expect(Object.keys(applied(without)).toSorted()).toEqual(['flowtrace-goldmane-ca', 'flowtrace-token'])
    expect(without.calls.filter(({ call }) => call.includes('tigera-ca-private'))).toEqual([])
  })

  test('is found in the given context, and set up in the given namespace', async () => {
    const inContext = cluster().map((rule) => ({ ...rule, call: rule.call.replace('^', '^--context prod ') }))
    const rules = inContext.map((rule) => ({
      ...rule,
      call: rule.call.replace('namespace flowtrace', 'namespace viewer'),
    }))
    const elsewhere = await setup(['--context', 'prod', '--namespace', 'viewer', '--days', '30'], rules)
    expect(elsewhere.stderr).toBe('')
    expect(elsewhere.calls.filter(({ call }) => !call.startsWith('--context prod '))).toEqual([])
    const inNamespace = elsewhere.calls.filter(({ call }) => call.includes('--namespace viewer'))
    expect(inNamespace.length).toBeGreaterThan(3)
  })
})

describe('each failure is a sentence', () => {
  const notFound = { stderr: 'Error from server (NotFound): not found', status: 1 }
  test.each<readonly [string, Rule, string]>([
    [
      'an unreachable cluster',
      { call: 'raw /version', stderr: 'connection refused', status: 1 },
      'does not answer: conn',
    ],
    [
      'no Goldmane kind',
      {
        call: 'get goldmanes',
        stderr: 'error: the server doesn\'t have a resource type "goldmanes"',
        status: 1,
      },
      'does not know Goldmane',
    ],
    ['no Goldmane', { call: 'get goldmanes', ...notFound }, 'Goldmane is not switched on'],
    [
      'no right to see it',
      { call: 'get goldmanes', stderr: 'Forbidden', status: 1 },
      'may not read the Goldmane',
    ],
    ['no Service', { call: 'get service goldmane', ...notFound }, 'no Service in calico-system'],
    [
      'no right to create',
      { call: 'can-i create secrets', stdout: 'no', status: 1 },
      'may not create Secrets',
    ],
    [
      'no right to the CA',
      { call: 'can-i get secrets', stdout: 'no', status: 1 },
      'kubectl create role read-calico-ca',
    ],
    ['no CA', { call: 'get secret tigera-ca-private', ...notFound }, 'has no tls.crt'],
    ['no CA bundle', { call: 'get configmap', ...notFound }, 'no CA certificate in the ConfigMap'],
    ['a CA that is no PEM', { call: 'get configmap', stdout: 'oops' }, 'no CA certificate in the ConfigMap'],
    ['a refused Secret', { call: 'apply', stderr: 'denied by a webhook', status: 1 }, 'denied by a webhook'],
  ])('%s', async (_name, rule, sentence) => {
    const outcome = await setup([], [rule, ...cluster()])
    expect(outcome.stderr).toContain(sentence)
    expect(outcome.stderr).toMatch(/^setup\.sh: [^\n]+\n$/)
    expect(outcome.status).toBe(1)
    expect(outcome.leftOver).toEqual([])
  })

  test('a CA that Goldmane does not trust', async () => {
    const other = createAuthority('another')
    const outcome = await setup([], [{ call: 'get configmap', stdout: other.ca }, ...cluster()])
    expect(outcome.stderr).toContain('would not accept the certificate')
    expect(Object.keys(applied(outcome))).toEqual(['flowtrace-goldmane-ca'])
    expect(outcome.leftOver).toEqual([])
  })

  test.each([
    [['--days', '0'], '--days wants a number'],
    [['--days', '1y'], '--days wants a number'],
    [['--days'], '--days wants a value'],
    [['--namespace', 'calico-system'], 'Take another namespace'],
    [['--namespace', 'A B'], '--namespace wants'],
    [['--force'], '--force is no option'],
  ])('%s', async (args, sentence) => {
    const outcome = await setup(args, cluster())
    expect(outcome.stderr).toContain(sentence)
    expect(outcome.status).toBe(1)
    expect(outcome.calls).toEqual([])
  })
})

describe('--remove', () => {
  const kinds = {
    call: 'api-resources --api-group projectcalico.org',
    stdout: 'networkpolicies.projectcalico.org\n',
  }

  test('removes what is ours by its label, and our namespace', async () => {
    const owner = { call: 'get namespace flowtrace --output', stdout: 'flowtrace' }
    const { status, calls } = await setup(['--remove'], [kinds, owner])
    expect(status).toBe(0)
    const deleted = calls.filter(({ call }) => call.startsWith('delete ')).map(({ call }) => call)
    expect(deleted).toEqual([
      'delete clusterrolebindings,clusterroles --selector app.kubernetes.io/part-of=flowtrace --ignore-not-found',
      'delete networkpolicies.projectcalico.org --all-namespaces --selector app.kubernetes.io/part-of=flowtrace --ignore-not-found',
      'delete secret flowtrace-goldmane-ca --namespace cert-manager --ignore-not-found',
      'delete namespace flowtrace --ignore-not-found',
    ])
  })

  test('leaves a namespace that is not ours', async () => {
    const { stdout, calls } = await setup(['--remove'], [kinds])
    expect(calls.filter(({ call }) => call.startsWith('delete namespace'))).toEqual([])
    expect(stdout).toContain('The namespace is not ours and stays.')
  })

  test('says what could not be removed', async () => {
    const forbidden = { call: 'delete clusterrole', stderr: 'Forbidden', status: 1 }
    const { status, stderr } = await setup(['--remove'], [forbidden])
    expect(status).toBe(1)
    expect(stderr).toContain('takes the right to delete clusterroles')
  })
})

test('the names of the objects are those that the manifests mount', () => {
  const script = readDeployFile('setup/setup.sh')
  const volumes = at(find(readManifests('flowtrace.yaml'), 'Deployment'), 'spec.template.spec.volumes')
  const mounted = [
    ...JSON.stringify(volumes).matchAll(/"(?:secretName|configMap":\{"name)":"([\w-]+)"/g),
  ].map(([, name]) => name)
  const made = [...script.matchAll(/^(?:CLIENT_SECRET|CA_CONFIG_MAP|TOKEN_SECRET)=(\S+)$/gm)].map(
    ([, name]) => name,
  )
  expect(new Set(made)).toEqual(new Set(mounted))
  expect(made).toHaveLength(3)
})

test('cert-manager makes the same Secret', () => {
  const certificate = find(
    readManifests('setup/cert-manager.yaml'),
    'Certificate',
    'flowtrace-goldmane-client',
  )
  expect(at(certificate, 'spec.secretName')).toBe('flowtrace-goldmane-client')
  expect(at(certificate, 'spec.usages')).toContain('client auth')
})
