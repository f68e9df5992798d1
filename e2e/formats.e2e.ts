/**
 * One file of each format, dropped on the page, and pasted onto it where it is text. The unit tests hold what each format
 * becomes (src/capture); here it is that the page opens it, and which end and verdict it shows.
 */
import { gzipSync } from 'node:zlib'

import { captureWriter, headerLine } from '../src/capture/capture-writer.ts'
import { EMPTY_HEADER } from '../src/capture/format/capture-header.ts'
import { felixRecord } from '../src/capture/testing/felix-samples.ts'
import {
  hubbleEnvelope,
  hubbleFlowRecord,
  kernelLine,
  netObservLine,
  nodeText,
} from '../src/capture/testing/foreign-samples.ts'
import { goJsonFlow, protojsonFlow, whiskerRecord } from '../src/capture/testing/samples.ts'
import { WRAPPERS } from '../src/capture/testing/wrap.ts'
import { buildFlow } from '../src/flows/testing/build.ts'
import type { Screen } from './support/screen.ts'
import { expect, test } from './support/test.ts'

interface Sample {
  readonly name: string
  readonly text: string | Uint8Array
  /** Found in the row of its record. */
  readonly row: RegExp
}

const lines = (...records: readonly object[]): string =>
  records.map((record) => `${JSON.stringify(record)}\n`).join('')

const TRACE = {
  enforced: [
    {
      kind: 'NetworkPolicy',
      name: 'api-isolation',
      namespace: 'backend',
      tier: 'default',
      action: 'Deny',
      policy_index: 0,
      rule_index: 0,
      trigger: null,
    },
  ],
  pending: [],
}

function delimited(): Uint8Array {
  const writer = captureWriter('protobuf')
  const flow = buildFlow(
    { sourceName: 'web-*', destName: 'ledger-*' },
    { startTime: 1_793_613_600, endTime: 1_793_613_615 },
  )
  return Buffer.concat([writer.record(flow, null), writer.end()].map((part) => Buffer.from(part)))
}

const TEXTS: readonly Sample[] = [
  { name: 'whisker.jsonl', text: lines(whiskerRecord()), row: /api-1/ },
  { name: 'whisker.json', text: JSON.stringify({ items: [whiskerRecord(11)] }, null, 2), row: /api-11/ },
  { name: 'whisker.sse', text: `data: ${JSON.stringify(whiskerRecord(12))}\n\n`, row: /api-12/ },
  { name: 'goldmane.jsonl', text: lines({ flow: protojsonFlow() }), row: /db-1/ },
  { name: 'go.json', text: lines(goJsonFlow()), row: /db-1/ },
  { name: 'capture.ndjson', text: headerLine(EMPTY_HEADER) + lines({ flow: protojsonFlow(2) }), row: /db-2/ },
  { name: 'felix.log', text: lines(felixRecord(10)), row: /api-10/ },
  { name: 'hubble.json', text: `level=info msg="a log line"\n${lines(hubbleEnvelope(3))}`, row: /api-3/ },
  { name: 'hubble-flows.json', text: lines(hubbleFlowRecord(4)), row: /api-4/ },
  { name: 'netobserv.json', text: lines(netObservLine(5)), row: /api-5/ },
  { name: 'kern.log', text: `${kernelLine(6)}\n`, row: /10\.1\.0\.6|pub|pvt/ },
  { name: 'node.txt', text: nodeText(7), row: /api-7/ },
  { name: 'trace.json', text: lines(TRACE), row: /api-isolation/ },
]

const WRAPPED: readonly Sample[] = Object.entries(WRAPPERS).map(([name, wrap], i) => ({
  name,
  text: wrap([JSON.stringify(whiskerRecord(100 + i))]),
  row: new RegExp(`api-${100 + i}`),
}))

const FILES: readonly Sample[] = [
  ...TEXTS,
  { name: 'whisker.jsonl.gz', text: gzipSync(lines(whiskerRecord(8))), row: /api-8/ },
  { name: 'flows.pb', text: delimited(), row: /ledger/ },
  { name: 'utf-16.jsonl', text: Buffer.from(`\uFEFF${lines(whiskerRecord(9))}`, 'utf16le'), row: /api-9/ },
]

/** Waits until a capture of that name is open, and looks at its row. */
async function expectOpened(app: Screen, title: string, { row, name }: Sample): Promise<void> {
  await expect(app.page, name).toHaveTitle(title)
  await expect(app.rows(), name).toHaveCount(1)
  await expect(app.rows().first(), name).toContainText(row)
}

for (const [what, files] of [
  ['format', FILES],
  ['wrapper of log systems', WRAPPED],
] as const) {
  test(`one file of each ${what} opens when it is dropped, and none is uploaded`, async ({
    app,
    cluster,
    page,
  }) => {
    const sent: Buffer[] = []
    page.context().on('request', (request) => {
      sent.push(Buffer.from(request.url()), request.postDataBuffer() ?? Buffer.alloc(0))
    })
    await page.goto(cluster.url)
    await expect(app.source).toHaveText('Live')
    for (const sample of files) {
      await app.dropFiles([sample])
      await expectOpened(app, `${sample.name} · Flowtrace`, sample)
    }
    // The requests of the worker that reads files are among them; nothing in any of them is of a record.
    const all = Buffer.concat(sent).toString('latin1')
    expect(all).toContain('capture-file')
    for (const text of ['api-', 'web-6f7c9d5b8d', 'ledger']) expect(all).not.toContain(text)
  })
}

for (const [what, texts] of [
  ['format', TEXTS],
  ['wrapper of log systems', WRAPPED],
] as const) {
  test(`text of each ${what} opens when it is pasted`, async ({ app, cluster, page }) => {
    await page.goto(cluster.url)
    await expect(app.source).toHaveText('Live')
    for (const sample of texts) {
      await app.pasteText(String(sample.text))
      await expectOpened(app, 'pasted trace · Flowtrace', sample)
    }
  })
}
