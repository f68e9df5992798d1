import { execFileSync } from 'node:child_process'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { request } from 'node:http'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import { describe, expect, onTestFinished, test } from 'vitest'
import { startGateway } from './gateway.ts'
import type { LogFields } from '../lib/log.ts'
import { startTestGateway } from '../testing/test-gateway.ts'
import { startGrpcPeer } from '../testing/grpc-peer.ts'
import { temporaryFolder } from '../testing/temporary-folder.ts'
import { callWeb, frame, post } from '../testing/grpc-web-client.ts'

const PAGE = '<!doctype html><title>Flowtrace</title>'
const SCRIPT = `console.log('${'flow '.repeat(500)}')`

/** The folder of a built page, beside a file that must never be served. */
async function builtPage(): Promise<string> {
  const folder = await temporaryFolder()
  await writeFile(join(folder, 'secret.txt'), 'secret')
  await mkdir(join(folder, 'page/assets'), { recursive: true })
  await writeFile(join(folder, 'page/index.html'), PAGE)
  await writeFile(join(folder, 'page/assets/index-Dk0UTQI_.js'), SCRIPT)
  return join(folder, 'page')
}

interface Raw {
  readonly status: number | undefined
  readonly headers: NodeJS.Dict<string | string[]>
  readonly body: string
}

/** Sends a request with exactly this path and these headers, which fetch would normalize. */
async function raw(base: string, path: string, headers: NodeJS.Dict<string> = {}): Promise<Raw> {
  const { hostname, port } = new URL(base)
  return new Promise((resolve, reject) => {
    request({ hostname, port, path, headers }, (response) => {
      text(response).then(
        (body) => resolve({ status: response.statusCode, headers: response.headers, body }),
        reject,
      )
    })
      .once('error', reject)
      .end()
  })
}

describe('the page', () => {
  test('is at the address, and may be cached only with revalidation', async () => {
    const base = await startTestGateway(null, { staticDir: await builtPage() })
    const response = await fetch(base)
    expect(await response.text()).toBe(PAGE)
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8')
    expect(response.headers.get('cache-control')).toBe('no-cache')
  })

  test('has its hashed files cached for ever, and sent compressed', async () => {
    const base = await startTestGateway(null, { staticDir: await builtPage() })
    const response = await fetch(new URL('assets/index-Dk0UTQI_.js', base))
    expect(await response.text()).toBe(SCRIPT)
    expect(response.headers.get('content-type')).toBe('text/javascript; charset=utf-8')
    expect(response.headers.get('content-encoding')).toBe('gzip')
    expect(response.headers.get('cache-control')).toBe('public, max-age=31536000, immutable')
  })

  test('is sent uncompressed to a client without gzip', async () => {
    const base = await startTestGateway(null, { staticDir: await builtPage() })
    const plain = await raw(base, '/assets/index-Dk0UTQI_.js', { 'accept-encoding': 'gzip;q=0, br' })
    expect(plain.body).toBe(SCRIPT)
  })

  test('is sent as it was compressed when it was built, in brotli to those who take it', async () => {
    const folder = await builtPage()
    const script = join(folder, 'assets/index-Dk0UTQI_.js')
    await writeFile(`${script}.br`, brotliCompressSync(SCRIPT))
    await writeFile(`${script}.gz`, gzipSync(SCRIPT))
    const base = await startTestGateway(null, { staticDir: folder })
    const path = '/assets/index-Dk0UTQI_.js'
    const answers = await Promise.all(
      ['gzip, deflate, br', 'gzip', 'identity'].map((accepted) =>
        raw(base, path, { 'accept-encoding': accepted }),
      ),
    )
    expect(answers.map(({ headers }) => headers['content-encoding'])).toEqual(['br', 'gzip', undefined])
    for (const { headers } of answers) expect(headers.vary).toBe('accept-encoding')
    expect(new Set(answers.map(({ headers }) => headers.etag)).size).toBe(3)
    expect((await raw(base, `${path}.br`)).status).toBe(404)
    const brotli = answers[0]?.headers.etag
    const again = { 'accept-encoding': 'br', 'if-none-match': `W/${String(brotli)}, "other"` }
    expect(await raw(base, path, again)).toMatchObject({ status: 304 })
    const other = { 'accept-encoding': 'gzip', 'if-none-match': String(brotli) }
    expect(await raw(base, path, other)).toMatchObject({ status: 200 })
  })

  test('is not sent again while its ETag matches', async () => {
    const base = await startTestGateway(null, { staticDir: await builtPage() })
    const { headers } = await raw(base, '/')
    expect(await raw(base, '/', { 'if-none-match': String(headers.etag) })).toMatchObject({
      status: 304,
      body: '',
    })
  })

  test('answers HEAD without a body, and refuses to be changed', async () => {
    const base = await startTestGateway(null, { staticDir: await builtPage() })
    const head = await fetch(base, { method: 'HEAD' })
    expect(head.headers.get('content-length')).not.toBe('0')
    expect(await head.text()).toBe('')
    expect((await fetch(base, { method: 'DELETE' })).status).toBe(405)
  })

  test('has a Content Security Policy that allows its own scripts only, and no frame around it', async () => {
    const base = await startTestGateway(null, { staticDir: await builtPage() })
    const { headers } = await fetch(base)
    const policy = headers.get('content-security-policy')
    expect(policy).toContain("default-src 'self'")
    expect(policy).toContain("frame-ancestors 'none'")
    expect(policy).not.toMatch(/unsafe-eval|script-src|https?:/)
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    expect(headers.get('referrer-policy')).toBe('no-referrer')
  })

  test.each([
    '/../secret.txt',
    '/assets/../../secret.txt',
    '/%2e%2e/secret.txt',
    '/..%2fsecret.txt',
    '/assets/..%5c..%5csecret.txt',
    '/assets/%00',
    '//secret.txt',
    '/assets',
    '/assets/',
    '/%',
    '/none',
  ])('nothing is found at %s', async (path) => {
    const base = await startTestGateway(null, { staticDir: await builtPage() })
    const { status, body } = await raw(base, path)
    expect(status).toBe(404)
    expect(body).toBe('Not found.\n')
  })
})

