/** What Goldmane's emitter posts, over mutual TLS: stored once, and not where the stream brought the same time. */
import { writeFile } from 'node:fs/promises'
import { request } from 'node:https'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { expect, onTestFinished, test, vi } from 'vitest'
import { bucketStart } from '../../src/flows/bucket.ts'
import { HistoryError } from '../history/history-error.ts'
import { MemoryHistory } from '../history/testing/memory-history.ts'
import { type CertificatePair, createAuthority } from '../testing/certificates.ts'
import { collectingLog, type LogLine } from '../testing/followed-goldmane.ts'
import { temporaryFolder } from '../testing/temporary-folder.ts'
import { startGateway } from './gateway.ts'

const START = bucketStart(Date.now() / 1000) - 1800
const PATH = '/api/v1/flows/bulk'

/** A record as Go's encoding/json writes it: numbers, enums as numbers, zeros left out. */
function line(port: number, start = START, end = START + 300): string {
  const Key = { source_name: 'web-*', source_namespace: 'shop', dest_port: port, proto: 'tcp', action: 1 }
  return JSON.stringify({ Key, start_time: start, end_time: end, source_labels: ['app=web'], packets_in: 7 })
}

async function startReceiving() {
  const store = new MemoryHistory()
  const [authority, other] = [await createAuthority('flows'), await createAuthority('others')]
  const folder = await temporaryFolder()
  const own = await authority.server('127.0.0.1')
  const files = { cert: join(folder, 'tls.crt'), key: join(folder, 'tls.key'), ca: join(folder, 'ca.crt') }
  await writeFile(files.cert, own.cert)
  await writeFile(files.key, own.key)
  await writeFile(files.ca, authority.ca)
  const log: LogLine[] = []
  const gateway = await startGateway({
    log: collectingLog(log),
    host: '127.0.0.1',
    port: 0,
    staticDir: null,
    config: { source: { kind: 'live', name: 'test', endpoint: './' } },
    clusters: [{ name: 'prod', upstream: { url: 'http://127.0.0.1:1' }, memory: 2 ** 24, history: store }],
    recording: {
      store,
      engine: 'memory',
      days: 7,
      hourDays: 400,
      maxBytes: null,
      receiver: { host: '127.0.0.1', port: 0, ...files },
    },
  })
  onTestFinished(() => gateway.close())
  const send = (client: CertificatePair | null, body: string | Buffer, path = PATH, method = 'POST') =>
    new Promise<{ readonly status: number; readonly said: string }>((resolve, reject) => {
      const { ca } = authority
      const options = { host: '127.0.0.1', port: gateway.receiverPort, path, method, ca, ...client }
      const headers = { 'content-type': 'application/x-ndjson' }
      const post = request({ ...options, headers }, (response) => {
        void text(response).then((said) => resolve({ status: response.statusCode ?? 0, said: said.trim() }))
      })
      post.once('error', reject).end(body)
    })
  const client = await authority.client()
  return {
    store,
    /** Of the receiver. */
    log: () => log.filter(({ event }) => event.startsWith('emit')),
    stranger: await other.client(),
    send,
    post: (body: string | Buffer, path?: string, method?: string) => send(client, body, path, method),
    held: () => store.have('prod', { from: 0, to: START + 86_400 }),
  }
}

test('a window is stored as records of five minutes, once, also when it is posted again', async () => {
  const { post, held } = await startReceiving()
  const body = [line(80), line(443, START + 60, START + 120)].join('\n')
  expect(await post(body)).toEqual({ status: 200, said: 'stored' })
  expect(await held()).toMatchObject([{ start: START, seconds: 300, rows: 2 }])
  expect(await post(body)).toEqual({ status: 200, said: 'known' })
  expect(await post(line(80, START + 300, START + 600), `/clusters/prod${PATH}`)).toMatchObject({
    status: 200,
  })
  expect(await held()).toMatchObject([{ start: START }, { start: START + 300, seconds: 300, rows: 1 }])
})

test('a window that overlaps what is stored is not stored, and what it alone had is a gap', async () => {
  const { post, held, store } = await startReceiving()
  await post(line(80))
  expect(await post(line(80, START + 120, START + 420))).toEqual({ status: 200, said: 'covered' })
  expect(await held()).toHaveLength(1)
  expect(await store.gaps('prod', { from: 0, to: 4e9 })).toEqual([
    {
      from: START + 300,
      to: START + 420,
      cause: "Goldmane's emitter sent records that overlap those of its window before",
    },
  ])
})

test('a window that leaves a hole waits for an older one, which the emitter would not send any more', async () => {
  const { post, held } = await startReceiving()
  await post(line(80))
  expect(await post(line(80, START + 600, START + 900))).toEqual({
    status: 503,
    said: 'Older records may still come: try again.',
  })
  expect(await post(line(80, START + 300, START + 600))).toMatchObject({ status: 200 })
  expect(await post(line(80, START + 600, START + 900))).toEqual({ status: 200, said: 'stored' })
  expect(await held()).toHaveLength(3)
})

test('while the history cannot be written the emitter is told to try again', async () => {
  const { post, held, store } = await startReceiving()
  store.trouble = new HistoryError('full', 'No space is left for the history')
  expect(await post(line(80))).toEqual({ status: 503, said: 'No space is left for the history' })
  store.trouble = null
  expect(await post(line(80))).toMatchObject({ status: 200 })
  expect(await held()).toHaveLength(1)
})

test('what is no window is refused with its line, and nothing of it is stored', async () => {
  const { post, held } = await startReceiving()
  expect(await post(`${line(80)}\n{"Key":`)).toEqual({ status: 400, said: 'line 2: no JSON' })
  expect(await post(line(80, 0, 0))).toEqual({
    status: 400,
    said: 'line 1: a record without a start and an end',
  })
  expect(await post('')).toEqual({ status: 400, said: 'There is no record' })
  const broken = Buffer.concat([Buffer.from(line(80)), Buffer.from([0xff])])
  expect(await post(broken)).toEqual({ status: 400, said: 'The text is not UTF-8' })
  expect(await post(`${line(80)}\n${line(80, START + 7200, START + 7500)}`)).toMatchObject({ status: 400 })
  expect(await post(line(80), '/clusters/lab/api/v1/flows/bulk')).toMatchObject({ status: 404 })
  expect(await post(line(80), PATH, 'PUT')).toMatchObject({ status: 405 })
  expect(await held()).toEqual([])
})

test('nobody posts without a certificate of the authority', async () => {
  const { send, stranger, held, log } = await startReceiving()
  await expect(send(null, line(80))).rejects.toThrow()
  await expect(send(null, line(80))).rejects.toThrow()
  await vi.waitFor(() => expect(log()).toMatchObject([{ event: 'emitter not let in', fields: { times: 1 } }]))
  expect(log()[0]?.fields?.['why']).toMatch(/^The client has shown no certificate, /)
  await expect(send(stranger, line(80))).rejects.toThrow()
  expect(await held()).toEqual([])
})
