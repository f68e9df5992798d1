import { BlobReader, TextWriter, ZipReader } from '@zip.js/zip.js/lib/zip-core-custom.js'
import { expect, test } from 'vitest'

import { readBundle } from '../../bundle/bundle-reader.ts'
import { include } from '../../filter/tree/clauses.ts'
import { ALL } from '../../filter/tree/expression.ts'
import { NOW } from '../../filter/testing/arbitrary-queries.ts'
import { COLUMNS } from '../../flows/column.ts'
import { buildFlow } from '../../flows/testing/build.ts'
import { STORY } from '../../trace/testing/golden-cases.ts'
import type { BundleRequest, ExportProgress, ExportRequest, ViewRequest } from '../protocol.ts'
import { FlowView } from '../query/flow-view.ts'
import { storeOf, UNWATCHED, WHOLE_VIEW } from '../testing/exported-store.ts'
import { writeExport } from './export-job.ts'

const VIEW: ViewRequest = {
  ...WHOLE_VIEW,
  shape: 'groups',
  sort: { column: 'attention', descending: true },
}

function requestOf(bundle: Partial<BundleRequest>, view = VIEW): ExportRequest {
  return {
    format: 'bundle',
    view: { ...view, shape: 'groups' },
    columns: ['action', 'source', 'destination', 'port', 'conns'],
    source: 'lab-1',
    link: 'https://flows.example/?q=x',
    bundle: {
      view: '?q=action+%3D+Deny',
      open: null,
      columns: { order: COLUMNS.map(({ id }) => id), hidden: ['port'], kept: [] },
      notes: '',
      ...bundle,
    },
  }
}

/** The texts of a bundle by their names. */
async function filesOf(zip: Blob): Promise<ReadonlyMap<string, string>> {
  const files = new Map<string, string>()
  for await (const entry of new ZipReader(new BlobReader(zip), {
    useWebWorkers: false,
  }).getEntriesGenerator()) {
    if (!entry.directory) files.set(entry.filename, await entry.getData(new TextWriter()))
  }
  return files
}

const DENIED = buildFlow(STORY.key)
const ALLOWED = buildFlow()

test('holds answer, notes, view, records and rows of what the view shows', async () => {
  const store = storeOf([DENIED, ALLOWED], { live: true })
  const view = { ...VIEW, filter: include(ALL, 'action', 'Deny') }
  const [row] = new FlowView(store).view({ ...view, limit: 1 }, NOW).rows
  const request = requestOf({ open: row?.id ?? null, notes: 'Since 22:15.\n# Not a heading\u001B[2J' }, view)
  const progress: ExportProgress[] = []
  const watch = { ...UNWATCHED, onProgress: (each: ExportProgress) => progress.push(each) }
  const file = await writeExport({ store, view, now: NOW }, request, watch)

  expect(file).toMatchObject({ written: 1, total: 1, bytes: file.blob.size })
  const files = await filesOf(file.blob)
  expect([...files.keys()]).toEqual(['README.md', 'view.json', 'capture.ndjson.gz', 'rows.csv'])
  await expect(files.get('README.md')).toMatchFileSnapshot('bundle-readme.golden.txt')
  expect(files.get('rows.csv')?.split('\r\n')).toHaveLength(3)

  const reading = await readBundle(file.blob, UNWATCHED.signal)
  if (reading?.ok !== true) throw new Error('the bundle opens')
  expect(reading.view).toMatchObject({
    view: '?q=action+%3D+Deny',
    notes: 'Since 22:15.\n# Not a heading\u001B[2J',
    columns: { hidden: ['port'] },
    problems: [],
  })
  const lines = await new Response(
    reading.capture.stream().pipeThrough(new DecompressionStream('gzip')),
  ).text()
  const [head, ...records] = lines.trimEnd().split('\n')
  expect(JSON.parse(head ?? '')).toMatchObject({ source: { name: 'lab-1' }, filter: 'action = Deny' })
  expect(records).toHaveLength(1)
})

test('is the same bytes for the same records and view', async () => {
  const made = await Promise.all(
    [1, 2].map(async () => {
      const scene = { store: storeOf([DENIED, ALLOWED], { live: true }), view: VIEW, now: NOW }
      const file = await writeExport(scene, requestOf({}), UNWATCHED)
      return new Uint8Array(await file.blob.arrayBuffer())
    }),
  )
  expect(made[0]).toEqual(made[1])
})

test('has the records of its beginning in all parts, though more come meanwhile', async () => {
  const store = storeOf([DENIED], { live: true })
  const written = writeExport({ store, view: VIEW, now: NOW }, requestOf({}), {
    ...UNWATCHED,
    // Read between the parts.
    clock: () => {
      store.append(ALLOWED)
      return Date.now()
    },
  })
  const files = await filesOf((await written).blob)
  expect(store.holdings().records).toBeGreaterThan(1)
  expect(files.get('rows.csv')?.trimEnd().split('\r\n')).toHaveLength(2)
  expect((await written).total).toBe(1)
})

test('says of an open row that the filter leaves out that its records are not there', async () => {
  const store = storeOf([DENIED, ALLOWED])
  const view = { ...VIEW, filter: include(ALL, 'action', 'Allow') }
  const [row] = new FlowView(store).view(
    { ...VIEW, filter: include(ALL, 'action', 'Deny'), limit: 1 },
    NOW,
  ).rows
  const request = requestOf({ open: row?.id ?? null }, view)
  const file = await writeExport({ store, view, now: NOW }, request, UNWATCHED)
  const readme = (await filesOf(file.blob)).get('README.md')
  expect(readme).toContain('**Denied leaving:**')
  expect(readme).toContain('The records of this flow are not among those of the view')
  // The link of a capture needs the file, which is in the bundle.
  expect(readme).not.toContain('flows.example')
})

test('has the policies that were loaded, and README.md names them', async () => {
  const policies = [
    { name: '../tiers/app.yaml', text: 'kind: Tier\n' },
    ...Array.from({ length: 60 }, (_, n) => ({ name: 'backend/app', text: `# ${n}\n`, from: NOW + n })),
  ]
  const scene = { store: storeOf([DENIED]), view: VIEW, now: NOW }
  const { blob } = await writeExport(scene, requestOf({ policies }), UNWATCHED)
  const files = await filesOf(blob)
  expect([...files.keys()].slice(3, 8)).toEqual([
    'rows.csv',
    'policies.json',
    'policies/tiers/app.yaml',
    'policies/backend/app.yaml',
    'policies/backend/app-2.yaml',
  ])
  const readme = files.get('README.md')
  expect(readme).toContain(
    '- `policies/tiers/app.yaml`: policies that the sender had loaded, as they were read',
  )
  expect(readme).toMatch(
    /- `policies\/backend\/app-2\.yaml`: .*, in force since 20\d\d-.*Z, as they were read/,
  )
  expect(readme).toMatch(/- and 12 more files\n$/)
  const reading = await readBundle(blob, UNWATCHED.signal)
  expect(reading?.ok === true ? await reading.policies() : null).toEqual({
    documents: policies,
    problems: [],
  })
})

test('ends when it is cancelled', async () => {
  const abort = new AbortController()
  const scene = { store: storeOf([DENIED]), view: VIEW, now: NOW }
  const written = writeExport(scene, requestOf({}), { ...UNWATCHED, signal: abort.signal })
  abort.abort(new DOMException('cancelled', 'AbortError'))
  await expect(written).rejects.toThrow('cancelled')
})
