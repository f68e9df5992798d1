/** Holds the ring and its readers to a model on plain objects, under any interleaving. */
import { create, fromBinary, toBinary } from '@bufbuild/protobuf'
import { WireType } from '@bufbuild/protobuf/wire'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'

import { BUCKET_SECONDS } from '../../src/flows/bucket.ts'
import {
  type FlowKey,
  FlowKeySchema,
  type FlowResult,
  FlowResultSchema,
} from '../../src/gen/goldmane/api_pb.ts'
import { encodedResult, messagesIn, startOf } from '../testing/ring-frames.ts'
import { FlowRing } from './flow-ring.ts'
import { EVERYTHING, type RingReader, type RingView } from './ring/ring-view.ts'

/** An unknown field 100 of one byte. */
const UNKNOWN = [0xa0, 0x06, 7]

/** Encodings that the ring cannot put together from its parts, or only after it has written them anew. */
const SHAPES = {
  plain: (bytes: Uint8Array) => bytes,
  'unknown field of the result': (bytes: Uint8Array) => Uint8Array.from([...bytes, ...UNKNOWN]),
  // A message field that occurs twice is merged.
  'flow in two parts': (bytes: Uint8Array) => Uint8Array.from([...bytes, 0x12, 3, ...UNKNOWN]),
  'labels in two parts': (bytes: Uint8Array) =>
    Uint8Array.from([...bytes, 0x12, 5, 0x22, 3, ...Buffer.from('q=1')]),
  'key in two parts': (bytes: Uint8Array) =>
    Uint8Array.from([...bytes, 0x12, 7, 0x0a, 5, 0x62, 3, ...Buffer.from('tcp')]),
  'odd end': (bytes: Uint8Array) => {
    const result = fromBinary(FlowResultSchema, bytes)
    if (result.flow !== undefined) result.flow.endTime += 7n
    return toBinary(FlowResultSchema, result)
  },
} as const

const VIEWS: readonly RingView[] = [
  EVERYTHING,
  {
    id: 'some',
    show: (key) =>
      key.sourceName === 'a' || key.sourceName === 'c'
        ? { rewritten: null, hidesSourceLabels: false, hidesDestLabels: false }
        : null,
  },
  {
    id: 'altered',
    show: (key) => {
      if (key.sourceName === 'a') return null
      const isHidden = key.sourceName === 'b' || key.sourceName === 'd'
      const rewritten = isHidden ? create(FlowKeySchema, { sourceName: `hidden-${key.sourceName}` }) : null
      return { rewritten, hidesSourceLabels: key.sourceName === 'b', hidesDestLabels: key.sourceName !== 'd' }
    },
  },
]

interface ModelRecord {
  readonly key: string
  readonly message: Uint8Array
}

/** What the ring should hold. Which buckets leave for memory is taken from the ring, and counted. */
class Model {
  readonly buckets = new Map<number, ModelRecord[]>()
  readonly ids = new Map<string, number>()
  evictedThrough: number | null = null
  evicted = 0
  #lastId = 0

  get newest(): number {
    return Math.max(...this.buckets.keys())
  }

  get oldest(): number {
    return Math.min(...this.buckets.keys())
  }

  expected(bucket: number, key: string): 'stored' | 'known' | 'outside' {
    if (this.buckets.size > 0 && bucket < this.newest - 3600) return 'outside'
    if (this.evictedThrough !== null && bucket <= this.evictedThrough) return 'outside'
    return this.buckets.get(bucket)?.some((record) => record.key === key) === true ? 'known' : 'stored'
  }

