/** What `convert` and `head` do with several captures. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { recordLine } from '../../../src/capture/capture-writer.ts'
import { buildFlow } from '../../../src/flows/testing/build.ts'
import { UsageError } from '../../lib/usage-error.ts'
import { fileCommand } from '../../testing/run-file-command.ts'
import { temporaryFolder } from '../../testing/temporary-folder.ts'

const T = 1_793_613_600

function lineAt(bucket: number, destName: string): string {
  return recordLine(
    buildFlow({ destName }, { startTime: T + 15 * bucket, endTime: T + 15 * bucket + 15, bytesIn: 1 }),
  )
}

/** Two captures, neither of them sorted. */
async function twoFiles(): Promise<readonly [string, string]> {
  const folder = await temporaryFolder()
  const a = join(folder, 'a.ndjson')
  const b = join(folder, 'b.ndjson')
  await writeFile(a, lineAt(4, 'a4') + lineAt(1, 'a1'))
  await writeFile(b, lineAt(3, 'b3') + lineAt(0, 'b0'))
  return [a, b]
}

test('convert merges several captures as merge does, byte for byte, and keeps the order of one', async () => {
  const files = await twoFiles()
  for (const format of ['ndjson', 'protobuf', 'parquet']) {
    const converted = await fileCommand(['convert', ...files, '-', '--to', format])
    const merged = await fileCommand(['merge', ...files, '-', '--to', format])
    expect(converted.bytes.equals(merged.bytes)).toBe(true)
  }
  const { out } = await fileCommand(['convert', files[0], '-'])
  expect(out.match(/"destName":"[^"]+/g)).toEqual(['"destName":"a4', '"destName":"a1'])
})

test('head prints the earliest records of several captures, behind the headers of all', async () => {
  const [a, b] = await twoFiles()
  const { status, out, error } = await fileCommand(['head', a, '-', b, '-n', '3'], { stdin: lineAt(2, 'c2') })
  expect({ status, error }).toEqual({ status: 0, error: '' })
  expect(
    out.replaceAll(/"(?:Key|source|dest|proto|reporter|action|pol)\w*":(?:"[^"]*"|\{\}),?/g, (member) =>
      member.startsWith('"destName"') || member.startsWith('"source":') ? member : '',
    ),
  ).toMatchInlineSnapshot(`
    "{"flowtraceCapture":1,"tool":"flowtrace 1.2.3","source":{"kind":"capture","name":"a.ndjson"}}
    {"flowtraceCapture":1,"tool":"flowtrace 1.2.3","source":{"kind":"capture","name":"standard input"}}
    {"flowtraceCapture":1,"tool":"flowtrace 1.2.3","source":{"kind":"capture","name":"b.ndjson"}}
    {"flow":{"Key":{"destName":"b0","policies":{"enforcedPolicies":[{"kind":"GlobalNetworkPolicy","name":"allow-all","tier":"default",}],"pendingPolicies":[{"kind":"GlobalNetworkPolicy","name":"allow-all","tier":"default",}]}},"startTime":"1793613600","endTime":"1793613615","sourceLabels":["app=web"],"destLabels":["app=api"],"packetsIn":"6","packetsOut":"8","bytesIn":"1","bytesOut":"800","numConnectionsStarted":"2","numConnectionsCompleted":"1","numConnectionsLive":"1"}}
    {"flow":{"Key":{"destName":"a1","policies":{"enforcedPolicies":[{"kind":"GlobalNetworkPolicy","name":"allow-all","tier":"default",}],"pendingPolicies":[{"kind":"GlobalNetworkPolicy","name":"allow-all","tier":"default",}]}},"startTime":"1793613615","endTime":"1793613630","sourceLabels":["app=web"],"destLabels":["app=api"],"packetsIn":"6","packetsOut":"8","bytesIn":"1","bytesOut":"800","numConnectionsStarted":"2","numConnectionsCompleted":"1","numConnectionsLive":"1"}}
    {"flow":{"Key":{"destName":"c2","policies":{"enforcedPolicies":[{"kind":"GlobalNetworkPolicy","name":"allow-all","tier":"default",}],"pendingPolicies":[{"kind":"GlobalNetworkPolicy","name":"allow-all","tier":"default",}]}},"startTime":"1793613630","endTime":"1793613645","sourceLabels":["app=web"],"destLabels":["app=api"],"packetsIn":"6","packetsOut":"8","bytesIn":"1","bytesOut":"800","numConnectionsStarted":"2","numConnectionsCompleted":"1","numConnectionsLive":"1"}}
    "
  `)
})

test('head of several captures without a record says which', async () => {
  const [a] = await twoFiles()
  const empty = join(a, '../empty.ndjson')
  await writeFile(empty, '\n')
  await expect(fileCommand(['head', empty, '-'])).rejects.toThrow(
    new UsageError('There are no flows in empty.ndjson, standard input'),
  )
})
