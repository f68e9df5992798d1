import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { parseCsv } from '../../export/testing/parse-csv.ts'
import { anyExpression, anyFlow, NOW } from '../../filter/testing/arbitrary-queries.ts'
import { recordLine } from '../../capture/capture-writer.ts'
import { readAll } from '../../capture/testing/samples.ts'
import { include } from '../../filter/tree/clauses.ts'
import { ALL, type Expression } from '../../filter/tree/expression.ts'
import { BUCKET_SECONDS } from '../../flows/bucket.ts'
import type { Flow } from '../../flows/flow.ts'
import { inOrder } from '../../flows/hit.ts'
import { buildFlow } from '../../flows/testing/build.ts'
import type { RecordStore } from '../keys/record-store.ts'
import type { ExportProgress, ExportRequest, Shape, ViewRequest } from '../protocol.ts'
import { storeOf, UNWATCHED, WHOLE_VIEW } from '../testing/exported-store.ts'
import { ReferenceStore } from '../testing/reference-store.ts'
import { writeExport } from './export-job.ts'

const START = NOW - 300

function viewOf(change: Partial<ViewRequest> = {}): ViewRequest {
  return { ...WHOLE_VIEW, ...change }
}

function requestOf(view: ViewRequest, format: ExportRequest['format']): ExportRequest {
  return {
    format,
    view: { ...view, shape: view.shape === 'keys' ? 'intervals' : view.shape },
    columns: ['action', 'source', 'conns', 'records', 'first'],
    source: 'lab-1',
    link: null,
  }
}

interface Watch {
  readonly onProgress?: (progress: ExportProgress) => void
  readonly signal?: AbortSignal
}

/** Writes a file from a store; the clock goes on by 200 ms whenever it is read, so that each batch is reported. */
function exportOf(
  store: RecordStore,
  view: ViewRequest,
  format: ExportRequest['format'],
  { onProgress = () => {}, signal = UNWATCHED.signal }: Watch = {},
) {
  let now = 0
  const clock = () => (now += 200)
  return writeExport({ store, view, now: NOW }, requestOf(view, format), { signal, onProgress, clock })
}

/** A store of many chunks. */
const chunkedStore = (flows: readonly Flow[], live = false) => storeOf(flows, { live, chunkRows: 64 })

/** A record of each bucket from the start, of a pod of its own. */
function recordsOfBuckets(count: number, change: Partial<Flow> = {}): readonly Flow[] {
  return Array.from({ length: count }, (_, i) => {
    const startTime = START + i * BUCKET_SECONDS
    return buildFlow(
      { sourceName: `pod-${i}` },
      { startTime, endTime: startTime + BUCKET_SECONDS, ...change },
    )
  })
}

/** Records as a store holds them: hits in the order of their evaluation. */
const anyRecords = fc.array(
  fc.record({ flow: anyFlow, bucket: fc.nat(10) }).map(({ flow, bucket }): Flow => {
    const { enforced, pending } = flow.key.policies
    const startTime = START + bucket * BUCKET_SECONDS
    return {
      ...flow,
      key: { ...flow.key, policies: { enforced: inOrder(enforced), pending: inOrder(pending) } },
      startTime,
      endTime: startTime + BUCKET_SECONDS,
    }
  }),
  { maxLength: 30 },
)

/** The records of the reference store that match, as lines. */
function expectedLines(flows: readonly Flow[], filter: Expression, time: ViewRequest['time']): string[] {
  const reference = new ReferenceStore({ live: false })
  for (const flow of flows) reference.append(flow)
  const { rows } = reference.view(viewOf({ filter, time, limit: 1000 }), NOW)
  return rows.map(({ firstSeen, lastSeen, ...row }) =>
    recordLine({ ...row, startTime: firstSeen, endTime: lastSeen }).trimEnd(),
  )
}

