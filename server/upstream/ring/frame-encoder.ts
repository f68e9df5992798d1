import { create, fromBinary, toBinary } from '@bufbuild/protobuf'

import { BUCKET_SECONDS } from '../../../src/flows/bucket.ts'
import { FlowKeySchema, FlowResultSchema, FlowSchema } from '../../../src/gen/goldmane/api_pb.ts'
import { HEAD_BYTES } from '../../grpc/frame.ts'
import type { EntryTable } from './entry-table.ts'
import { countersAt, endOfRecordAt, entryAt, type HeldBucket, isRawAt } from './held-bucket.ts'
import type { AlteredKey, ViewVerdicts } from './view-cache.ts'

/** More than the head, the tags, lengths, id and times of a record take. */
const RECORD_OVERHEAD_BYTES = 96
/** More than the counters take. */
const MAX_COUNTER_BYTES = 256

/**
 * What one call may do, in records passed: about 10 ms. A new verdict decodes a key, which takes as long as passing some
 * hundred records.
 */
export const WORK_PER_CALL = 100_000
const WORK_PER_VERDICT = 200

/** Records of a bucket as frames. */
export interface EncodedRecords {
  /** Empty when the view shows none of them. */
  readonly frames: Buffer
  /** Where in the bucket the next records begin. */
  readonly end: number
  /** The number of records passed, shown or not. */
  readonly passed: number
  /** What it cost, in records passed. */
  readonly work: number
}

const tagOf = (field: number, wireType: 0 | 2): number => (field << 3) | wireType

/**
 * Puts records together as gRPC frames of goldmane.FlowResult, with the fields in the order of their numbers, as Goldmane
 * sends them.
 */
export class FrameEncoder {
  readonly #entries: EntryTable
  #out = Buffer.allocUnsafeSlow(128 * 1024)
  #at = 0

  constructor(entries: EntryTable) {
    this.#entries = entries
  }

  /**
   * Encodes the published records of a bucket from `start` on, until there are `maxBytes` of frames or enough was done for
   * one call. `maxBytes` is exceeded by at most one record.
   */
  encode(bucket: HeldBucket, start: number, verdicts: ViewVerdicts, maxBytes: number): EncodedRecords {
    const { data } = bucket
    const askedBefore = verdicts.asked
    let at = start
    let passed = 0
    let work = 0
    this.#at = 0
    while (at < bucket.publishedLength && this.#at < maxBytes && work < WORK_PER_CALL) {
      const entry = entryAt(data, at)
      const end = endOfRecordAt(data, at)
      const verdict = verdicts.of(this.#entries.keyOf[entry]!)
      if (verdict !== null) {
        const altered = verdict === 'as-it-is' ? null : verdict
        if (isRawAt(data, at)) this.#writeRaw(bucket.rawOf(at), entry, altered)
        else this.#writeRecord(bucket.start, entry, altered, data, countersAt(at), end)
      }
      at = end
      passed++
      work = passed + (verdicts.asked - askedBefore) * WORK_PER_VERDICT
    }
    const frames = Buffer.allocUnsafeSlow(this.#at)
    this.#out.copy(frames, 0, 0, this.#at)
    return { frames, end: at, passed, work }
  }

  /** @param countersStart where the encoded counters begin in `data`; they end at `countersEnd` */
  #writeRecord(
    bucketStart: number,
    entry: number,
    altered: AlteredKey | null,
    data: Uint8Array,
    countersStart: number,
    countersEnd: number,
  ): void {
    const { keys, labels, keyOf, sourceLabelsOf, destLabelsOf } = this.#entries
    const key = keyOf[entry]!
    const keyLength = altered?.bytes?.length ?? keys.lengthOf(key)
    const source = altered?.shown.hidesSourceLabels === true ? -1 : sourceLabelsOf[entry]!
    const dest = altered?.shown.hidesDestLabels === true ? -1 : destLabelsOf[entry]!
    const labelsLength = (source < 0 ? 0 : labels.lengthOf(source)) + (dest < 0 ? 0 : labels.lengthOf(dest))
    this.#reserve(RECORD_OVERHEAD_BYTES + keyLength + labelsLength + MAX_COUNTER_BYTES)
    const out = this.#out
    const startTime = bucketStart
    const endTime = bucketStart + BUCKET_SECONDS
    const flowLength =
      1 + varintLength(keyLength) + keyLength +
      1 + varintLength(startTime) + 1 + varintLength(endTime) +
      labelsLength + countersEnd - countersStart // prettier-ignore
    const id = this.#entries.idOf(key)
    const length = 1 + varintLength(id) + 1 + varintLength(flowLength) + flowLength

    let at = this.#writeFrameHead(length)
    out[at++] = tagOf(1, 0)
    at = writeVarint(out, at, id)
    out[at++] = tagOf(2, 2)
    at = writeVarint(out, at, flowLength)
    out[at++] = tagOf(1, 2)
    at = writeVarint(out, at, keyLength)
    if (altered !== null && altered.bytes !== null) {
      out.set(altered.bytes, at)
      at += keyLength
    } else {
      at = keys.copyTo(key, out, at)
    }
    out[at++] = tagOf(2, 0)
    at = writeVarint(out, at, startTime)
    out[at++] = tagOf(3, 0)
    at = writeVarint(out, at, endTime)
    if (source >= 0) at = labels.copyTo(source, out, at)
    if (dest >= 0) at = labels.copyTo(dest, out, at)
    for (let i = countersStart; i < countersEnd; i++) out[at++] = data[i]!
    this.#at = at
  }

  /** The message as it came, with an id of ours after it: of a number that occurs twice the last one counts. */
  #writeRaw(message: Uint8Array, entry: number, altered: AlteredKey | null): void {
    const content = altered === null ? message : alteredMessage(message, altered)
    const id = this.#entries.idOf(this.#entries.keyOf[entry]!)
    this.#reserve(RECORD_OVERHEAD_BYTES + content.length)
    const at = this.#writeFrameHead(content.length + 1 + varintLength(id))
    this.#out.set(content, at)
    this.#out[at + content.length] = tagOf(1, 0)
    this.#at = writeVarint(this.#out, at + content.length + 1, id)
  }

  #writeFrameHead(length: number): number {
    this.#out[this.#at] = 0
    this.#out.writeUInt32BE(length, this.#at + 1)
    return this.#at + HEAD_BYTES
  }

  #reserve(more: number): void {
    if (this.#at + more <= this.#out.length) return
    const longer = Buffer.allocUnsafeSlow((this.#at + more) * 2)
    this.#out.copy(longer, 0, 0, this.#at)
    this.#out = longer
  }
}

/** Unknown fields are left out: nobody can say whether they name what is hidden. */
function alteredMessage(message: Uint8Array, { bytes, shown }: AlteredKey): Uint8Array {
  const { flow } = fromBinary(FlowResultSchema, message, { readUnknownFields: false })
  if (flow === undefined) return message
  if (bytes !== null) flow.Key = fromBinary(FlowKeySchema, bytes)
  if (shown.hidesSourceLabels) flow.sourceLabels = []
  if (shown.hidesDestLabels) flow.destLabels = []
  return toBinary(FlowResultSchema, create(FlowResultSchema, { flow: create(FlowSchema, flow) }))
}

function varintLength(value: number): number {
  let length = 1
  for (let left = value; left >= 128; left = Math.floor(left / 128)) length++
  return length
}

function writeVarint(out: Uint8Array, at: number, value: number): number {
  let left = value
  let to = at
  while (left >= 128) {
    out[to++] = (left % 128) | 128
    left = Math.floor(left / 128)
  }
  out[to++] = left
  return to
}
