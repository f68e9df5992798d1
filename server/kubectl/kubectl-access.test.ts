// From a laptop to Goldmane: through a scripted kubectl, to a real gRPC server over mutual TLS.
import { X509Certificate } from 'node:crypto'
import process from 'node:process'
import { describe, expect, onTestFinished, test } from 'vitest'
import { ManualClock } from '../../src/lib/testing/manual-clock.ts'
import type { LogFields } from '../lib/log.ts'
import { callGoldmane, isRunning, KubectlCluster, secretOf } from '../testing/kubectl-cluster.ts'
import { createAuthority } from '../testing/certificates.ts'
import { ClusterAccessError } from './access-error.ts'
import { type KubectlAccess, type KubectlAccessOptions, openKubectlAccess } from './kubectl-access.ts'

async function open(
  cluster: KubectlCluster,
  part: Partial<KubectlAccessOptions> = {},
): Promise<KubectlAccess> {
  const access = await openKubectlAccess({
    context: null,
    namespace: 'calico-system',
    environment: cluster.environment,
    ...part,
  })
  onTestFinished(() => access.close())
  return access
}

/** The sentence and the commands with which it does not open. */
async function refusalOf(
  cluster: KubectlCluster,
  part: Partial<KubectlAccessOptions> = {},
): Promise<{ say: string; commands: readonly string[] }> {
  const error: unknown = await open(cluster, part).then(
    () => null,
    (reason: unknown) => reason,
  )
  if (!(error instanceof ClusterAccessError)) throw error
  expect(cluster.forwards.filter(isRunning)).toEqual([])
  return { say: error.message, commands: error.commands }
}

describe('Goldmane is reached', () => {
  test('with a certificate signed by the operator’s CA', async () => {
    const { upstream, context, notes } = await open(await KubectlCluster.start())
    await callGoldmane(upstream)
    expect(context).toBe('lab')
    expect(notes).toEqual([expect.stringMatching(/^Signed a client certificate for this run/)])
    const certificate = new X509Certificate(upstream.tls?.cert ?? '')
    expect(certificate.subject).toBe('CN=flowtrace-kubectl')
    const hours = (Date.parse(certificate.validTo) - Date.now()) / 3_600_000
    expect(hours).toBeGreaterThan(23.9)
    expect(hours).toBeLessThanOrEqual(24)
  })

  test('with Whisker’s certificate, by a user who may not read the CA’s key', async () => {
    const cluster = await KubectlCluster.start()
    cluster.change({ forbidden: ['secrets/tigera-ca-private'] })
    const { upstream, notes } = await open(cluster)
    await callGoldmane(upstream)
    expect(notes).toEqual([expect.stringMatching(/^Using Whisker’s .* is not yours to read/)])
  })

  test('with Whisker’s certificate, where the CA has no key of its own', async () => {
    const cluster = await KubectlCluster.start()
    cluster.changeObjects({ 'secrets/tigera-operator/tigera-ca-private': null })
    const { upstream, notes } = await open(cluster)
    await callGoldmane(upstream)
    expect(notes).toEqual([expect.stringContaining('does not exist')])
  })

  test('with Whisker’s certificate, where the CA’s key is another one’s', async () => {
    const cluster = await KubectlCluster.start()
    const other = await createAuthority('another CA')
    cluster.changeObjects({
      'secrets/tigera-operator/tigera-ca-private': secretOf(cluster.authority.ca, other.key),
    })
    const { upstream, notes } = await open(cluster)
    await callGoldmane(upstream)
    expect(notes).toEqual([expect.stringContaining('does not belong to its certificate')])
  })

  test('in another context, with the CA of Whisker’s bundle', async () => {
    const cluster = await KubectlCluster.start()
    cluster.changeObjects({
      'configmaps/calico-system/goldmane-ca-bundle': null,
      'configmaps/calico-system/whisker-ca-bundle': { data: { 'ca.crt': cluster.authority.ca } },
    })
    const { upstream, context } = await open(cluster, { context: 'prod' })
    await callGoldmane(upstream)
    expect(context).toBe('prod')
  })
})