describe('an export of records', () => {
  test(
    'has the records that the filter shows, as the reference store finds them',
    { timeout: 60_000 },
    async () => {
      const range = { from: START + 3 * BUCKET_SECONDS, to: START + 8 * BUCKET_SECONDS }
      await fc.assert(
        fc.asyncProperty(anyRecords, anyExpression, fc.boolean(), async (flows, filter, hasRange) => {
          const time = hasRange ? range : null
          const file = await exportOf(chunkedStore(flows), viewOf({ filter, time }), 'json-lines')
          const lines = (await file.blob.text()).split('\n').filter(Boolean)
          const expected = expectedLines(flows, filter, time)
          expect(lines.toSorted()).toEqual(expected.toSorted())
          expect(file).toMatchObject({ written: expected.length, total: expected.length })
        }),
        { numRuns: 40 },
      )
    },
  )

  test('under groups has the records that the groups sum, though each alone would not match', async () => {
    const flows = recordsOfBuckets(4, { bytesIn: 100, bytesOut: 0 }).map((flow) => ({
      ...flow,
      key: buildFlow().key,
    }))
    const filter: Expression = {
      kind: 'compare',
      field: 'bytes',
      operator: '>=',
      values: [{ kind: 'number', number: 400 }],
    }
    const written = async (shape: Shape) =>
      (await exportOf(chunkedStore(flows), viewOf({ shape, filter }), 'json-lines')).written
    expect(await written('groups')).toBe(4)
    expect(await written('intervals')).toBe(0)
  })

  test('keeps the records that are evicted meanwhile, and leaves out those that come meanwhile', async () => {
    const flows = recordsOfBuckets(5000)
    const store = chunkedStore(flows, true)
    let reports = 0
    const file = await exportOf(store, viewOf(), 'json-lines', {
      onProgress: () => {
        // After the first batch: nearly all is evicted, and the keys of the rest are renumbered.
        if (reports++ === 0) store.setBudget(0)
        const startTime = START + (6000 + reports) * BUCKET_SECONDS
        store.append(buildFlow({ sourceName: 'late' }, { startTime, endTime: startTime + BUCKET_SECONDS }))
      },
    })
    expect(store.rows.evicted).toBeGreaterThan(4000)
    expect(await file.blob.text()).toBe(flows.map((flow) => recordLine(flow)).join(''))
    expect(file).toMatchObject({ written: 5000, total: 5000 })
    expect(file.span).toEqual({ from: START, to: START + 5000 * BUCKET_SECONDS })
  })

  test('of a frozen view ends with the records of then', async () => {
    const store = chunkedStore(recordsOfBuckets(10))
    const frozen = { appended: 6, newest: null }
    expect((await exportOf(store, viewOf({ frozen }), 'json-lines')).written).toBe(6)
  })

  test('is packed as a capture, and says how far it is', async () => {
    const store = chunkedStore(recordsOfBuckets(4500))
    const progress: ExportProgress[] = []
    const file = await exportOf(store, viewOf(), 'capture', { onProgress: (each) => progress.push(each) })
    const unpacked = file.blob.stream().pipeThrough(new DecompressionStream('gzip'))
    const text = await new Response(unpacked).text()
    const [head, ...lines] = text.split('\n')
    expect(JSON.parse(head ?? '')).toMatchObject({
      flowtraceCapture: 1,
      source: { kind: 'capture' },
      window: { from: new Date(START * 1000).toISOString().replace('.000Z', 'Z') },
    })
    expect(lines).toHaveLength(4501)
    // 250 keys that were not written before are one batch.
    expect(progress.map(({ written }) => written)).toEqual(
      Array.from({ length: 18 }, (_, i) => 250 * (i + 1)),
    )
    expect(progress.every(({ total }) => total === 4500)).toBe(true)
    expect(file.bytes).toBe(file.blob.size)
    expect(file.bytes).toBeLessThan(text.length / 5)
  })

  test('as Parquet opens again with the same records in their order, whatever is evicted meanwhile', async () => {
    const flows = recordsOfBuckets(13_000, {
      sourceLabels: ['app=web'],
      bytesIn: 7,
      numConnectionsLive: null,
    })
    const store = chunkedStore(flows, true)
    const progress: ExportProgress[] = []
    const file = await exportOf(store, viewOf(), 'parquet', {
      onProgress: (each) => {
        if (progress.length === 0) store.setBudget(0)
        progress.push(each)
      },
    })
    expect(store.rows.evicted).toBeGreaterThan(12_000)
    const read = await readAll(Buffer.from(await file.blob.arrayBuffer()))
    expect(read).toMatchObject({ flows, refused: 0 })
    expect(read.headers).toMatchObject([
      { window: { from: START, to: START + 13_000 * BUCKET_SECONDS }, source: { kind: 'live' } },
    ])
    expect(progress.map(({ written }) => written)).toEqual([2000, 4000, 6000, 8000, 10_000, 12_000, 13_000])
    // A row group is written when it is full; its bytes are counted when the next part is asked for.
    expect(progress[5]!.bytes).toBeLessThan(progress[6]!.bytes)
    expect(file).toMatchObject({ written: 13_000, total: 13_000, bytes: file.blob.size })
  })

  test.each(['json-lines', 'parquet'] as const)('as %s stops when it is cancelled', async (format) => {
    const abort = new AbortController()
    const onProgress = ({ written }: ExportProgress) => {
      if (written >= 2000) abort.abort()
    }
    const store = chunkedStore(recordsOfBuckets(6000))
    const { signal } = abort
    await expect(exportOf(store, viewOf(), format, { onProgress, signal })).rejects.toThrow('aborted')
  })
})

