/**
 * Finds out from a resumed stream whether Goldmane was restarted meanwhile. Goldmane says nothing about it, but its ring
 * and its ids are in memory alone:
 * - a stream that resumes from a bucket of the last 55 minutes brings that bucket first, unless the ring is a new one;
 * - a key keeps its id as long as the ring holds any of its records (goldmane/pkg/storage/bucket_ring.go:354-367), so a
 *   key that has another id in the very bucket that was received before is from a new ring.
 *
 * Not found: a restart after which every key got its old id again and Felix has sent the bucket again before the stream
 * resumed. With one or two keys that happens by chance; nothing is wrong then but that nobody is told.
 */
import { BinaryReader, WireType } from '@bufbuild/protobuf/wire'
import { FlowResultSchema, FlowSchema } from '../../src/gen/goldmane/api_pb.ts'

/** So many keys of the newest bucket are remembered: the chance that all get their old id again is negligible. */
const MAX_REMEMBERED_KEYS = 64

/** Some records of one bucket: ids by key. */
interface Sample {
  /** Null before the first message. */
  readonly bucket: number | null
  readonly ids: Map<string, number>
}

export class RestartDetector {
  /** Of the newest bucket. */
  #sample: Sample = { bucket: null, ids: new Map() }
  /** Of the bucket that the present stream resumed from, as it was before; null when nothing is left to compare. */
  #before: Sample | null = null

  /** Must be called when a stream opens, with the bucket that it was asked to start from; null if with another start. */
  onOpen(resumedFrom: number | null): void {
    this.#before = resumedFrom !== null && resumedFrom === this.#sample.bucket ? this.#sample : null
    this.#sample = { bucket: this.#sample.bucket, ids: new Map() }
  }

  /**
   * Must be called for each message of a stream, after it was appended, with the newest bucket held. Returns whether it
   * shows that Goldmane was restarted.
   */
  onMessage(message: Uint8Array, newestBucket: number | null): boolean {
    if (newestBucket !== this.#sample.bucket) {
      const isReplayMissing = this.#before !== null && this.#sample.ids.size === 0
      this.#before = null
      this.#sample = { bucket: newestBucket, ids: new Map() }
      this.#remember(message)
      return isReplayMissing
    }
    const { ids } = this.#sample
    if (this.#before === null) {
      if (ids.size < MAX_REMEMBERED_KEYS) this.#remember(message)
      return false
    }
    const [key, id] = this.#remember(message)
    const idBefore = this.#before.ids.get(key)
    if (idBefore === undefined || idBefore === id) return false
    this.#before = null
    return true
  }

  #remember(message: Uint8Array): readonly [key: string, id: number] {
    const [key, id] = keyAndIdOf(message)
    if (this.#sample.ids.size < MAX_REMEMBERED_KEYS) this.#sample.ids.set(key, id)
    return [key, id]
  }
}

/** The key's bytes as a text, and the id, of an encoded goldmane.FlowResult that a FlowRing has taken. */
function keyAndIdOf(message: Uint8Array): readonly [key: string, id: number] {
  const reader = new BinaryReader(message)
  let key = ''
  let id = 0
  while (reader.pos < reader.len) {
    const [field, type] = reader.tag()
    if (field === FlowResultSchema.field.id.number && type === WireType.Varint) {
      id = Number(reader.int64())
    } else if (field === FlowResultSchema.field.flow.number && type === WireType.LengthDelimited) {
      key = keyIn(reader.bytes())
    } else {
      reader.skip(type, field)
    }
  }
  return [key, id]
}

function keyIn(flow: Uint8Array): string {
  const reader = new BinaryReader(flow)
  while (reader.pos < reader.len) {
    const [field, type] = reader.tag()
    if (field === FlowSchema.field.Key.number && type === WireType.LengthDelimited) {
      const { buffer, byteOffset, byteLength } = reader.bytes()
      return Buffer.from(buffer, byteOffset, byteLength).toString('latin1')
    }
    reader.skip(type, field)
  }
  return ''
}
