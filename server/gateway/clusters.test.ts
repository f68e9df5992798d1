// Several clusters behind one gateway, the login before them, and what is told of their state.
import { writeFile } from 'node:fs/promises'
import { connect as connectHttp2 } from 'node:http2'
import { connect } from 'node:net'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { gunzipSync } from 'node:zlib'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { fromBinary } from '@bufbuild/protobuf'
import { ensure } from '../../src/lib/assert.ts'
import { buildFlow } from '../../src/flows/testing/build.ts'
import { bucketStart } from '../../src/flows/bucket.ts'
import { FlowListResultSchema } from '../../src/gen/goldmane/api_pb.ts'
import { Goldmane } from '../../src/goldmane/goldmane.ts'
import { serveGoldmane } from '../demo/goldmane-grpc.ts'
import { createAuthority } from '../testing/certificates.ts'
import { callWeb, frame, post, readFrames } from '../testing/grpc-web-client.ts'
import { temporaryFolder } from '../testing/temporary-folder.ts'
import { startTestGateway } from '../testing/test-gateway.ts'
import type { GatewayCluster } from './cluster-service.ts'
import { startGateway } from './gateway.ts'

const MEMORY = 64 * 1024 ** 2

/** A Goldmane that holds one flow, whose source has the cluster's name. */
async function startCluster(name: string): Promise<GatewayCluster & { readonly kill: () => Promise<void> }> {
  const goldmane = new Goldmane({ now: () => Date.now() / 1000 })
  const start = bucketStart(Date.now() / 1000) - 60
  goldmane.ingest({ ...buildFlow({ sourceName: name }), startTime: start, endTime: start + 15 })
  const { port, close } = await serveGoldmane(goldmane)
  onTestFinished(() => close())
  return { name, upstream: { url: `http://127.0.0.1:${port}` }, memory: MEMORY, kill: close }
}

/** The source names of the flows that List answers with. */
async function listed(base: string, prefix: string, headers = {}): Promise<readonly (string | undefined)[]> {
  const { status, messages } = await callWeb(base, {
    path: `${prefix}goldmane.Flows/List`,
    body: frame(Buffer.alloc(0)),
    headers,
  })
  expect(status).toBe(0)
  const { flows } = fromBinary(FlowListResultSchema, ensure(messages[0], 'message'))
  return flows.map(({ flow }) => flow?.Key?.sourceName)
}