describe('below a base path', () => {
  const basePath = '/ops/flowtrace'

  test('everything is there, and the page without its slash leads to it', async () => {
    const base = await startTestGateway(null, { staticDir: await builtPage(), basePath })
    expect(new URL(base).pathname).toBe('/ops/flowtrace/')
    expect(await (await fetch(base)).text()).toBe(PAGE)
    expect((await fetch(new URL('config.json', base))).status).toBe(200)
    expect(await raw(base, basePath)).toMatchObject({ status: 308, headers: { location: '/ops/flowtrace/' } })
    expect(await callWeb(base)).toMatchObject({ http: 200, status: 14 })
  })

  test('nothing is beside it but the health of the process', async () => {
    const base = await startTestGateway(null, { staticDir: await builtPage(), basePath })
    expect((await raw(base, '/')).status).toBe(404)
    expect((await raw(base, '/ops/flowtraces/')).status).toBe(404)
    expect((await raw(base, '/healthz')).status).toBe(200)
  })
})

describe('a request', () => {
  test.each(['localhost', '127.0.0.1:9000', '[::1]:8081', 'flows.example'])(
    'as %s is answered',
    async (host) => {
      const base = await startTestGateway(null, { allowedHosts: ['flows.example'] })
      expect((await raw(base, '/config.json', { host })).status).toBe(200)
    },
  )

  test.each([
    'evil.example',
    '127.0.0.1.evil.example',
    'evil.example:8081',
    'evillocalhost:8081',
    'evilflows.example',
  ])('as %s is not', async (host) => {
    const base = await startTestGateway(null, { allowedHosts: ['flows.example'] })
    const { status, body } = await raw(base, '/config.json', { host })
    expect(status).toBe(403)
    expect(body).toContain('--allow-host')
  })

  test('for flows must be the page itself', async () => {
    const base = await startTestGateway(null)
    const { origin } = new URL(base)
    expect((await post(base, { headers: { origin } })).status).toBe(200)
    expect((await post(base, { headers: { origin: 'http://evil.example' } })).status).toBe(403)
    expect((await post(base, { headers: { 'sec-fetch-site': 'cross-site' } })).status).toBe(403)
  })

  test('from another origin gets no permission in a CORS preflight', async () => {
    const base = await startTestGateway({ url: 'http://127.0.0.1:1' })
    const response = await fetch(new URL('goldmane.Flows/List', base), {
      method: 'OPTIONS',
      headers: { origin: 'http://evil.example', 'access-control-request-method': 'POST' },
    })
    expect(response.headers.get('access-control-allow-origin')).toBeNull()
  })
})

describe('the configuration', () => {
  test('is what the gateway was given', async () => {
    const config = { source: { kind: 'live', name: 'demo cluster', endpoint: './' } } as const
    const base = await startTestGateway(null, { config })
    const response = await fetch(new URL('config.json', base))
    expect(await response.json()).toEqual(config)
    expect(response.headers.get('cache-control')).toBe('no-store')
  })
})

