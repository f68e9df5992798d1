/**
 * Measures the gateway's hour in memory: what a record costs to append and to hold, and what a newcomer's back-fill costs
 * to encode, beside copying the same bytes.
 */
import process from 'node:process'

import { create, toBinary } from '@bufbuild/protobuf'

import { viewOf } from '../server/bridge/viewer-view.ts'
import { FlowRing } from '../server/upstream/flow-ring.ts'
import { EVERYTHING, type RingView } from '../server/upstream/ring/ring-view.ts'
import { BUCKET_SECONDS } from '../src/flows/bucket.ts'
import { FilterSchema, FlowResultSchema } from '../src/gen/goldmane/api_pb.ts'
import { flowToMessage } from '../src/wire/testing/flow-to-message.ts'
import type { Aim, Figures } from './figures.ts'
import { formatTable, formatWhole, median, usedBytes } from './timing.ts'
import { START, traffic } from './traffic.ts'

const KEYS = 20_000
const BUCKETS = 21
const RECORDS = KEYS * BUCKETS
/** An hour of them. */
const MANY_BUCKETS = 240
const ROUNDS = 5
const READ_BYTES = 256 * 1024
const EVERYONE = { name: null, namespaces: 'all', hidesOtherEnd: false } as const

/** CPU milliseconds of this process, which other load on the machine does not add to. */
function cpu(task: () => void): number {
  const before = process.cpuUsage()
  task()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000
}

/** An encoded record of each key, in the first bucket; later buckets differ in their times alone. */
function encodedKeys(): Uint8Array[] {
  const { flow } = traffic(KEYS * MANY_BUCKETS, KEYS)
  return Array.from({ length: KEYS }, (_, i) => {
    const times = { startTime: START, endTime: START + BUCKET_SECONDS }
    const message = flowToMessage({ ...flow(i), ...times })
    return toBinary(FlowResultSchema, create(FlowResultSchema, { id: BigInt(i + 1), flow: message }))
  })
}

/** Finds where the two times are in an encoded record, which has five bytes for each. */
function timesAt(message: Uint8Array): number {
  const first = toBinary(FlowResultSchema, create(FlowResultSchema, { flow: { startTime: BigInt(START) } }))
  const at = Buffer.from(message).indexOf(first.subarray(2))
  if (at < 0) throw new Error('a record without its time')
  return at
}

function writeTime(message: Uint8Array, at: number, time: number): void {
  let left = time
  for (let i = 0; i < 5; i++) {
    message[at + i] = (left % 128) | (i < 4 ? 128 : 0)
    left = Math.floor(left / 128)
  }
}

/** CPU milliseconds to append `buckets` buckets with all keys. `positions`: where the times are in each message. */
function fill(
  ring: FlowRing,
  messages: readonly Uint8Array[],
  positions: readonly number[],
  buckets: number,
): number {
  let taken = 0
  for (let bucket = 0; bucket < buckets; bucket++) {
    const start = START + bucket * BUCKET_SECONDS
    for (const [i, message] of messages.entries()) {
      writeTime(message, positions[i]! + 1, start)
      writeTime(message, positions[i]! + 7, start + BUCKET_SECONDS)
    }
    taken += cpu(() => {
      for (const message of messages) ring.append(message)
      ring.publish()
    })
  }
  return taken
}

/** Reads all that a view shows, and returns the bytes. A reader that pauses is asked again. */
function readAll(ring: FlowRing, view: RingView): number {
  const reader = ring.openReader(view, START)
  let bytes = 0
  while (reader.backFill !== null) bytes += reader.read(READ_BYTES)?.length ?? 0
  reader.close()
  return bytes
}

export async function run(figures: Figures): Promise<void> {
  const messages = encodedKeys()
  const positions = messages.map(timesAt)
  const before = usedBytes()
  const hour = new FlowRing({ maxBytes: 2 ** 30 })
  fill(hour, messages, positions, MANY_BUCKETS)
  const held = usedBytes() - before
  const hourCounts = Array.from({ length: ROUNDS }, () => cpu(() => hour.deniedPairs()))
  const appends: number[] = []
  const reads: number[] = []
  const filtered: number[] = []
  const scoped: number[] = []
  const counts: number[] = []
  const copies: number[] = []
  let bytes = 0
  for (let round = 0; round < ROUNDS; round++) {
    const ring = new FlowRing({ maxBytes: 2 ** 30 })
    appends.push(fill(ring, messages, positions, BUCKETS))
    reads.push(cpu(() => (bytes = readAll(ring, EVERYTHING))))
    const filter = create(FilterSchema, { destNamespaces: [{ value: 'team-3' }] })
    filtered.push(cpu(() => readAll(ring, viewOf(filter, EVERYONE))))
    const viewer = { name: null, namespaces: new Set(['team-1', 'team-2']), hidesOtherEnd: true }
    scoped.push(cpu(() => readAll(ring, viewOf(undefined, viewer))))
    counts.push(cpu(() => ring.deniedPairs()))
    const source = Buffer.alloc(READ_BYTES, 7)
    copies.push(
      cpu(() => {
        for (let left = bytes; left > 0; left -= READ_BYTES) Buffer.allocUnsafeSlow(READ_BYTES).set(source)
      }),
    )
  }
  const perRecord = (ms: readonly number[]): string => ((median(ms) * 1000) / RECORDS).toFixed(2)
  const pairs = formatWhole(hour.deniedPairs().pairs.length)
  const floor = { what: 'copy as many bytes', value: median(copies) }
  const row = (what: string, ms: readonly number[], ...aims: readonly Aim[]): readonly string[] => [
    ...figures.add({ what, unit: 'ms', aims }, median(ms), floor),
    `${perRecord(ms)} µs`,
    (median(ms) / median(copies)).toFixed(1),
  ]
  console.log(
    `The ring: ${formatWhole(RECORDS)} records of ${formatWhole(KEYS)} keys, ${formatWhole(bytes / 2 ** 20)} MiB as frames; CPU time, medians of ${ROUNDS}\n`,
  )
  console.log(
    formatTable(
      ['what', 'aim', 'figure', 'a record held', 'ratio to copying the frames'],
      [
        row('append all', appends),
        row('a newcomer: encode all', reads, { under: 1500 }),
        row('a newcomer: with a filter on one namespace', filtered, { under: 1500 }),
        row('a newcomer: of two namespaces, the other ends hidden', scoped, { under: 1500 }),
        row('copy as many bytes', copies),
      ],
    ),
  )
  console.log('')
  console.log(
    formatTable(
      ['what', 'aim', 'figure'],
      [
        figures.add(
          {
            what: `memory of an hour: ${formatWhole(hour.records)} records`,
            unit: 'MiB',
            aims: [{ under: 256 }],
          },
          held / 2 ** 20,
        ),
        figures.add(
          { what: 'memory of an hour by its own count', unit: 'MiB', aims: [] },
          hour.bytes / 2 ** 20,
        ),
        figures.add({ what: 'memory of an hour, a record', unit: 'B', aims: [] }, held / hour.records),
        figures.add(
          { what: `count the denied pairs (${pairs}), once in 15 s`, unit: 'ms', aims: [] },
          median(counts),
        ),
        figures.add({ what: 'count the denied pairs of an hour', unit: 'ms', aims: [] }, median(hourCounts)),
      ],
    ),
  )
}