  store(bucket: number, record: ModelRecord): void {
    this.buckets.set(bucket, [...(this.buckets.get(bucket) ?? []), record])
    if (!this.ids.has(record.key)) this.ids.set(record.key, ++this.#lastId)
  }

  /** Drops what is older than an hour, then what the ring dropped besides. */
  dropOld(oldestOfRing: number): void {
    for (const [start, records] of [...this.buckets].sort(([a], [b]) => a - b)) {
      const isOld = start < this.newest - 3600
      if (!isOld && start >= oldestOfRing) continue
      if (!isOld) {
        this.evicted += records.length
        this.evictedThrough = start
      }
      this.buckets.delete(start)
    }
    const held = new Set([...this.buckets.values()].flat().map(({ key }) => key))
    for (const key of this.ids.keys()) if (!held.has(key)) this.ids.delete(key)
  }
}

/** As a Goldmane sends it that knows a field of the key more than we do. */
function withUnknownInKey(bytes: Uint8Array): Uint8Array {
  const result = fromBinary(FlowResultSchema, bytes)
  if (result.flow?.Key !== undefined)
    result.flow.Key.$unknown = [{ no: 100, wireType: WireType.Varint, data: Uint8Array.of(7) }]
  return toBinary(FlowResultSchema, result)
}

/** What a view should send of a record; null for nothing. */
function shownOf(message: Uint8Array, view: RingView, id: number): FlowResult | null {
  const result = fromBinary(FlowResultSchema, message)
  const key = result.flow?.Key as FlowKey // each record of the test has one
  const shown = view.show === null ? undefined : view.show(key)
  if (shown === null) return null
  const isAltered =
    shown !== undefined && (shown.rewritten !== null || shown.hidesSourceLabels || shown.hidesDestLabels)
  const sent = fromBinary(FlowResultSchema, message, { readUnknownFields: !isAltered })
  sent.id = BigInt(id)
  if (isAltered && sent.flow !== undefined) {
    sent.flow.Key = shown.rewritten ?? key
    if (shown.hidesSourceLabels) sent.flow.sourceLabels = []
    if (shown.hidesDestLabels) sent.flow.destLabels = []
  }
  return sent
}

interface ModelReader {
  readonly reader: RingReader
  readonly view: RingView
  readonly from: number
  /** Of each record that it should get: `bucket key`, and whether it came. */
  readonly got: Set<string>
  readonly due: { readonly start: number; readonly record: ModelRecord }[]
}

const SOURCES = ['a', 'b', 'c', 'd', 'e'.repeat(300), 'f', 'g', 'h', 'i', 'j']
const bucketNumber = fc.constantFrom(0, 1, 119, 120, 121, 240, 241, 360)
const arbitraryRecord = fc.record({
  id: fc.integer({ min: 1, max: 4 }),
  bucket: bucketNumber,
  source: fc.constantFrom(...SOURCES),
  label: fc.constantFrom('', 'x=1', 'y=2'),
  packets: fc.constantFrom(0, 1, 300, 2 ** 40),
  shape: fc.constantFrom(...(Object.keys(SHAPES) as (keyof typeof SHAPES)[])),
})
type RecordToAppend = typeof arbitraryRecord extends fc.Arbitrary<infer Value> ? Value : never

/** Several records of one bucket, as they come from Goldmane. */
const arbitraryAppend = fc.record({
  kind: fc.constant('append' as const),
  bucket: bucketNumber,
  records: fc.array(arbitraryRecord, { minLength: 1, maxLength: 6 }),
  publishes: fc.boolean(),
})
const arbitraryStep = fc.oneof(
  { weight: 8, arbitrary: arbitraryAppend },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('publish' as const) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('open' as const),
      view: fc.constantFrom(...VIEWS),
      from: fc.option(bucketNumber),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('read' as const),
      reader: fc.nat(5),
      maxBytes: fc.constantFrom(1, 500, 64 * 1024),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('forget' as const) }) },
)
class Run {
  readonly model = new Model()
  readonly ring: FlowRing
  readonly readers: ModelReader[] = []

  constructor(maxBytes: number) {
    this.ring = new FlowRing({ maxBytes })
  }

  append({ id, bucket, source, label, packets, shape }: RecordToAppend): void {
    const { ring, model } = this
    const labels = {
      sourceLabels: label === '' ? [] : [label, 'z=3'],
      destLabels: label === '' ? [] : [label],
    }
    const encode = (): Uint8Array => {
      const result = encodedResult(id, bucket, { sourceName: source }, { packetsIn: packets, ...labels })
      return SHAPES[shape](source === 'd' ? withUnknownInKey(result) : result)
    }
    const message = encode()
    const start = startOf(bucket)
    const expected = model.expected(start, source)
    const evictedBefore = ring.evicted
    const appended = ring.append(message)
    if (expected === 'stored' && appended === 'outside') {
      // The only bucket fills the memory alone.
      expect(model.buckets.size).toBe(1)
      expect(ring.evicted).toBe(evictedBefore + 1)
      model.evicted++
      return
    }
    expect(appended).toBe(expected)
    // The bytes are the caller's, who may use them for something else.
    message.fill(0xff)
    if (appended !== 'stored') return
    const record = { key: source, message: encode() }
    model.store(start, record)
    for (const { due } of this.readers) due.push({ start, record })
    model.dropOld(ring.oldestBucket ?? 0)
    expect([ring.evicted, ring.evictedThrough]).toEqual([model.evicted, model.evictedThrough])
    expect([ring.oldestBucket, ring.newestBucket]).toEqual([model.oldest, model.newest])
    expect(ring.records).toBe([...model.buckets.values()].flat().length)
    expect(ring.keys).toBe(model.ids.size)
  }

