// The sentences with which the page explains a failed connection, against real servers and certificates.
import { writeFile } from 'node:fs/promises'
import { createServer, type Server as TcpServer } from 'node:net'
import { join } from 'node:path'
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { ensure } from '../../src/lib/assert.ts'
import { explainConnectFailure, type ConnectFailure } from './connect-error.ts'
import type { TlsFiles } from './credentials.ts'
import { startTestGateway } from '../testing/test-gateway.ts'
import { createPki, type Authority, type CertificatePair } from '../testing/certificates.ts'
import { startGrpcPeer, type UnaryHandler } from '../testing/grpc-peer.ts'
import { temporaryFolder } from '../testing/temporary-folder.ts'
import { callWeb } from '../testing/grpc-web-client.ts'

const NAME = 'goldmane.calico-system.svc'

let authority: Authority
let stranger: Authority
let server: CertificatePair
let client: CertificatePair

beforeAll(async () => {
  ;({ authority, stranger, server, client } = await createPki(NAME))
})

const echo: UnaryHandler = (call, callback) => callback(null, call.request)

/** The message of a call when the gateway has these files and the server that certificate. */
async function callOver(tls: TlsFiles, certificate: CertificatePair = server): Promise<string> {
  const peer = await startGrpcPeer({ list: echo }, { ca: authority.ca, ...certificate })
  onTestFinished(() => peer.close())
  return messageFrom(`https://127.0.0.1:${peer.port}`, tls)
}

async function messageFrom(url: string, tls?: TlsFiles, connectTimeout?: number): Promise<string> {
  const base = await startTestGateway({
    url,
    ...(tls === undefined ? {} : { tls }),
    ...(connectTimeout === undefined ? {} : { connectTimeout }),
  })
  const { http, status, message } = await callWeb(base)
  expect(http).toBe(200)
  expect(status === 14 || status === 0).toBe(true)
  return status === 0 ? 'OK' : message
}

/** Starts a TCP server that handles its connections so; returns its port. */
async function tcpServer(onConnection: Parameters<typeof createServer>[1]): Promise<number> {
  const tcp: TcpServer = createServer(onConnection)
  await new Promise<void>((resolve) => tcp.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void tcp.close())
  const address = tcp.address()
  return typeof address === 'object' ? ensure(address, 'address').port : 0
}

describe('certificates', () => {
  test('valid ones: the call succeeds', async () => {
    expect(await callOver({ ca: authority.ca, ...client, serverName: NAME })).toBe('OK')
  })

  test('a server that another CA signed', async () => {
    expect(await callOver({ ca: stranger.ca, ...client, serverName: NAME })).toContain(
      'is not signed by the given CA',
    )
  })

  test('a server that no CA of the system signed, where none was given', async () => {
    expect(await callOver({ ...client, serverName: NAME })).toMatch(
      /is not signed by a CA that this system knows; --ca names the file of its CA/,
    )
  })

  test('a server of another name than the one dialled', async () => {
    expect(await callOver({ ca: authority.ca, ...client })).toMatch(/is not for the name 127\.0\.0\.1/)
    expect(await callOver({ ca: authority.ca, ...client, serverName: 'whisker' })).toMatch(
      /is not for the name whisker; --server-name/,
    )
  })

  test('a server whose certificate has expired', async () => {
    const expired = await authority.server(NAME, { endsIn: -86_400_000 })
    expect(await callOver({ ca: authority.ca, ...client, serverName: NAME }, expired)).toMatch(
      /the certificate of 127\.0\.0\.1:\d+ has expired/,
    )
  })

  test('a client certificate of another CA', async () => {
    const unknown = await stranger.client()
    expect(await callOver({ ca: authority.ca, ...unknown, serverName: NAME })).toContain(
      'refused the client certificate',
    )
  })

  test('no client certificate', async () => {
    expect(await callOver({ ca: authority.ca, serverName: NAME })).toMatch(
      /refused the client certificate.*none was given/,
    )
  })

  test('a client certificate that has expired, with the day', async () => {
    const expired = await authority.client({ endsIn: -86_400_000 })
    expect(await callOver({ ca: authority.ca, ...expired, serverName: NAME })).toMatch(
      /refused the client certificate.*ours expired on \d{4}-\d\d-\d\d/,
    )
  })

  test('a key that belongs to another certificate', async () => {
    const files = { ca: authority.ca, cert: client.cert, key: server.key, serverName: NAME }
    expect(await callOver(files)).toContain('The client key does not belong to the client certificate')
  })

  test('a file that is not there, is not PEM, or is no certificate', async () => {
    const folder = await temporaryFolder()
    const text = join(folder, 'text')
    await writeFile(text, 'hello')
    expect(await callOver({ ca: join(folder, 'none') })).toContain(
      'The CA certificate cannot be read (ENOENT)',
    )
    expect(await callOver({ ca: text })).toMatch(/is not a PEM file/)
    expect(await callOver({ ca: client.key })).toContain('The certificate files cannot be used')
  })

  test('renewed files are used by the next connection', async () => {
    const folder = await temporaryFolder()
    const files = { ca: join(folder, 'ca.crt'), cert: join(folder, 'tls.crt'), key: join(folder, 'tls.key') }
    const write = async (ca: string, pair: CertificatePair) => {
      await writeFile(files.ca, ca)
      await writeFile(files.cert, pair.cert)
      await writeFile(files.key, pair.key)
    }
    await write(stranger.ca, await stranger.client())

    const peer = await startGrpcPeer({ list: echo }, { ca: authority.ca, ...server })
    onTestFinished(() => peer.close())
    const base = await startTestGateway({
      url: `https://127.0.0.1:${peer.port}`,
      tls: { ...files, serverName: NAME },
    })
    expect(await callWeb(base)).toMatchObject({ status: 14 })
    await write(authority.ca, client)
    expect(await callWeb(base)).toMatchObject({ status: 0 })
  })
})