/** The address of a gateway with a capture of that content; null for a file that was removed after the start. */
async function withCapture(content: string | null): Promise<string> {
  const path = join(await temporaryFolder(), 'it’s a capture.jsonl')
  await writeFile(path, content ?? '')
  const base = await startTestGateway(null, { capture: { path, name: 'it’s a capture.jsonl' } })
  if (content === null) await rm(path)
  return base
}

describe('a capture', () => {
  test('comes as it is, with its name', async () => {
    const content = '{"a":1}\n'.repeat(100_000)
    const base = await withCapture(content)
    const response = await fetch(new URL('capture', base))
    expect(await response.text()).toBe(content)
    expect(response.headers.get('content-length')).toBe(String(content.length))
    expect(response.headers.get('content-disposition')).toBe(
      "attachment; filename*=UTF-8''it%E2%80%99s%20a%20capture.jsonl",
    )
  })

  test('may be empty', async () => {
    const base = await withCapture('')
    expect(await (await fetch(new URL('capture', base))).text()).toBe('')
  })

  test('that was removed since answers with the error', async () => {
    const base = await withCapture(null)
    const response = await fetch(new URL('capture', base))
    expect(response.status).toBe(500)
    expect(await response.text()).toContain('ENOENT')
  })

  test('that has become a FIFO or a directory answers with the error, at once', async () => {
    const folder = await temporaryFolder()
    const path = join(folder, 'capture')
    await writeFile(path, '{}')
    const base = await startTestGateway(null, {
      config: { source: { kind: 'capture', name: 'capture', url: './capture' } },
      capture: { path, name: 'capture' },
    })
    expect((await fetch(new URL('capture', base))).status).toBe(200)
    await rm(path)
    execFileSync('mkfifo', [path])
    for (const make of [() => Promise.resolve(), () => rm(path).then(() => mkdir(path))]) {
      await make()
      const response = await fetch(new URL('capture', base))
      expect(response.status).toBe(500)
      expect(await response.text()).toBe('The capture cannot be read (not a regular file).\n')
    }
  })

  test('is not there when none was given', async () => {
    expect((await fetch(new URL('capture', await startTestGateway(null)))).status).toBe(404)
  })

  test('answers calls to Goldmane with an error that says why', async () => {
    const { status, message } = await callWeb(await withCapture(''))
    expect(status).toBe(14)
    expect(message).toContain('capture')
  })
})

describe('probes', () => {
  test('the process lives and is ready while Goldmane is away, whatever the host name', async () => {
    const base = await startTestGateway({ url: 'http://127.0.0.1:1' })
    expect((await raw(base, '/healthz', { host: '10.1.2.3:8081' })).status).toBe(200)
    expect((await raw(base, '/readyz', { host: '10.1.2.3:8081' })).status).toBe(200)
  })

  test('without its certificates it is not ready, and only the log names the file', async () => {
    const lines: string[] = []
    const note = (event: string, fields?: LogFields) => lines.push(`${event} ${String(fields?.['why'])}`)
    const base = await startTestGateway(
      { url: 'https://127.0.0.1:1', tls: { ca: '/none/ca.crt' } },
      { log: { info: note, warn: note, error: note } },
    )
    const { status, body } = await raw(base, '/readyz')
    expect(status).toBe(503)
    expect(body).not.toMatch(/none|goldmane/i)
    const logged = lines.filter((line) => line.startsWith('gateway not ready'))
    expect(logged).toEqual([expect.stringContaining('/none/ca.crt')])
    expect((await raw(base, '/healthz')).status).toBe(200)
  })
})

test('closing ends open streams with a status', async () => {
  const peer = await startGrpcPeer({
    stream: () => undefined,
    list: (_, callback) => callback(null, Buffer.alloc(0)),
  })
  onTestFinished(() => peer.close())
  const gateway = await startGateway({
    host: '127.0.0.1',
    port: 0,
    staticDir: null,
    upstream: { url: `http://127.0.0.1:${peer.port}` },
    config: { source: { kind: 'live', name: 'test', endpoint: './' } },
  })
  const response = await post(gateway.url, { path: 'goldmane.Flows/Stream', body: frame(Buffer.alloc(0)) })
  const body = response.text()
  await gateway.close()
  expect(await body).toContain(
    'grpc-status: 14\r\ngrpc-message: The gateway is shutting down; it will be back',
  )
})