describe('what is missing is said, with the command that helps:', () => {
  test('kubectl', async () => {
    const cluster = await KubectlCluster.start()
    const environment = { ...cluster.environment, PATH: '/nonexistent' }
    const { say, commands } = await refusalOf(cluster, { environment })
    expect(say).toBe('There is no kubectl on the PATH')
    expect(commands).toEqual(['https://kubernetes.io/docs/tasks/tools/'])
  })

  test('a context of that name', async () => {
    const { say, commands } = await refusalOf(await KubectlCluster.start(), { context: 'typo' })
    expect(say).toBe('kubectl has no such context (context "typo" does not exist)')
    expect(commands).toEqual(['kubectl config get-contexts'])
  })

  test('a current context', async () => {
    const cluster = await KubectlCluster.start()
    cluster.change({ current: null })
    const { say, commands } = await refusalOf(cluster)
    expect(say).toBe('kubectl has no current context; --context NAME takes one of its others')
    expect(commands).toEqual(['kubectl config get-contexts'])
  })

  test.each<[string, string, RegExp]>([
    [
      'an API server that answers',
      'The connection to the server 10.0.0.1:6443 was refused - did you specify the right host or port?',
      /^The API server of lab cannot be reached \(The connection .* was refused/,
    ],
    [
      'its name',
      'Unable to connect to the server: dial tcp: lookup lab.test: no such host',
      /^The API server of lab cannot be reached/,
    ],
    [
      'a login that is valid',
      'error: You must be logged in to the server (Unauthorized)',
      /does not accept your login .*; log in as you do for kubectl/,
    ],
    [
      'the program of the login',
      'Unable to connect to the server: getting credentials: exec: executable aws not found',
      /does not accept your login/,
    ],
    [
      'something that is not known',
      'error: the sky fell',
      /^kubectl could not read the Service goldmane .* \(the sky fell\)$/,
    ],
  ])('%s', async (_, broken, say) => {
    const cluster = await KubectlCluster.start()
    cluster.change({ broken })
    expect((await refusalOf(cluster)).say).toMatch(say)
  })

  test('Goldmane, where the operator knows it', async () => {
    const cluster = await KubectlCluster.start()
    cluster.changeObjects({
      'services/calico-system/goldmane': null,
      'goldmanes.operator.tigera.io//default': null,
    })
    const { say, commands } = await refusalOf(cluster)
    expect(say).toContain('Goldmane is not turned on in the cluster of lab')
    expect(commands).toEqual([expect.stringMatching(/"kind":"Goldmane".* \| kubectl apply -f -$/)])
  })

  test('an operator that knows Goldmane', async () => {
    const cluster = await KubectlCluster.start()
    cluster.changeObjects({ 'services/calico-system/goldmane': null })
    cluster.change({ types: [] })
    expect((await refusalOf(cluster)).say).toMatch(/Calico 3\.30 or newer.*plain manifests has none$/)
  })

  test('Goldmane’s Service in that namespace', async () => {
    const { say } = await refusalOf(await KubectlCluster.start(), { namespace: 'elsewhere' })
    expect(say).toContain('There is no Service goldmane in the namespace elsewhere of lab')
  })

  test('the CA of Goldmane’s certificate', async () => {
    const cluster = await KubectlCluster.start()
    cluster.changeObjects({ 'configmaps/calico-system/goldmane-ca-bundle': { data: { 'ca.crt': 'x' } } })
    expect((await refusalOf(cluster)).say).toContain('neither ConfigMap goldmane-ca-bundle nor')
  })

  test('both certificates', async () => {
    const cluster = await KubectlCluster.start()
    cluster.changeObjects({
      'secrets/tigera-operator/tigera-ca-private': null,
      'secrets/calico-system/whisker-backend-key-pair': null,
    })
    expect((await refusalOf(cluster)).say).toMatch(/asks for a client certificate.*does not exist/)
  })

  test.each<[string, readonly string[], string]>([
    [
      'read the Service goldmane',
      ['services'],
      'flowtrace-get-goldmane -n calico-system --verb=get --resource=services --resource-name=goldmane',
    ],
    [
      'read the ConfigMap goldmane-ca-bundle',
      ['configmaps'],
      'flowtrace-get-goldmane-ca-bundle -n calico-system --verb=get --resource=configmaps --resource-name=goldmane-ca-bundle',
    ],
    ['list the pods', ['pods'], 'flowtrace-get-list-pods -n calico-system --verb=get,list --resource=pods'],
    [
      'forward a port to pods',
      ['pods/portforward'],
      'flowtrace-create-pods-portforward -n calico-system --verb=create --resource=pods/portforward',
    ],
    [
      'there is none for you',
      ['secrets'],
      'flowtrace-get-whisker-backend-key-pair -n calico-system --verb=get --resource=secrets --resource-name=whisker-backend-key-pair',
    ],
  ])('the right: %s', async (act, forbidden, role) => {
    const cluster = await KubectlCluster.start()
    cluster.change({ forbidden })
    const { say, commands } = await refusalOf(cluster)
    expect(say).toContain(act)
    const [create, bind] = commands
    expect(create).toBe(`kubectl create role ${role}`)
    const name = role.split(' ')[0]
    expect(bind).toBe(`kubectl create rolebinding ${name} -n calico-system --role=${name} --user=jane`)
  })

  test.each([
    ['system:serviceaccount:tools:viewer', '--serviceaccount=tools:viewer'],
    ["o'neil $(reboot)", `--user='o'\\''neil $(reboot)'`],
  ])('for the user %s', async (user, flag) => {
    const cluster = await KubectlCluster.start()
    cluster.change({ user, forbidden: ['services'] })
    expect((await refusalOf(cluster)).commands[1]).toMatch(new RegExp(`${escaped(flag)}$`))
  })
})

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')
}

