// The server over TLS: HTTP/2 and HTTP/1.1, certificates that are renewed, and one of its own making.
import { X509Certificate } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { connect as connectHttp2, type ClientHttp2Session } from 'node:http2'
import { get } from 'node:https'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { connect as connectTls } from 'node:tls'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { ManualClock } from '../../src/lib/testing/manual-clock.ts'
import { silentLog, type Log } from '../lib/log.ts'
import { createAuthority, type CertificatePair } from '../testing/certificates.ts'
import { temporaryFolder } from '../testing/temporary-folder.ts'
import { DEFAULT_LIMITS, startHttpServer, type Handler, type HttpServer } from './http-server.ts'
import { makeSelfSigned } from './self-signed.ts'
import { RELOAD_INTERVAL_MS } from './serving-certificate.ts'
import { openServingTls } from './serving-tls.ts'

async function started(
  certificate: CertificatePair,
  handle: Handler,
  limits = DEFAULT_LIMITS,
): Promise<HttpServer> {
  const server = await startHttpServer({ host: '127.0.0.1', port: 0, limits, certificate, handle })
  onTestFinished(() => server.close(0))
  return server
}

function connect(port: number, ca: string, servername = 'localhost'): ClientHttp2Session {
  const session = connectHttp2(`https://127.0.0.1:${port}`, { ca, servername })
  session.on('error', () => undefined)
  onTestFinished(() => session.destroy())
  return session
}

/** The body of a GET over HTTP/2. */
function fetchHttp2(session: ClientHttp2Session, path: string, headers = {}): Promise<string> {
  return text(session.request({ ':path': path, ...headers }))
}

/** The serial number of the certificate that a new connection gets. */
function serialOf(port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connectTls({ port, host: '127.0.0.1', rejectUnauthorized: false }, () => {
      resolve(socket.getPeerX509Certificate()?.serialNumber ?? '')
      socket.destroy()
    })
    socket.once('error', reject)
  })
}

const echo: Handler = (request, response) => {
  response.end(`${request.httpVersion} ${request.headers.host} ${request.url}`)
}

describe('over TLS', () => {
  test('HTTP/2 and HTTP/1.1 reach the same handler, with a host name', async () => {
    const authority = await createAuthority('test')
    const { port } = await started(await authority.server('localhost'), echo)
    const session = connect(port, authority.ca)
    expect(await fetchHttp2(session, '/a')).toBe(`2.0 localhost:${port} /a`)
    const body = new Promise((resolve, reject) => {
      get(`https://localhost:${port}/b`, { ca: authority.ca }, (response) => resolve(text(response))).once(
        'error',
        reject,
      )
    })
    expect(await body).toBe(`1.1 localhost:${port} /b`)
  })

  test('six open streams do not hold up a seventh request', async () => {
    const authority = await createAuthority('test')
    const { port } = await started(await authority.server('localhost'), (request, response) => {
      if (request.url === '/stream') response.write('first')
      else response.end('last')
    })
    const session = connect(port, authority.ca)
    const streams = Array.from({ length: 12 }, () => session.request({ ':path': '/stream' }))
    await Promise.all(streams.map((stream) => new Promise((resolve) => stream.once('data', resolve))))
    expect(await fetchHttp2(session, '/')).toBe('last')
  })

  test('a response whose browser went away is destroyed, for HTTP/2 too', async () => {
    const authority = await createAuthority('test')
    const seen: boolean[] = []
    const { port } = await started(await authority.server('localhost'), (_, response) => {
      seen.push(response.destroyed)
      response.once('close', () => seen.push(response.destroyed))
      response.write('first')
    })
    const stream = connect(port, authority.ca).request({ ':path': '/' })
    await new Promise((resolve) => stream.once('data', resolve))
    stream.close()
    await vi.waitFor(() => expect(seen).toEqual([false, true]))
  })

  test.each(['/', '/empty', '/read'])(
    'a request that was answered before its body came is closed: %s',
    async (path) => {
      const authority = await createAuthority('test')
      const { port } = await started(await authority.server('localhost'), (request, response) => {
        const answer = () => void response.end(path === '/empty' ? undefined : 'answer')
        // Some handlers read a part of the body first.
        if (path === '/read') request.once('data', answer)
        else answer()
      })
      const stream = connect(port, authority.ca).request(
        { ':path': path, ':method': 'POST' },
        { endStream: false },
      )
      stream.write('a part')
      expect(await text(stream)).toBe(path === '/empty' ? '' : 'answer')
      await vi.waitFor(() => expect(stream.closed).toBe(true))
      expect(stream.rstCode).toBe(0)
    },
  )

  test('a session that has nothing to do is closed', async () => {
    const authority = await createAuthority('test')
    const limits = { ...DEFAULT_LIMITS, keepAliveTimeout: 50 }
    const { port } = await started(await authority.server('localhost'), echo, limits)
    const session = connect(port, authority.ca)
    await new Promise((resolve) => session.once('close', resolve))
  })

  test('TLS below 1.2 is refused', async () => {
    const authority = await createAuthority('test')
    const { port } = await started(await authority.server('localhost'), echo)
    const old = {
      port,
      host: '127.0.0.1',
      rejectUnauthorized: false,
      minVersion: 'TLSv1',
      maxVersion: 'TLSv1.1',
    } as const
    await expect(
      new Promise((resolve, reject) => connectTls(old, () => resolve('connected')).once('error', reject)),
    ).rejects.toThrow()
  })
})

