/** `policies.json`: where it is, who gets what, and what is not sent twice. */
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { ManualClock } from '../../src/lib/testing/manual-clock.ts'
import { fetchClusterPolicies, parseClusterPolicies } from '../../src/source/cluster-policies.ts'
import { randomName } from '../testing/kube-admin.ts'
import { temporaryFolder } from '../testing/temporary-folder.ts'
import { openTestCluster } from '../testing/test-cluster.ts'
import { startTestGateway } from '../testing/test-gateway.ts'
import { calicoPolicy, createObject, deployedRules, servedCalico } from '../testing/watched-cluster.ts'
import type { GatewayOptions } from './gateway.ts'

const EVENTUALLY = { timeout: 20_000, interval: 50 }
const { signal } = new AbortController()
const UPSTREAM = { url: 'http://127.0.0.1:1' }
const MEMORY = 64 * 1024 ** 2
const TIER = 'apiVersion: projectcalico.org/v3\nkind: Tier\nmetadata: { name: app }\n'

async function folderOf(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await temporaryFolder()
  await mkdir(join(folder, 'inner'))
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text)
  return folder
}

/** The content for a user of a group, as the proxy in front tells it. */
async function contentFor(base: string, groups: string) {
  const headers = { 'x-forwarded-user': 'anna', 'x-forwarded-groups': groups }
  const response = await fetch(new URL('policies.json', base), { headers })
  expect(response.status).toBe(200)
  return parseClusterPolicies(await response.json())
}

const BEHIND_PROXY: Partial<GatewayOptions> = {
  trustedProxies: ['127.0.0.1'],
  auth: { mode: 'proxy', groups: { shop: ['shop'], admins: 'all' } },
}

test('files are served with their names, and again when they have changed', async () => {
  const path = await folderOf({
    'b.yaml': TIER,
    'inner/a.yml': '# nothing\n',
    'note.txt': 'x',
    '.c.yaml': 'x',
  })
  const clock = new ManualClock(1_800_000_000_000)
  const base = await startTestGateway(null, {
    clock,
    clusters: [{ name: 'lab', upstream: UPSTREAM, memory: MEMORY, policies: { kind: 'files', path } }],
  })
  const url = new URL('policies.json', base).href
  const first = await fetchClusterPolicies(url, null, signal)
  expect(first).toMatchObject({
    origin: 'files',
    since: null,
    kinds: [{ kind: 'files', state: 'ok', why: null }],
    faults: [],
  })
  const time = { from: null, until: null, basis: 'assumed', earlier: 'unknown' }
  expect(first?.documents).toEqual([
    { name: 'b.yaml', text: TIER, ...time },
    { name: 'inner/a.yml', text: '# nothing\n', ...time },
  ])
  expect(await fetchClusterPolicies(url, first?.revision ?? '', signal)).toBeNull()
  expect(await (await fetch(new URL('clusters/lab/policies.json', base))).json()).toMatchObject({
    revision: first?.revision,
  })
  await rm(join(path, 'inner/a.yml'))
  clock.advance(5000)
  const second = await fetchClusterPolicies(url, first?.revision ?? '', signal)
  expect(second?.documents.map(({ name }) => name)).toEqual(['b.yaml'])
  await rm(path, { recursive: true })
  clock.advance(5000)
  // What was read stays, and the trouble is told; no path of this machine is.
  const third = await fetchClusterPolicies(url, second?.revision ?? '', signal)
  expect(third?.kinds).toEqual([
    { kind: 'files', state: 'failing', why: 'The files of policies cannot be read (ENOENT)' },
  ])
  expect(third?.documents).toHaveLength(1)
  await mkdir(path)
})

test('there is none where none are read, and GET alone is answered', async () => {
  const path = await folderOf({ 'b.yaml': TIER })
  const clusters = [
    { name: 'lab', upstream: UPSTREAM, memory: MEMORY },
    { name: 'prod', upstream: UPSTREAM, memory: MEMORY, policies: { kind: 'files', path } },
  ] as const
  const base = await startTestGateway(null, { clusters })
  for (const there of ['policies.json', 'clusters/lab/policies.json', 'clusters/x/policies.json'])
    expect((await fetch(new URL(there, base))).status).toBe(404)
  const prod = new URL('clusters/prod/policies.json', base)
  expect((await fetch(prod, { method: 'POST' })).status).toBe(405)
  const head = await fetch(prod, { method: 'HEAD' })
  expect([head.status, head.headers.get('cache-control')]).toEqual([200, 'no-store'])
  expect(head.headers.get('etag')).toMatch(/^"[\w-]{22}"$/)
})