describe('the port-forward', () => {
  test('is started again on the same port when it ends, and waits longer each time that it fails', async () => {
    const cluster = await KubectlCluster.start()
    const clock = new ManualClock(Date.now())
    const events: [string, LogFields | undefined][] = []
    const record = (event: string, fields?: LogFields) => void events.push([event, fields])
    const log = { info: record, warn: record, error: record }
    const { upstream } = await open(cluster, { clock, log })
    process.kill(cluster.forwards[0] ?? 0)
    await expect.poll(() => clock.waiting).toBe(1)

    cluster.change({ forbidden: ['pods/portforward'] })
    clock.advance(1000)
    // The time limit of the start is gone when the next attempt waits.
    await expect.poll(() => events.length).toBe(2)
    expect(events.map(([event, fields]) => [event, fields?.['retryMs']])).toEqual([
      ['port-forward ended', 1000],
      ['port-forward ended', 2000],
    ])

    cluster.change({ forbidden: [] })
    clock.advance(2000)
    await expect.poll(() => events.at(-1)?.[0]).toBe('port-forward opened')
    expect(cluster.forwards).toHaveLength(2)
    await callGoldmane(upstream)
  })

  test('ends with the access, and does not come back', async () => {
    const cluster = await KubectlCluster.start()
    const clock = new ManualClock(Date.now())
    const access = await open(cluster, { clock })
    const [pid = 0] = cluster.forwards
    expect(isRunning(pid)).toBe(true)
    await access.close()
    expect(isRunning(pid)).toBe(false)
    expect(clock.waiting).toBe(0)
    expect(process.listenerCount('exit')).toBe(0)
  })

  test('ends while it waits to be started again', async () => {
    const cluster = await KubectlCluster.start()
    const clock = new ManualClock(Date.now())
    const access = await open(cluster, { clock })
    process.kill(cluster.forwards[0] ?? 0)
    await expect.poll(() => clock.waiting).toBe(1)
    await access.close()
    expect(clock.waiting).toBe(0)
  })

  test('is given up after 30 s without a port', async () => {
    const cluster = await KubectlCluster.start()
    cluster.change({ isSilent: true })
    const clock = new ManualClock(Date.now())
    const opening = openKubectlAccess({
      context: null,
      namespace: 'calico-system',
      environment: cluster.environment,
      clock,
    })
    const refused = expect(opening).rejects.toThrow(/forward a port/)
    await expect.poll(() => clock.waiting).toBe(1)
    clock.advance(30_000)
    await refused
  })
})

test('an abort ends the start with its reason', async () => {
  const cluster = await KubectlCluster.start()
  const opening = openKubectlAccess(
    { context: null, namespace: 'calico-system', environment: cluster.environment },
    AbortSignal.abort(new Error('enough')),
  )
  await expect(opening).rejects.toThrow('enough')
})
