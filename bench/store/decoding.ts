/** From bytes into columns: live frames and captures. */
import { gzipSync } from 'node:zlib'

import { create, toBinary } from '@bufbuild/protobuf'
import { BinaryWriter } from '@bufbuild/protobuf/wire'

import { readCapture } from '../../src/capture/read.ts'
import { writeFlow } from '../../src/capture/write.ts'
import { FlowResultSchema, FlowSchema } from '../../src/gen/goldmane/api_pb.ts'
import type { RecordStore } from '../../src/store/keys/record-store.ts'
import { flowToMessage } from '../../src/wire/testing/flow-to-message.ts'
import type { Figures } from '../figures.ts'
import { formatWhole, median, mediansInTurns } from '../timing.ts'
import { traffic, type Weight } from '../traffic.ts'
import { emptyStore } from './filling.ts'

const ROUNDS = 5
const DECODED = 200_000
const KEYS = 11_000
/** The aims, in records a second. */
const MIN_RATES: Readonly<Record<Weight, { live: number; protobuf: number; text: number }>> = {
  light: { live: 150_000, protobuf: 200_000, text: 80_000 },
  full: { live: 150_000, protobuf: 140_000, text: 60_000 },
}

function streamOf(bytes: Uint8Array): ReadableStream<Uint8Array> {
  const SLICE = 65_536
  let at = 0
  return new ReadableStream({
    pull(controller) {
      if (at >= bytes.length) controller.close()
      else controller.enqueue(bytes.slice(at, (at += SLICE)))
    },
  })
}

/** The message with its length before it, as in a length-delimited capture. */
function prefixed(message: Uint8Array): Uint8Array {
  return new BinaryWriter().bytes(message).finish()
}

async function readInto(store: RecordStore, bytes: Uint8Array): Promise<number> {
  const started = performance.now()
  for await (const { flows } of readCapture(streamOf(bytes))) for (const flow of flows) store.append(flow)
  return performance.now() - started
}

/** Records a second from bytes into columns, of light or of full records; rows of a table. */
export async function decode(weight: Weight, figures: Figures): Promise<readonly (readonly string[])[]> {
  const set = traffic(DECODED, KEYS, weight)
  const results: Uint8Array[] = []
  const messages: Uint8Array[] = []
  const lines: string[] = []
  for (let i = 0; i < DECODED; i++) {
    const flow = set.flow(i)
    const message = flowToMessage(flow)
    const id = BigInt(((i * 7919) % set.keys) + 1)
    results.push(toBinary(FlowResultSchema, create(FlowResultSchema, { id, flow: message })))
    messages.push(toBinary(FlowSchema, message))
    lines.push(writeFlow(flow))
  }
  const text = Buffer.from(lines.join('\n'))
  const packed = gzipSync(text, { level: 6 })
  const { live, file, parse } = mediansInTurns(ROUNDS, {
    live: () => {
      const store = emptyStore(true)
      for (const result of results) store.appendResult(result)
    },
    file: () => {
      const store = emptyStore(false)
      for (const message of messages) store.appendFlowMessage(message)
    },
    parse: () => {
      const objects: unknown[] = []
      for (const line of lines) objects.push(JSON.parse(line))
    },
  })
  const delimited = Buffer.concat(messages.map(prefixed))
  const captures = { delimited, text, packed }
  const times: Record<keyof typeof captures, number[]> = { delimited: [], text: [], packed: [] }
  for (let round = 0; round < ROUNDS; round++) {
    for (const name of ['delimited', 'text', 'packed'] as const)
      times[name].push(await readInto(emptyStore(false), captures[name]))
  }
  const size = formatWhole(messages.reduce((sum, { length }) => sum + length, 0) / DECODED)
  const lineSize = formatWhole(text.length / DECODED)
  const add = (what: string, milliseconds: number, over: number | null) =>
    figures.add(
      { what: `${what}, ${weight}`, unit: '/s', aims: over === null ? [] : [{ over }] },
      (DECODED / milliseconds) * 1000,
    )
  const read = (name: keyof typeof captures) => median(times[name])
  const over = MIN_RATES[weight]
  return [
    add(`live frames into columns (${size} bytes each)`, live, over.live),
    add('protobuf messages into columns', file, over.protobuf),
    add('length-delimited protobuf through the capture reader', read('delimited'), over.protobuf),
    add(`NDJSON through the capture reader (${lineSize} bytes each)`, read('text'), over.text),
    add('NDJSON.gz through the capture reader', read('packed'), over.text),
    add('for comparison: JSON.parse of the lines to objects', parse, null),
  ]
}