  open(view: RingView, from: number | null): void {
    const next = this.ring.newestBucket === null ? 0 : this.ring.newestBucket + BUCKET_SECONDS
    const start = from === null ? next : startOf(from)
    // A second inside the bucket: the whole bucket is meant.
    const reader = this.ring.openReader(view, from === null ? null : start + 7)
    const due = [...this.model.buckets].flatMap(([held, records]) =>
      records.map((record) => ({ start: held, record })),
    )
    this.readers.push({ reader, view, from: start, got: new Set(), due })
  }

  /** Reads once. Returns whether something came. */
  read(of: ModelReader, maxBytes: number): boolean {
    const frames = of.reader.read(maxBytes)
    if (frames === null) return false
    expect(frames.length).toBeGreaterThan(0)
    for (const message of messagesIn(frames)) this.#take(of, fromBinary(FlowResultSchema, message))
    return true
  }

  #take({ view, from, got }: ModelReader, result: FlowResult): void {
    const { buckets, ids } = this.model
    const start = Number(result.flow?.startTime)
    expect(start).toBeGreaterThanOrEqual(from)
    const key = [...ids].find(([, id]) => id === Number(result.id))?.[0]
    const record = buckets.get(start)?.find((each) => each.key === key)
    expect(record).toBeDefined()
    if (record === undefined) return
    expect(got.has(`${start} ${key}`)).toBe(false)
    got.add(`${start} ${key}`)
    const shown = shownOf(record.message, view, Number(result.id))
    expect(shown).not.toBeNull()
    if (shown !== null)
      expect(Buffer.from(toBinary(FlowResultSchema, result))).toEqual(
        Buffer.from(toBinary(FlowResultSchema, shown)),
      )
  }

  /** Every record that was ever stored and is in a reader's range either came, or its bucket is in `lost`. */
  finish(): void {
    this.ring.publish()
    for (const each of this.readers) {
      while (this.read(each, 64 * 1024));
      expect(each.reader.backFill).toBeNull()
      const isLost = (start: number) => each.reader.lost.some(({ from, to }) => start >= from && start < to)
      for (const { start, record } of each.due) {
        if (start < each.from || shownOf(record.message, each.view, 1) === null) continue
        if (!each.got.has(`${start} ${record.key}`)) expect(isLost(start)).toBe(true)
      }
      for (const start of this.model.buckets.keys()) expect(isLost(start)).toBe(false)
    }
  }
}

test('each reader gets what its view shows of its range once, or is told what it lost', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(8000, 12_000, 2 ** 24),
      fc.array(arbitraryStep, { maxLength: 80 }),
      (maxBytes, steps) => {
        const run = new Run(maxBytes)
        // In the middle, so that no bucket is far from all others.
        run.append({ id: 1, bucket: 120, source: 'a', label: '', packets: 1, shape: 'plain' })
        for (const step of steps) {
          switch (step.kind) {
            case 'append':
              for (const record of step.records) run.append({ ...record, bucket: step.bucket })
              if (step.publishes) run.ring.publish()
              break
            case 'publish':
              run.ring.publish()
              break
            case 'open':
              run.open(step.view, step.from)
              break
            case 'read': {
              const reader = run.readers[step.reader]
              if (reader !== undefined) run.read(reader, step.maxBytes)
              break
            }
            case 'forget':
              run.ring.forgetUpstreamIds()
              break
            default:
              step satisfies never
          }
        }
        run.finish()
      },
    ),
    { numRuns: 300 },
  )
})