async function writtenPair(pair: CertificatePair) {
  const folder = await temporaryFolder()
  const files = { cert: join(folder, 'tls.crt'), key: join(folder, 'tls.key') }
  const write = async ({ cert, key }: CertificatePair) => {
    await writeFile(files.cert, cert)
    await writeFile(files.key, key)
  }
  await write(pair)
  return { files, write }
}

/** The events of a log, with their fields. */
function recorded(): { log: Log; events: [string, unknown][] } {
  const events: [string, unknown][] = []
  const add = (event: string, fields?: unknown) => void events.push([event, fields])
  return { log: { info: add, warn: add, error: add }, events }
}

describe('certificate files', () => {
  test('are used for the next connection once they changed; those that are open go on', async () => {
    const authority = await createAuthority('test')
    const [first, second] = [await authority.server('localhost'), await authority.server('localhost')]
    const { files, write } = await writtenPair(first)
    const clock = new ManualClock(Date.now())
    const { log, events } = recorded()
    const tls = await openServingTls({ kind: 'files', ...files }, '127.0.0.1', { clock, log })
    onTestFinished(() => tls.close())
    const server = await started(tls.certificate, echo)
    tls.onRenewed((certificate) => server.setCertificate(certificate))
    const session = connect(server.port, authority.ca)
    await fetchHttp2(session, '/')
    expect(await serialOf(server.port)).toBe(new X509Certificate(first.cert).serialNumber)

    await write(second)
    clock.advance(RELOAD_INTERVAL_MS)
    await vi.waitFor(() => expect(events.map(([event]) => event)).toContain('serving certificate renewed'))
    expect(await serialOf(server.port)).toBe(new X509Certificate(second.cert).serialNumber)
    expect(await fetchHttp2(session, '/')).toContain('2.0')
  })

  test('that do not fit each other leave the old pair in use, are told once, and make it not ready', async () => {
    const authority = await createAuthority('test')
    const [first, second] = [await authority.server('localhost'), await authority.server('localhost')]
    const { files, write } = await writtenPair(first)
    const clock = new ManualClock(Date.now())
    const { log, events } = recorded()
    const tls = await openServingTls({ kind: 'files', ...files }, '127.0.0.1', { clock, log })
    onTestFinished(() => tls.close())
    const renewed = vi.fn()
    tls.onRenewed(renewed)
    await writeFile(files.cert, second.cert)
    for (let i = 0; i < 2; i++) {
      clock.advance(RELOAD_INTERVAL_MS)
      await vi.waitFor(() => expect(clock.waiting).toBe(1))
    }
    const faults = events.filter(([event]) => event === 'serving certificate not renewed')
    expect(faults).toEqual([
      [expect.anything(), { cause: `The key ${files.key} does not belong to the certificate ${files.cert}` }],
    ])
    expect(() => tls.check()).toThrow('does not belong')
    expect(renewed).not.toHaveBeenCalled()

    await write(second)
    clock.advance(RELOAD_INTERVAL_MS)
    await vi.waitFor(() => expect(renewed).toHaveBeenCalledWith(second))
    expect(() => tls.check()).not.toThrow()
  })

  test('that expire soon are told once', async () => {
    const authority = await createAuthority('test')
    const { files } = await writtenPair(await authority.server('localhost', { endsIn: 3 * 86_400_000 }))
    const clock = new ManualClock(Date.now())
    const { log, events } = recorded()
    const tls = await openServingTls({ kind: 'files', ...files }, '127.0.0.1', { clock, log })
    onTestFinished(() => tls.close())
    clock.advance(RELOAD_INTERVAL_MS)
    await vi.waitFor(() => expect(clock.waiting).toBe(1))
    expect(events.map(([event]) => event)).toEqual(['serving certificate expires soon'])
  })

  test('that are missing, or are none, are refused in a sentence', async () => {
    const folder = await temporaryFolder()
    const [cert, key] = [join(folder, 'tls.crt'), join(folder, 'tls.key')]
    const open = () =>
      openServingTls({ kind: 'files', cert, key }, 'localhost', { clock: new ManualClock(), log: silentLog })
    await expect(open()).rejects.toThrow(`The certificate ${cert} cannot be read (ENOENT)`)
    await writeFile(cert, 'none')
    await expect(open()).rejects.toThrow(`The certificate ${cert} is not a PEM file`)
  })
})

test('a self-signed certificate is for the loopback and the names that were given', async () => {
  const pair = await makeSelfSigned(['flows.example', '10.1.2.3'])
  const certificate = new X509Certificate(pair.cert)
  expect(certificate.checkHost('flows.example')).toBe('flows.example')
  expect(certificate.checkHost('localhost')).toBe('localhost')
  expect(certificate.checkIP('10.1.2.3')).toBe('10.1.2.3')
  expect(certificate.checkIP('127.0.0.1')).toBe('127.0.0.1')
  expect(certificate.checkHost('evil.example')).toBeUndefined()
  expect(certificate.ca).toBe(false)
  const days = (Date.parse(certificate.validTo) - Date.parse(certificate.validFrom)) / 86_400_000
  expect(days).toBeLessThan(398)
  const { port } = await started(pair, echo)
  expect(await fetchHttp2(connect(port, pair.cert), '/')).toContain('2.0')
})
