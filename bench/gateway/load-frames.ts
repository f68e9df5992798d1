/** Frames of made-up flows, each with the time at which it was sent, so that whoever receives it can tell its delay. */
import { toBinary } from '@bufbuild/protobuf'
import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire'

import { BUCKET_SECONDS } from '../../src/flows/bucket.ts'
import { FlowKeySchema, FlowSchema } from '../../src/gen/goldmane/api_pb.ts'
import { flowToMessage } from '../../src/wire/testing/flow-to-message.ts'
import { traffic, type Weight } from '../traffic.ts'

const HEAD_BYTES = 5
/** The tag of num_connections_live, the last field of a flow, and a varint of five bytes: the time of sending. */
const STAMP_BYTES = 6
const STAMP_TAG = 12 << 3
/** With it, every time of the next nine hours has five bytes as a varint. */
const STAMP_OFFSET = 2 ** 28

/** Microseconds of the machine's clock, from when the bench began. */
export function microsSince(epoch: number): number {
  return Math.round((performance.timeOrigin + performance.now() - epoch) * 1000)
}

/** Writes the time of sending into the end of a frame. */
export function stampFrame(frame: Buffer, micros: number): void {
  let left = micros + STAMP_OFFSET
  const start = frame.length - STAMP_BYTES
  frame[start] = STAMP_TAG
  for (let i = 1; i < STAMP_BYTES; i++) {
    frame[start + i] = (left % 128) | (i < STAMP_BYTES - 1 ? 128 : 0)
    left = Math.floor(left / 128)
  }
}

/** Reads it from the last bytes of a frame. */
export function readStamp(bytes: Uint8Array, end: number): number {
  let value = 0
  for (let i = end - 1; i > end - STAMP_BYTES; i--) value = value * 128 + ((bytes[i] ?? 0) & 127)
  return value - STAMP_OFFSET
}

/** The parts of a result that are the same in every bucket. */
export interface KeyTemplate {
  readonly id: number
  readonly key: Uint8Array
  readonly labels: Uint8Array
}

export function keyTemplates(count: number, weight?: Weight): readonly KeyTemplate[] {
  const made = traffic(count, count, weight)
  return Array.from({ length: count }, (_, i) => {
    const message = flowToMessage(made.flow(i))
    const { Key: key, sourceLabels, destLabels } = message
    if (key === undefined) throw new Error('a flow without a key')
    const labels = new BinaryWriter()
    for (const label of sourceLabels)
      labels.tag(FlowSchema.field.sourceLabels.number, WireType.LengthDelimited).string(label)
    for (const label of destLabels)
      labels.tag(FlowSchema.field.destLabels.number, WireType.LengthDelimited).string(label)
    return { id: i + 1, key: toBinary(FlowKeySchema, key), labels: labels.finish() }
  })
}

/** A gRPC frame of goldmane.FlowResult, fields in the order of their numbers, as Goldmane writes it. */
export function flowFrame({ id, key, labels }: KeyTemplate, bucket: number, micros: number): Buffer {
  const flow = new BinaryWriter().tag(1, WireType.LengthDelimited).bytes(key)
  flow.tag(2, WireType.Varint).int64(bucket)
  flow.tag(3, WireType.Varint).int64(bucket + BUCKET_SECONDS)
  flow.raw(labels)
  for (let field = 6; field <= 11; field++) flow.tag(field, WireType.Varint).uint32(1000 * field + (id % 100))
  flow.raw(new Uint8Array(STAMP_BYTES))
  const result = new BinaryWriter().tag(1, WireType.Varint).uint32(id)
  const message = result.tag(2, WireType.LengthDelimited).bytes(flow.finish()).finish()
  const frame = Buffer.allocUnsafeSlow(HEAD_BYTES + message.length)
  frame[0] = 0
  frame.writeUInt32BE(message.length, 1)
  frame.set(message, HEAD_BYTES)
  stampFrame(frame, micros)
  return frame
}

/** Counts frames in a body, wherever it is cut, and hands over the end of each. */
export class FrameScanner {
  #head = Buffer.alloc(HEAD_BYTES)
  #headBytes = 0
  #left = 0
  /** The last bytes of the message that lies across chunks. */
  #tail: Buffer = Buffer.alloc(0)
  readonly #onFrame: (bytes: Buffer, end: number) => void

  /** `bytes` holds at least the last {@link STAMP_BYTES} of the frame before `end`. */
  constructor(onFrame: (bytes: Buffer, end: number) => void) {
    this.#onFrame = onFrame
  }

  scan(chunk: Buffer): void {
    let at = 0
    while (at < chunk.length) {
      if (this.#left === 0) {
        const taken = chunk.copy(this.#head, this.#headBytes, at, at + HEAD_BYTES - this.#headBytes)
        this.#headBytes += taken
        at += taken
        if (this.#headBytes < HEAD_BYTES) return
        this.#headBytes = 0
        this.#left = this.#head.readUInt32BE(1)
        this.#tail = Buffer.alloc(0)
        continue
      }
      const taken = Math.min(this.#left, chunk.length - at)
      const isLast = taken === this.#left
      if (isLast && taken >= STAMP_BYTES) {
        this.#onFrame(chunk, at + taken)
      } else {
        this.#tail = Buffer.concat([this.#tail, chunk.subarray(at, at + taken)]).subarray(-STAMP_BYTES)
        if (isLast) this.#onFrame(this.#tail, this.#tail.length)
      }
      this.#left -= taken
      at += taken
    }
  }
}
