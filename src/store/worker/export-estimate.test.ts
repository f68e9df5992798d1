import { describe, expect, test } from 'vitest'

import { demoFlows } from '../../demo/cluster.ts'
import type { ExportColumnId } from '../../export/row-columns.ts'
import { include } from '../../filter/tree/clauses.ts'
import { ALL } from '../../filter/tree/expression.ts'
import { COLUMNS as ALL_COLUMNS } from '../../flows/column.ts'
import { BUCKET_SECONDS } from '../../flows/bucket.ts'
import type { Flow } from '../../flows/flow.ts'
import type { RecordStore } from '../keys/record-store.ts'
import type { ExportRequest, Shape, ViewRequest } from '../protocol.ts'
import { storeOf, UNWATCHED, WHOLE_VIEW } from '../testing/exported-store.ts'
import { writeExport } from './export-job.ts'

/** An hour before which the demo's scan has ended 11 minutes ago, as in the end-to-end tests. */
const DEMO_END = 500_000 * 3600 + 1260
const COLUMNS: readonly ExportColumnId[] = [
  'action',
  'source',
  'destination',
  'port',
  'decided',
  'conns',
  'seen',
]

function demo(buckets: number): readonly Flow[] {
  return Array.from({ length: buckets }, (_, i) =>
    demoFlows(DEMO_END - (buckets - i) * BUCKET_SECONDS),
  ).flat()
}

/** Records of ever more pods with ever longer labels: what a sample from the beginning would take for short. */
function growing(count: number): readonly Flow[] {
  const [like] = demoFlows(DEMO_END)
  if (like === undefined) throw new Error('the demo has no flows')
  return Array.from({ length: count }, (_, i) => {
    const startTime = DEMO_END + Math.floor(i / 50) * BUCKET_SECONDS
    const sourceName = `pod-${Math.floor(i / 20).toString(36)}`
    const sourceLabels = [`note=${'lorem ipsum '.repeat(i / 200)}`]
    return {
      ...like,
      key: { ...like.key, sourceName },
      sourceLabels,
      startTime,
      endTime: startTime + BUCKET_SECONDS,
    }
  })
}

const STORES: Readonly<Record<string, () => RecordStore>> = {
  'an hour of the demo': () => storeOf(demo(240)),
  'the story of the demo': () => storeOf(demo(100)),
  'four hours of the demo': () => storeOf(demo(960)),
  'records that grow': () => storeOf(growing(20_000)),
}

function requestOf(
  format: ExportRequest['format'],
  { shape, filter }: { shape: Shape; filter: ViewRequest['filter'] },
) {
  const view: ViewRequest = { ...WHOLE_VIEW, shape, filter }
  const order = ALL_COLUMNS.map(({ id }) => id)
  const bundle = { view: '?rows=groups', open: null, columns: { order, hidden: [], kept: [] }, notes: '' }
  const request = { format, view: { ...view, shape }, columns: COLUMNS, source: 'lab-1', link: null, bundle }
  return { view, request }
}

/** The estimate, and the true size. */
async function sizesOf(store: RecordStore, { view, request }: ReturnType<typeof requestOf>) {
  const scene = { store, view, now: DEMO_END }
  const estimated = await writeExport(scene, { ...request, onlySize: true }, UNWATCHED)
  expect(estimated.blob.size).toBe(0)
  const file = await writeExport(scene, request, UNWATCHED)
  expect(estimated.total).toBe(file.total)
  return { estimated: estimated.bytes, written: file.blob.size }
}

describe.each(Object.keys(STORES))('of %s the size of a file is known before it is written', (name) => {
  const store = STORES[name]?.() ?? storeOf([])
  test.each<[ExportRequest['format'], Shape]>([
    ['capture', 'intervals'],
    ['json-lines', 'groups'],
    ['parquet', 'groups'],
    ['csv', 'intervals'],
    ['csv', 'groups'],
    ['csv', 'signatures'],
    ['markdown', 'groups'],
    ['bundle', 'groups'],
  ])('%s of %s', async (format, shape) => {
    const { estimated, written } = await sizesOf(store, requestOf(format, { shape, filter: ALL }))
    // A bundle adds up three estimates.
    expect(Math.abs(estimated / written - 1)).toBeLessThan(format === 'bundle' ? 0.15 : 0.1)
  })
})

test('a file of few records has the size that was said', async () => {
  const store = storeOf(demo(100))
  const filter = include(ALL, 'dst.ns', 'backend')
  for (const format of ['capture', 'json-lines', 'parquet', 'csv', 'markdown'] as const) {
    const { estimated, written } = await sizesOf(store, requestOf(format, { shape: 'groups', filter }))
    expect(estimated).toBe(written)
  }
})

test.each([
  ['the demo', () => storeOf(demo(3000))],
  ['records that grow', () => storeOf(growing(60_000))],
])('of more row groups than are sampled, of %s, the size is known, too', async (_, store) => {
  const { estimated, written } = await sizesOf(
    store(),
    requestOf('parquet', { shape: 'groups', filter: ALL }),
  )
  expect(Math.abs(estimated / written - 1)).toBeLessThan(0.1)
})

test('of nothing there is the head alone', async () => {
  const request = requestOf('json-lines', { shape: 'groups', filter: ALL })
  expect(await sizesOf(storeOf([]), request)).toEqual({ estimated: 0, written: 0 })
})

test('it stops when it is cancelled', async () => {
  const { view, request } = requestOf('csv', { shape: 'intervals', filter: ALL })
  const abort = new AbortController()
  const estimate = writeExport(
    { store: storeOf(demo(100)), view, now: DEMO_END },
    { ...request, onlySize: true },
    { ...UNWATCHED, signal: abort.signal },
  )
  abort.abort()
  await expect(estimate).rejects.toThrow('aborted')
})