describe('several clusters', () => {
  test('are each at their name, the first one also without it, below a base path', async () => {
    const clusters = [await startCluster('prod'), await startCluster('lab')]
    const base = await startTestGateway(null, { clusters, basePath: '/ops' })
    expect(await listed(base, 'clusters/prod/')).toEqual(['prod'])
    expect(await listed(base, 'clusters/lab/')).toEqual(['lab'])
    expect(await listed(base, '')).toEqual(['prod'])
  })

  test('are told with their state', async () => {
    const [prod, lab] = [await startCluster('prod'), await startCluster('lab')]
    await lab.kill()
    const base = await startTestGateway(null, { clusters: [prod, lab] })
    await vi.waitFor(async () => {
      expect(await (await fetch(new URL('clusters.json', base))).json()).toEqual([
        {
          name: 'prod',
          endpoint: './clusters/prod/',
          state: expect.stringMatching(/^(reading|live)$/),
          cause: null,
          since: expect.any(Number),
          lastBucket: expect.any(Number),
          deniedPairs: null,
          newDenials: null,
          now: expect.any(Number),
        },
        {
          name: 'lab',
          endpoint: './clusters/lab/',
          state: 'unreachable',
          cause: expect.stringContaining('refused the TCP connection'),
          since: expect.any(Number),
          lastBucket: null,
          deniedPairs: null,
          newDenials: null,
          now: expect.any(Number),
        },
      ])
    })
  })

  test('are told with the denied pairs of what the viewer may see', async () => {
    const goldmane = new Goldmane({ now: () => Date.now() / 1000 })
    const now = bucketStart(Date.now() / 1000)
    const ingest = (ago: number, namespace: string, destName: string): void => {
      const key = { sourceNamespace: namespace, destNamespace: namespace, destName, action: 'Deny' } as const
      goldmane.ingest(buildFlow(key, { startTime: now - ago, endTime: now - ago + 15 }))
    }
    ingest(3000, 'shop', 'api')
    ingest(2700, 'bank', 'vault')
    ingest(60, 'shop', 'api')
    ingest(60, 'shop', 'db')
    const { port, close } = await serveGoldmane(goldmane)
    onTestFinished(() => close())
    const base = await startTestGateway(null, {
      clusters: [{ name: 'prod', upstream: { url: `http://127.0.0.1:${port}` }, memory: MEMORY }],
      auth: { mode: 'proxy', groups: { shop: ['shop'], bank: ['bank'], admins: 'all' } },
      trustedProxies: ['127.0.0.1'],
    })
    const states = async (group: string) => {
      const headers = { 'x-forwarded-user': 'jane', 'x-forwarded-groups': group }
      return (await fetch(new URL('clusters.json', base), { headers })).json()
    }
    await vi.waitFor(
      async () =>
        expect(await states('admins')).toMatchObject([{ state: 'live', deniedPairs: 3, newDenials: 1 }]),
      // Until the back-fill stands still.
      { timeout: 15_000 },
    )
    expect(await states('shop')).toMatchObject([{ deniedPairs: 2, newDenials: 1 }])
    expect(await states('bank')).toMatchObject([{ deniedPairs: 1, newDenials: 0 }])
  })

  test.each([
    '/clusters/none/goldmane.Flows/List',
    '/clusters/prod/x',
    '/clusters/prod',
    '/clusters//goldmane.Flows/List',
  ])('are not at %s', async (path) => {
    const base = await startTestGateway(null, { clusters: [await startCluster('prod')] })
    expect((await fetch(new URL(path, base))).status).toBe(404)
  })

  test('have only the methods of Goldmane that a page may call', async () => {
    const base = await startTestGateway(null, { clusters: [await startCluster('prod')] })
    const path = 'clusters/prod/goldmane.FlowCollector/Connect'
    expect(await callWeb(base, { path })).toMatchObject({ http: 404, status: 12 })
  })
})

describe('with a token', () => {
  const TOKEN = 'correct-horse-battery-staple'

  async function guarded(): Promise<string> {
    const tokenFile = join(await temporaryFolder(), 'token')
    await writeFile(tokenFile, TOKEN)
    return startTestGateway(null, {
      clusters: [await startCluster('prod')],
      auth: { mode: 'token', tokenFile },
      metrics: { onSamePort: true, listen: null },
    })
  }

  test('nothing of a cluster is told before the login, and all of it after', async () => {
    const base = await guarded()
    for (const path of ['config.json', 'clusters.json', 'clusters/prod/x']) {
      const { status } = await fetch(new URL(path, base))
      expect([path, status]).toEqual([path, path.endsWith('.json') ? 401 : 404])
    }
    for (const prefix of ['', 'clusters/prod/']) {
      for (const method of ['Flows/List', 'Flows/Stream', 'Flows/FilterHints', 'Statistics/List']) {
        const answer = await callWeb(base, { path: `${prefix}goldmane.${method}` })
        expect(answer).toMatchObject({ http: 401, status: 16, messages: [] })
      }
    }
    const login = await fetch(new URL('login', base), {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: new URL(base).origin },
      body: JSON.stringify({ token: TOKEN }),
    })
    expect(login.status).toBe(204)
    const cookie = ensure(login.headers.get('set-cookie'), 'cookie').split(';')[0]
    expect(await listed(base, 'clusters/prod/', { cookie })).toEqual(['prod'])
    expect((await fetch(new URL('config.json', base), { headers: { cookie: cookie ?? '' } })).status).toBe(
      200,
    )
  })

  test('a logout ends the stream that is open, with the status that asks for a login', async () => {
    const base = await guarded()
    const { origin } = new URL(base)
    const login = await fetch(new URL('login', base), {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin },
      body: JSON.stringify({ token: TOKEN }),
    })
    const cookie = login.headers.get('set-cookie')?.split(';')[0] ?? ''
    const call = { path: 'goldmane.Flows/Stream', body: frame(Buffer.alloc(0)) }
    const stream = await post(base, { ...call, headers: { cookie, 'x-flowtrace-freshness': '1' } })
    const body = stream.arrayBuffer()
    const logout = await fetch(new URL('logout', base), { method: 'POST', headers: { cookie, origin } })
    expect(logout.status).toBe(204)
    const { trailers } = readFrames(Buffer.from(await body))
    expect(trailers.get('grpc-status')).toBe('16')
    expect(await callWeb(base, { headers: { cookie } })).toMatchObject({ http: 401, status: 16 })
  })

  test('the session tells how to log in, and refusals are counted', async () => {
    const base = await guarded()
    expect(await (await fetch(new URL('session', base))).json()).toMatchObject({
      mode: 'token',
      loggedIn: false,
    })
    await callWeb(base)
    const metrics = await (await fetch(new URL('metrics', base))).text()
    expect(metrics).toContain('flowtrace_refusals_total{reason="no login"} 1')
  })
})

