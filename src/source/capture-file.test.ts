import { describe, expect, test } from 'vitest'
import { openCapture } from './capture-file.ts'
import type { OpenedCapture } from './capture-file.ts'
import { toTrouble } from './trouble.ts'

/** A record of a made-up cluster in Whisker's format. */
const RECORD = JSON.stringify({
  start_time: '2026-01-02T03:04:00Z',
  end_time: '2026-01-02T03:04:15Z',
  action: 'Deny',
  source_name: 'client-*',
  source_namespace: 'shop',
  source_labels: 'app=client',
  dest_name: 'db-0',
  dest_namespace: 'data',
  dest_labels: 'app=db',
  protocol: 'tcp',
  dest_port: 5432,
  reporter: 'Src',
  policies: {
    enforced: [
      {
        kind: 'GlobalNetworkPolicy',
        name: 'no-db',
        namespace: '',
        tier: 'default',
        action: 'Deny',
        policy_index: 0,
        rule_index: 0,
        trigger: null,
      },
    ],
    pending: [],
  },
  packets_in: 0,
  packets_out: 3,
  bytes_in: 0,
  bytes_out: 180,
})
const TEXT = `${RECORD}\n${RECORD}\n{"oops\n`

const never = new AbortController().signal
const served = (respond: () => Response | Promise<Response>) => ({
  source: { kind: 'url', url: 'http://127.0.0.1:8081/capture', name: 'incident' } as const,
  fetcher: async () => respond(),
})

async function readAll({ batches }: OpenedCapture) {
  let flows = 0
  let refusals = 0
  let bytesRead = 0
  for await (const batch of batches) {
    flows += batch.flows.length
    refusals += batch.refusals.length
    bytesRead = batch.bytesRead
  }
  return { flows, refusals, bytesRead }
}

describe('a capture', () => {
  test('dropped on the page is read to its end, and its size is known', async () => {
    const file = new File([TEXT], 'incident.jsonl')
    const opened = await openCapture({ kind: 'file', file }, never)
    expect(opened.total).toBe(TEXT.length)
    expect(await readAll(opened)).toEqual({ flows: 2, refusals: 1, bytesRead: TEXT.length })
  })

  test('of several files is merged, and its size is theirs together', async () => {
    const [first, second] = [new File([TEXT], 'a.jsonl'), new File([TEXT], 'b.jsonl')]
    const opened = await openCapture({ kind: 'file', file: first, others: [second] }, never)
    expect(opened.total).toBe(2 * TEXT.length)
    expect(await readAll(opened)).toEqual({ flows: 4, refusals: 2, bytesRead: 2 * TEXT.length })
  })

  test('compressed counts its progress in the bytes of the file', async () => {
    const plain = new Blob([TEXT.repeat(50)]).stream()
    const packed = await new Response(plain.pipeThrough(new CompressionStream('gzip'))).arrayBuffer()
    const opened = await openCapture({ kind: 'file', file: new File([packed], 'incident.jsonl.gz') }, never)
    expect(opened.total).toBe(packed.byteLength)
    expect(await readAll(opened)).toMatchObject({ flows: 100, bytesRead: packed.byteLength })
  })

  test('offered by the server is read as it arrives', async () => {
    const { source, fetcher } = served(
      () => new Response(TEXT, { headers: { 'content-length': String(TEXT.length) } }),
    )
    const opened = await openCapture(source, never, fetcher)
    expect(opened.total).toBe(TEXT.length)
    expect(await readAll(opened)).toEqual({ flows: 2, refusals: 1, bytesRead: TEXT.length })
  })

  test.each([
    ['no length', {}],
    ['a length of the compressed answer', { 'content-length': '12', 'content-encoding': 'gzip' }],
    ['a length that is no number', { 'content-length': 'many' }],
  ])('offered with %s has an unknown size', async (_, headers) => {
    const { source, fetcher } = served(() => new Response(TEXT, { headers }))
    expect((await openCapture(source, never, fetcher)).total).toBeNull()
  })
})

describe('a capture that cannot be downloaded', () => {
  test.each([
    [404, 'refused'],
    [403, 'refused'],
    [500, 'offline'],
  ])('because of HTTP %i is %s', async (status, kind) => {
    const { source, fetcher } = served(() => new Response('', { status }))
    const trouble = toTrouble(await openCapture(source, never, fetcher).catch((error: unknown) => error))
    expect(trouble).toMatchObject({ kind, detail: `HTTP ${status} for ${source.url}` })
  })

  test('because no server answers is offline', async () => {
    const { source, fetcher } = served(() => Promise.reject(new TypeError('Load failed')))
    const trouble = toTrouble(await openCapture(source, never, fetcher).catch((error: unknown) => error))
    expect(trouble).toMatchObject({ kind: 'offline', retry: true })
  })

  test('because the connection breaks in the middle is offline, and the records before the break are kept', async () => {
    let sent = false
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        if (sent) controller.error(new TypeError('network error'))
        else controller.enqueue(new TextEncoder().encode(`${RECORD}\n${RECORD}\n`))
        sent = true
      },
    })
    const { source, fetcher } = served(() => new Response(body))
    const { batches } = await openCapture(source, never, fetcher)
    let flows = 0
    const reading = (async () => {
      for await (const batch of batches) flows += batch.flows.length
    })()
    expect(toTrouble(await reading.catch((error: unknown) => error))).toMatchObject({ kind: 'offline' })
    expect(flows).toBe(2)
  })
})

describe('stopping', () => {
  test('before it is opened throws the reason', async () => {
    const file = new File([TEXT], 'incident.jsonl')
    const stopped = AbortSignal.abort(new Error('closed'))
    await expect(openCapture({ kind: 'file', file }, stopped)).rejects.toThrow('closed')
  })

  test('while it is read cancels the download', async () => {
    const abort = new AbortController()
    let cancelled = false
    const body = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.enqueue(new TextEncoder().encode(`${RECORD}\n`.repeat(300))),
      cancel() {
        cancelled = true
      },
    })
    const { source, fetcher } = served(() => new Response(body))
    const { batches } = await openCapture(source, abort.signal, fetcher)
    const reading = (async () => {
      for await (const batch of batches) if (batch.flows.length > 0) abort.abort(new Error('closed'))
    })()
    await expect(reading).rejects.toThrow('closed')
    expect(cancelled).toBe(true)
  })
})