test('a capture has policies too, compressed where answers are', async () => {
  const path = join(await folderOf({ 'only.yaml': TIER }), 'only.yaml')
  const base = await startTestGateway(null, {
    clusters: [],
    capture: { path, name: 'x' },
    policies: { kind: 'files', path },
    compressStreams: 'on',
  })
  const response = await fetch(new URL('policies.json', base))
  expect(response.headers.get('content-encoding')).toBe('gzip')
  expect(parseClusterPolicies(await response.json()).documents).toMatchObject([{ name: 'only.yaml' }])
})

test('files are for those alone who see all namespaces, behind a login', async () => {
  const path = await folderOf({ 'b.yaml': TIER })
  const base = await startTestGateway(null, {
    ...BEHIND_PROXY,
    clusters: [{ name: 'lab', upstream: UPSTREAM, memory: MEMORY, policies: { kind: 'files', path } }],
  })
  expect((await fetch(new URL('policies.json', base))).status).toBe(401)
  expect((await contentFor(base, 'admins')).documents).toHaveLength(1)
  const limited = await contentFor(base, 'shop')
  expect(limited.documents).toEqual([])
  expect(limited.kinds).toMatchObject([{ kind: 'files', state: 'forbidden' }])
})

test('of a cluster each viewer gets what concerns them, and hears of no other change', async () => {
  const cluster = await openTestCluster()
  const [shop, other] = [await cluster.createNamespace(), await cluster.createNamespace()]
  const account = await cluster.admin.createTokenWith(deployedRules())
  await account.grant()
  const server = { ...cluster.server, tokenFile: await cluster.tokenFile(account.token) }
  const base = await startTestGateway(null, {
    ...BEHIND_PROXY,
    auth: { mode: 'proxy', groups: { shop: [shop], admins: 'all' } },
    clusters: [{ name: 'lab', upstream: UPSTREAM, memory: MEMORY, policies: { kind: 'kubernetes', server } }],
    metrics: { onSamePort: true, listen: null },
  })
  const calico = await servedCalico(cluster)
  const create = (namespace: string) =>
    createObject(cluster, `/apis/networking.k8s.io/v1/namespaces/${namespace}/networkpolicies`, {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name: randomName(), namespace },
      spec: { podSelector: {} },
    })
  await create(shop)
  await vi.waitFor(async () => {
    const { kinds, documents } = await contentFor(base, 'admins')
    expect(kinds.some(({ state }) => state === 'reading' || state === 'failing')).toBe(false)
    expect(documents.some(({ name }) => name.includes(`/${shop}/`))).toBe(true)
  }, EVENTUALLY)
  const [all, mine] = [await contentFor(base, 'admins'), await contentFor(base, 'shop')]
  expect(mine.since).toBe(all.since)
  expect(mine.documents.map(({ name }) => name.split('/')[1])).toContain(shop)
  expect(JSON.stringify(mine)).not.toContain(other)

  await create(other)
  await createObject(
    cluster,
    `${calico}/globalnetworkpolicies`,
    calicoPolicy(calico, randomName(), `projectcalico.org/namespace == '${other}'`),
  )
  await vi.waitFor(async () => {
    const { documents } = await contentFor(base, 'admins')
    expect(documents.filter(({ text }) => text.includes(other))).toHaveLength(3)
  }, EVENTUALLY)
  const again = await fetch(new URL('policies.json', base), {
    headers: {
      'x-forwarded-user': 'anna',
      'x-forwarded-groups': 'shop',
      'if-none-match': `"${mine.revision}"`,
    },
  })
  expect(again.status).toBe(304)
  const metrics = await (await fetch(new URL('metrics', base))).text()
  expect(Number(/^flowtrace_policy_objects\{cluster="lab"\} (\d+)$/m.exec(metrics)?.[1])).toBeGreaterThan(3)
  expect(metrics).toMatch(/^flowtrace_policy_event_age_seconds\{cluster="lab"\} \d/m)
  expect(metrics).toMatch(/^flowtrace_policy_watch_failures_total\{cluster="lab"\} \d/m)
})
