/** Captures in Parquet, zstd and a zip, opened in the browser as they are. */
import { BlobWriter, Uint8ArrayReader, ZipWriter } from '@zip.js/zip.js/lib/zip-core-native.js'

import { openWriter, recordLine } from '../src/capture/capture-writer.ts'
import { COMPRESSED_LINES } from '../src/capture/testing/zstd-samples.ts'
import type { Flow } from '../src/flows/flow.ts'
import { buildFlow } from '../src/flows/testing/build.ts'
import type { Screen } from './support/screen.ts'
import { expect, test } from './support/test.ts'

const FLOWS: readonly Flow[] = Array.from({ length: 40 }, (_, i) =>
  buildFlow({ destName: `api-${i}` }, { startTime: 1_793_613_600, endTime: 1_793_613_615 }),
)

async function parquetOf(flows: readonly Flow[]): Promise<Buffer> {
  const writer = await openWriter('parquet')
  const parts = [...flows.map((flow) => writer.record(flow, null)), writer.end()]
  return Buffer.concat(parts.map((part) => Buffer.from(part)))
}

async function zipOf(files: Readonly<Record<string, Uint8Array>>): Promise<Buffer> {
  const zip = new ZipWriter(new BlobWriter(), { useWebWorkers: false })
  for (const [name, bytes] of Object.entries(files)) await zip.add(name, new Uint8ArrayReader(bytes))
  return Buffer.from(await (await zip.close()).arrayBuffer())
}

async function open(app: Screen, name: string, buffer: Buffer): Promise<void> {
  await app.page
    .getByLabel('Capture file')
    .setInputFiles({ name, mimeType: 'application/octet-stream', buffer })
  await expect(app.source).toHaveText('Capture')
}

test('Parquet opens', async ({ app, cluster, page }) => {
  await page.goto(cluster.url)
  await open(app, 'flows.parquet', await parquetOf(FLOWS))
  await app.expectRecords(40)
})

test('zstd opens', async ({ app, cluster, page }) => {
  await page.goto(cluster.url)
  await open(app, 'flows.ndjson.zst', COMPRESSED_LINES)
  await app.expectRecords(400)
})

test('a zip opens with all its captures, and names what is none', async ({ app, cluster, page }) => {
  await page.goto(cluster.url)
  const lines = FLOWS.slice(0, 10)
    .map((flow) => recordLine(flow))
    .join('')
  const bytes = await zipOf({
    'README.md': Buffer.from('# Incident\n'),
    'notes.txt': Buffer.from('dear diary\n'),
    'a.ndjson': Buffer.from(lines),
    'b.parquet': await parquetOf(FLOWS.slice(10)),
  })
  await open(app, 'incident.zip', bytes)
  await app.expectRecords(40)
  await app.footer.getByRole('button', { name: '1 refused' }).click()
  await expect(page.getByRole('list', { name: 'Reasons' })).toContainText(
    'In this zip are 1 file without a record of a flow: notes.txt',
  )
})

test('Parquet without its end says so', async ({ cluster, page }) => {
  await page.goto(cluster.url)
  const bytes = await parquetOf(FLOWS)
  await page.getByLabel('Capture file').setInputFiles({
    name: 'cut.parquet',
    mimeType: 'application/octet-stream',
    buffer: bytes.subarray(0, -8),
  })
  const dialog = page.getByRole('dialog', { name: 'cut.parquet was not opened' })
  await expect(dialog).toContainText('its end is missing, where Parquet has its table of contents')
})