async function statusOf(base: string, path: string): Promise<number> {
  return (await fetch(new URL(path, base))).status
}

describe('metrics', () => {
  test('are not served unless asked for', async () => {
    const base = await startTestGateway(null, { clusters: [await startCluster('prod')] })
    expect((await fetch(new URL('metrics', base))).status).toBe(404)
  })

  test('may have a port of their own, with the probes, and no page there', async () => {
    const gateway = await startGateway({
      host: '127.0.0.1',
      port: 0,
      staticDir: null,
      clusters: [await startCluster('prod')],
      config: { source: { kind: 'live', name: 'test', endpoint: './' } },
      metrics: { onSamePort: false, listen: { host: '127.0.0.1', port: 0 } },
      version: '1.2.3',
    })
    onTestFinished(() => gateway.close())
    const own = ensure(gateway.metricsUrl, 'address of the metrics')
    expect(await statusOf(gateway.url, 'metrics')).toBe(404)
    for (const path of ['metrics', 'healthz', 'readyz'])
      expect([path, await statusOf(own, path)]).toEqual([path, 200])
    for (const path of ['config.json', 'clusters.json', '']) expect(await statusOf(own, path)).toBe(404)
    expect(await listed(gateway.url, '')).toEqual(['prod'])
    await vi.waitFor(async () => {
      const text = await (await fetch(new URL('metrics', own))).text()
      for (const line of [
        'flowtrace_build_info{version="1.2.3"} 1',
        'flowtrace_upstream_streams{cluster="prod"} 1',
        'flowtrace_upstream_state{cluster="prod",state="unreachable"} 0',
        'flowtrace_flows_received_total{cluster="prod"} 1',
        'flowtrace_ring_records{cluster="prod"} 1',
        'flowtrace_unary_calls_total{cluster="prod",outcome="asked"} 1',
      ])
        expect(text.split('\n')).toContain(line)
      // The demo's namespaces and names stand for all that a flow says.
      expect(text).not.toMatch(/namespace|frontend|backend/)
    })
  })
})

test('readiness depends on no Goldmane, and names none', async () => {
  const prod = await startCluster('prod')
  await prod.kill()
  const base = await startTestGateway(null, { clusters: [prod], metrics: { onSamePort: true, listen: null } })
  await vi.waitFor(async () => {
    const metrics = await (await fetch(new URL('metrics', base))).text()
    expect(metrics).toContain('flowtrace_upstream_state{cluster="prod",state="unreachable"} 1')
  })
  const response = await fetch(new URL('readyz', base))
  expect(response.status).toBe(200)
  expect(await response.json()).toEqual({ ready: true, reason: null })
})

