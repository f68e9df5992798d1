/** Writes captures of synthetic traffic, record by record: a million of them do not fit one string. */
import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import path from 'node:path'
import type { Writable } from 'node:stream'
import { finished } from 'node:stream/promises'
import { createGzip } from 'node:zlib'

import { toBinary } from '@bufbuild/protobuf'
import { BinaryWriter } from '@bufbuild/protobuf/wire'

import { EMPTY_HEADER } from '../../src/capture/format/capture-header.ts'
import { ParquetCaptureWriter } from '../../src/capture/parquet-writer.ts'
import { writeFlow } from '../../src/capture/write.ts'
import { felixRecord } from '../../src/capture/testing/felix-samples.ts'
import { FlowSchema } from '../../src/gen/goldmane/api_pb.ts'
import { flowToMessage } from '../../src/wire/testing/flow-to-message.ts'
import { traffic, type Weight } from '../traffic.ts'

const KEYS = 11_000
/** Records that are handed to the streams at once. */
const BATCH = 1000
/** Felix's default interval. */
const FELIX_SECONDS = 300

export interface CaptureFile {
  readonly what: string
  readonly file: string
  /** The aim, in records a second. */
  readonly over: number
}

interface Aims {
  readonly text: number
  readonly gzip: number
  readonly protobuf: number
  readonly parquet: number
}

const MIN_RATES: Readonly<Record<Weight, Aims>> = {
  light: { text: 100_000, gzip: 90_000, protobuf: 200_000, parquet: 300_000 },
  full: { text: 100_000, gzip: 90_000, protobuf: 200_000, parquet: 300_000 },
}
const MIN_FELIX_RATE = 60_000

async function write(stream: Writable, bytes: Uint8Array): Promise<void> {
  if (!stream.write(bytes)) await once(stream, 'drain')
}

/** The traffic in each of our formats. */
export async function goldmaneFiles(folder: string, records: number, weight: Weight): Promise<CaptureFile[]> {
  const over = MIN_RATES[weight]
  const files = [
    { what: 'NDJSON', over: over.text, file: path.join(folder, `${weight}.jsonl`) },
    { what: 'NDJSON.gz', over: over.gzip, file: path.join(folder, `${weight}.jsonl.gz`) },
    { what: 'length-delimited protobuf', over: over.protobuf, file: path.join(folder, `${weight}.pb`) },
    { what: 'Parquet', over: over.parquet, file: path.join(folder, `${weight}.parquet`) },
  ]
  const [text, packed, delimited, columns] = files.map(({ file }) => createWriteStream(file))
  const gzip = createGzip({ level: 6 })
  gzip.pipe(packed!)
  const parquet = new ParquetCaptureWriter()
  await write(columns!, parquet.header(EMPTY_HEADER))
  const set = traffic(records, KEYS, weight)
  for (let from = 0; from < records; from += BATCH) {
    const flows = Array.from({ length: Math.min(BATCH, records - from) }, (_, i) => set.flow(from + i))
    const lines = Buffer.from(flows.map((flow) => `${writeFlow(flow)}\n`).join(''))
    const messages = flows.map((flow) =>
      new BinaryWriter().bytes(toBinary(FlowSchema, flowToMessage(flow))).finish(),
    )
    const groups = flows.map((flow) => parquet.record(flow, null)).filter(({ byteLength }) => byteLength > 0)
    // oxlint-disable-next-line no-await-in-loop -- that is the backpressure
    await Promise.all([
      write(text!, lines),
      write(gzip, lines),
      write(delimited!, Buffer.concat(messages)),
      write(columns!, Buffer.concat(groups)),
    ])
  }
  await write(columns!, parquet.end())
  for (const stream of [text!, gzip, delimited!, columns!]) stream.end()
  await Promise.all([text!, packed!, delimited!, columns!].map((stream) => finished(stream)))
  return files.map((each) => ({ ...each, what: `${each.what}, ${weight}` }))
}

/** Lines of Felix's own log, bare, and as a container's runtime writes them. */
export async function felixFiles(folder: string, records: number): Promise<CaptureFile[]> {
  const files = [
    { what: 'Felix lines', over: MIN_FELIX_RATE, file: path.join(folder, 'felix.log'), prefix: '' },
    {
      what: 'Felix lines behind a prefix',
      over: MIN_FELIX_RATE,
      file: path.join(folder, 'felix-cri.log'),
      prefix: '2026-11-02T10:00:15.123456789Z stdout F ',
    },
  ]
  for (const { file, prefix } of files) {
    const stream = createWriteStream(file)
    for (let from = 0; from < records; from += BATCH) {
      const lines = Array.from(
        { length: Math.min(BATCH, records - from) },
        (_, i) => `${prefix}${felixLine(from + i)}\n`,
      )
      // oxlint-disable-next-line no-await-in-loop -- that is the backpressure
      await write(stream, Buffer.from(lines.join('')))
    }
    stream.end()
    // oxlint-disable-next-line no-await-in-loop -- one file after the other
    await finished(stream)
  }
  return files
}

function felixLine(number: number): string {
  const start = 1_793_613_600 + FELIX_SECONDS * Math.floor(number / KEYS)
  const numbers = {
    start_time: start,
    end_time: start + FELIX_SECONDS,
    bytes_in: 60 * number,
    packets_in: number,
  }
  return JSON.stringify(felixRecord(number % KEYS, numbers))
}
