/** The proof that no name leaves in what the page exports. */
import { gunzipSync } from 'node:zlib'
import { BlobReader, BlobWriter, ZipReader } from '@zip.js/zip.js/lib/zip-core-custom.js'
import { expect, test } from 'vitest'

import { readBundle } from '../../bundle/bundle-reader.ts'
import { readAll } from '../../capture/testing/samples.ts'
import { exportFileName } from '../../export/file-name.ts'
import { EXPORT_FORMATS, formatOf, isPicture } from '../../export/export-format.ts'
import { ALL_COLUMNS } from '../../export/row-columns.ts'
import { parse } from '../../filter/language/parse-query.ts'
import { matcher } from '../../filter/tree/evaluate.ts'
import { COLUMNS } from '../../flows/column.ts'
import { buildFlow } from '../../flows/testing/build.ts'
import { SECRET, SECRET_FLOWS, SECRET_HEADER, secretsIn } from '../../redact/testing/secret-flows.ts'
import { STORY } from '../../trace/testing/golden-cases.ts'
import type { ExportedFile, ExportRequest, Shape } from '../protocol.ts'
import { FlowView } from '../query/flow-view.ts'
import { storeOf, UNWATCHED, WHOLE_VIEW } from '../testing/exported-store.ts'
import { writeExport } from './export-job.ts'

const NOW = 1_790_000_600
const LEVELS = ['names', 'names-and-labels'] as const
const SHAPES: readonly Shape[] = ['groups', 'signatures', 'intervals']

function filterOf(text: string) {
  const parsed = parse(text)
  if (!parsed.ok) throw new Error(text)
  return parsed.expression
}

/** The file of records, under a query that names names. */
function exported(
  format: ExportRequest['format'],
  shape: Shape,
  level: (typeof LEVELS)[number] | null,
  flows = SECRET_FLOWS,
): Promise<ExportedFile> {
  const store = storeOf(flows, { live: true })
  const view = {
    shape,
    filter: filterOf(SECRET_HEADER.filter ?? ''),
    time: null,
    sort: { column: 'seen', descending: true },
    frozen: null,
    newSince: null,
  } as const
  const whole = { ...WHOLE_VIEW, ...view }
  const request = {
    format,
    view,
    columns: ALL_COLUMNS,
    source: `${SECRET} cluster`,
    link: `https://flowtrace.${SECRET}/?q=${SECRET}`,
    redaction: level === null ? null : { level, salt: 'a salt for these tests' },
    bundle: {
      // The page rewrites the queries in it.
      view: '?rows=groups',
      open: new FlowView(store).rows({ ...whole, limit: 1 }, NOW).rows[0]?.id ?? null,
      columns: { order: COLUMNS.map(({ id }) => id), hidden: [], kept: [] },
      notes: `It began in ${SECRET_FLOWS[0]?.key.sourceNamespace}.`,
      policies: [{ name: `${SECRET}/policy.yaml`, text: `# of ${SECRET}, in the policy\n` }],
    },
  }
  return writeExport({ store, view: whole, now: NOW }, request, UNWATCHED)
}

/** What a file holds, unpacked. */
async function textOf({ blob }: ExportedFile): Promise<string> {
  const bytes = Buffer.from(await blob.arrayBuffer())
  if (bytes.subarray(0, 2).toString() === 'PK') {
    const parts: Promise<string>[] = []
    const reader = new ZipReader(new BlobReader(blob), { useWebWorkers: false })
    for await (const entry of reader.getEntriesGenerator()) {
      if (!entry.directory)
        parts.push(entry.getData(new BlobWriter()).then((file) => textOf({ blob: file } as ExportedFile)))
    }
    return (await Promise.all(parts)).join('\n')
  }
  const raw = (bytes[0] === 0x1f ? gunzipSync(bytes) : bytes).toString('utf8')
  if (!raw.startsWith('PAR1')) return raw
  // Its columns are compressed.
  const { flows, headers } = await readAll(bytes)
  return `${raw}\n${JSON.stringify([flows, headers])}`
}

test.each(
  EXPORT_FORMATS.flatMap(({ id }) => (isPicture(id) ? [] : [id])).flatMap((id) =>
    SHAPES.flatMap((shape) => LEVELS.map((level) => [id, shape, level] as const)),
  ),
)('%s of %s with %s has no name of the records', async (format, shape, level) => {
  const file = await exported(format, shape, level)
  const text = await textOf(file)
  expect(text).toContain('workload-')
  expect(secretsIn(text, level === 'names-and-labels')).toEqual([])
  // What the store holds is still what came.
  expect(secretsIn(await textOf(await exported(format, shape, null)), true)).toContain(SECRET)
  expect(file.redacted?.clausesLeftOut).toBe(2)
  expect(file.redacted?.names.every(({ standIn }) => secretsIn(standIn, true).length === 0)).toBe(true)
})

test('a redacted capture opens, and its own query selects all of its records', async () => {
  const file = await exported('capture', 'groups', 'names-and-labels')
  const { flows, headers, refused } = await readAll(Buffer.from(await file.blob.arrayBuffer()))
  expect([flows.length, refused]).toEqual([SECRET_FLOWS.length, 0])
  expect(headers).toMatchObject([{ others: { redacted: 'names-and-labels' } }])
  expect(headers[0]?.filter).toMatch(/^src\.name != workload-[0-9a-z]{7}$/)
  expect(flows.every(matcher(filterOf(headers[0]?.filter ?? ''), 0))).toBe(true)
})

test('the name of a redacted file has the times alone', () => {
  expect(exportFileName('', { from: 1_790_000_010, to: 1_790_000_145 }, formatOf('csv').extension)).toBe(
    'flowtrace-20260921T141330Z-20260921T141545Z.csv',
  )
})

test('a redacted bundle says how many files of policies it leaves out', async () => {
  const redacted = await textOf(await exported('bundle', 'groups', 'names'))
  expect(redacted).toContain('1 file of policies was loaded and left out, because names are redacted here.')
  const whole = await textOf(await exported('bundle', 'groups', null))
  expect(whole).toContain(`# of ${SECRET}, in the policy`)
  expect(whole).not.toContain('left out')
})

test.each(SHAPES)('a redacted bundle of %s opens at the row that was open', async (shape) => {
  const { blob } = await exported('bundle', shape, 'names', [buildFlow(STORY.key)])
  const bundle = await readBundle(blob, new AbortController().signal)
  if (bundle?.ok !== true) throw new Error('the bundle cannot be read')
  const { flows } = await readAll(Buffer.from(await bundle.capture.arrayBuffer()))
  const store = storeOf(flows)
  const open = new URLSearchParams(bundle.view.view ?? '').get('open')
  const view = { ...WHOLE_VIEW, shape }
  expect(open).not.toBeNull()
  // A group is opened as the first of its ports.
  const { selected } = new FlowView(store).view({ ...view, selected: open }, NOW)
  expect([selected?.row.id, selected?.group?.id]).toContain(open)
})