test('while the gateway ends, its probes say that it is not ready', async () => {
  const gateway = await startGateway({
    host: '127.0.0.1',
    port: 0,
    staticDir: null,
    clusters: [],
    config: { source: { kind: 'live', name: 'test', endpoint: './' } },
    metrics: { onSamePort: false, listen: { host: '127.0.0.1', port: 0 } },
    graceMs: 60_000,
  })
  const own = ensure(gateway.metricsUrl, 'address of the probes')
  expect((await fetch(new URL('readyz', own))).status).toBe(200)
  const unfinished = connect(Number(new URL(gateway.url).port), '127.0.0.1')
  await new Promise<void>((resolve) => unfinished.write('POST /login HTTP/1.1\r\n', () => resolve()))
  const ended = gateway.close()
  const response = await fetch(new URL('readyz', own))
  expect(response.status).toBe(503)
  expect(await response.json()).toEqual({ ready: false, reason: 'The gateway is shutting down' })
  expect((await fetch(new URL('healthz', own))).status).toBe(200)
  unfinished.destroy()
  await ended
  await expect(fetch(new URL('healthz', own))).rejects.toThrow('fetch failed')
})

test('over TLS the stream is HTTP/2, with the same headers, and compressed when that is on', async () => {
  const authority = await createAuthority('test')
  const { cert, key } = await authority.server('localhost')
  const folder = await temporaryFolder()
  const files = { cert: join(folder, 'tls.crt'), key: join(folder, 'tls.key') }
  await writeFile(files.cert, cert)
  await writeFile(files.key, key)
  const base = await startTestGateway(null, {
    clusters: [await startCluster('prod')],
    tls: { kind: 'files', ...files },
    compressStreams: 'on',
  })
  expect(base).toMatch(/^https:/)
  const session = connectHttp2(`https://localhost:${new URL(base).port}`, { ca: authority.ca })
  onTestFinished(() => session.destroy())
  const stream = session.request({
    ':method': 'POST',
    ':path': '/clusters/prod/goldmane.Flows/List',
    'content-type': 'application/grpc-web+proto',
    'accept-encoding': 'gzip, br',
  })
  const headers = new Promise((resolve) => stream.once('response', resolve))
  stream.end(frame(Buffer.alloc(0)))
  expect(await headers).toMatchObject({
    ':status': 200,
    'content-encoding': 'gzip',
    'content-security-policy': expect.stringContaining("default-src 'self'"),
    'strict-transport-security': expect.any(String),
  })
  const { messages, trailers } = readFrames(gunzipSync(await buffer(stream)))
  expect(trailers.get('grpc-status')).toBe('0')
  expect(fromBinary(FlowListResultSchema, ensure(messages[0], 'message')).flows).toHaveLength(1)
})

test('the metrics tell how long the certificate of this server is valid', async () => {
  const base = await startTestGateway(null, {
    tls: { kind: 'self-signed', names: [] },
    metrics: { onSamePort: true, listen: null },
  })
  const session = connectHttp2(base, { rejectUnauthorized: false })
  onTestFinished(() => session.destroy())
  const [, seconds] = /^flowtrace_serving_certificate_expiry_seconds (\S+)$/m.exec(
    (await buffer(session.request({ ':path': '/metrics' }))).toString(),
  ) ?? ['', '']
  expect(Number(seconds)).toBeGreaterThan(86_400)
})

test('a compressed stream delivers its flows while it stays open', async () => {
  const base = await startTestGateway(null, { clusters: [await startCluster('prod')], compressStreams: 'on' })
  const leave = new AbortController()
  const response = await post(base, {
    path: 'goldmane.Flows/Stream',
    body: frame(Buffer.alloc(0)),
    headers: { 'accept-encoding': 'gzip', 'x-flowtrace-freshness': '1' },
    signal: leave.signal,
  })
  expect(response.headers.get('content-encoding')).toBe('gzip')
  let received = 0
  for await (const chunk of ensure(response.body, 'body')) {
    received += chunk.length
    if (received > 100) break
  }
  expect(received).toBeGreaterThan(100)
  leave.abort()
})