describe('an export of rows', () => {
  test('has one line for each row of the table, in its order, under the words of its columns', async () => {
    await fc.assert(
      fc.asyncProperty(
        anyRecords,
        fc.constantFrom<Shape>('groups', 'signatures', 'intervals'),
        fc.boolean(),
        async (flows, shape, descending) => {
          const view = viewOf({ shape, sort: { column: 'conns', descending } })
          const reference = new ReferenceStore({ live: false })
          for (const flow of flows) reference.append(flow)
          const { rows } = reference.view({ ...view, limit: 1000 }, NOW)
          const file = await exportOf(chunkedStore(flows), view, 'csv')
          const [heads, ...lines] = parseCsv(await file.blob.text())
          expect(heads).toEqual([
            'Verdict',
            'Source namespace',
            'Source',
            'Connections',
            'Records',
            'First seen',
          ])
          expect(lines.map((line) => line.slice(3, 5))).toEqual(
            rows.map((row) => [String(row.numConnectionsStarted ?? ''), String(row.records)]),
          )
        },
      ),
      { numRuns: 40 },
    )
  })

  test.each<Shape>(['signatures', 'intervals'])(
    'of %s are as they were at its beginning, whatever is evicted meanwhile',
    async (shape) => {
      const view = viewOf({ shape, sort: { column: 'first', descending: false } })
      const expected = await exportOf(chunkedStore(recordsOfBuckets(5000), true), view, 'csv')
      const store = chunkedStore(recordsOfBuckets(5000), true)
      let reports = 0
      const file = await exportOf(store, view, 'csv', {
        onProgress: () => {
          if (reports++ === 1) store.setBudget(0)
        },
      })
      expect(store.rows.evicted).toBeGreaterThan(4000)
      expect(await file.blob.text()).toBe(await expected.blob.text())
      expect(file).toMatchObject({ written: 5000, total: 5000 })
    },
  )

  test('as Markdown has the first hundred', async () => {
    const filter = include(ALL, 'dst.ns', 'backend')
    const file = await exportOf(chunkedStore(recordsOfBuckets(120)), viewOf({ filter }), 'markdown')
    const text = await file.blob.text()
    expect(text).toContain('### 120 records\n')
    expect(text).toContain('- Filter: `dst.ns = backend`')
    expect(file).toMatchObject({ written: 100, total: 120 })
  })
})