describe('the network', () => {
  test('a port where nothing listens', async () => {
    const peer = await startGrpcPeer({})
    peer.close()
    expect(await messageFrom(`http://127.0.0.1:${peer.port}`)).toMatch(
      /127\.0\.0\.1:\d+ refused the TCP connection: nothing listens there/,
    )
  })

  test('a name that is not in DNS', async () => {
    // Reserved never to exist (RFC 6761).
    expect(await messageFrom('http://goldmane.invalid:7443')).toMatch(
      /goldmane\.invalid was not found in DNS/,
    )
  })

  test('a server that does not speak TLS', async () => {
    const peer = await startGrpcPeer({ list: echo })
    onTestFinished(() => peer.close())
    expect(await messageFrom(`https://127.0.0.1:${peer.port}`, { ca: authority.ca })).toContain(
      'does not speak TLS',
    )
  })

  test('a server that wants TLS and is spoken to without', async () => {
    const peer = await startGrpcPeer({ list: echo }, { ca: authority.ca, ...server })
    onTestFinished(() => peer.close())
    expect(await messageFrom(`http://127.0.0.1:${peer.port}`)).toContain('it may want TLS')
  })

  test('a server of another protocol', async () => {
    const port = await tcpServer((socket) => {
      socket.on('error', () => undefined)
      socket.end('220 mail.example ESMTP\r\n'.repeat(100))
    })
    expect(await messageFrom(`http://127.0.0.1:${port}`)).toContain('does not speak HTTP/2')
  })

  test('a server that accepts and then says nothing', async () => {
    const port = await tcpServer((socket) => {
      onTestFinished(() => void socket.destroy())
    })
    expect(await messageFrom(`http://127.0.0.1:${port}`, undefined, 30)).toContain('does not speak gRPC')
    expect(await messageFrom(`https://127.0.0.1:${port}`, { ca: authority.ca }, 30)).toContain(
      'did not finish the TLS handshake',
    )
  })
})

describe('failures that a loopback cannot produce, by their error codes', () => {
  const failure: ConnectFailure = {
    phase: 'settings',
    cause: null,
    timedOut: false,
    host: 'goldmane',
    port: 7443,
    serverName: 'goldmane',
    hasCa: true,
    clientCertificateExpiry: new Date('2030-01-01'),
    now: new Date('2026-11-22'),
  }

  test.each([
    'ERR_SSL_TLSV1_ALERT_UNKNOWN_CA',
    'ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE',
    'ERR_SSL_SSLV3_ALERT_CERTIFICATE_EXPIRED',
    'ERR_SSL_SSLV3_ALERT_CERTIFICATE_UNKNOWN',
    'ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED',
  ])('%s: the client certificate was refused', (code) => {
    expect(explainConnectFailure({ ...failure, cause: withCode(code) })).toEqual({
      kind: 'own-refused',
      message: `TLS: goldmane:7443 refused the client certificate (${code})`,
    })
  })

  test('packets that a policy drops', () => {
    expect(explainConnectFailure({ ...failure, phase: 'tcp', timedOut: true })).toEqual({
      kind: 'port-no-answer',
      message: 'goldmane:7443 does not answer: a firewall or a network policy may drop the connection',
    })
  })

  test('a DNS server that does not answer', () => {
    expect(explainConnectFailure({ ...failure, phase: 'lookup', timedOut: true })).toEqual({
      kind: 'name-no-answer',
      message: 'DNS gave no answer for goldmane',
    })
  })

  test('a certificate of the future', () => {
    expect(
      explainConnectFailure({ ...failure, phase: 'tls', cause: withCode('CERT_NOT_YET_VALID') }).message,
    ).toContain('check the clocks')
  })

  test('anything else keeps its code', () => {
    const { kind, message } = explainConnectFailure({
      ...failure,
      phase: 'tls',
      cause: withCode('ERR_SSL_NEW'),
    })
    expect(message).toContain('ERR_SSL_NEW')
    expect(kind).toBe('tls-failed')
  })
})

function withCode(code: string): Error {
  return Object.assign(new Error('words of OpenSSL'), { code })
}
