/** The two parts of a record that are kept as byte runs: policy traces and lists of labels. */
import { decodeLabels, decodeTrace } from '../../wire/decode-message.ts'
import { ACTIONS, POLICY_KINDS, type PolicyHit, type PolicyTrace, toWire } from '../../flows/flow.ts'
import { inOrder } from '../../flows/hit.ts'
import { ProtobufWriter } from '../columns/protobuf-writer.ts'
import type { BlobCodec } from '../columns/blob-dictionary.ts'

const writer = new ProtobufWriter()
const encoder = new TextEncoder()
const decoder = new TextDecoder()

/** No protobuf message begins with a zero byte: what follows is JSON. */
const JSON_PREFIX = 0

/**
 * Whether protobuf can say it without loss. It cannot say an enum value that is known by word only, as
 * `Unknown(Audit)` from a text capture, nor a number that is not an integer.
 */
function isProtobufHit(hit: PolicyHit): boolean {
  return (
    isProtobufEnum(POLICY_KINDS, hit.kind) &&
    isProtobufEnum(ACTIONS, hit.action) &&
    Number.isSafeInteger(hit.policyIndex) &&
    Number.isSafeInteger(hit.ruleIndex) &&
    (hit.trigger === null || isProtobufHit(hit.trigger))
  )
}

function isProtobufEnum(words: readonly string[], word: string): boolean {
  if (words.includes(word)) return true
  const number = toWire(words, word)
  return number !== 0 && word === `Unknown(${number})`
}

/** Fields by their numbers in goldmane.PolicyHit (proto/goldmane/api.proto). */
function writeHit(field: number, hit: PolicyHit): void {
  writer.message(field, () => {
    writer.varint(1, toWire(POLICY_KINDS, hit.kind))
    writer.text(2, hit.namespace)
    writer.text(3, hit.name)
    writer.text(4, hit.tier)
    writer.varint(5, toWire(ACTIONS, hit.action))
    writer.varint(6, hit.policyIndex)
    writer.varint(7, hit.ruleIndex)
    if (hit.trigger !== null) writeHit(8, hit.trigger)
  })
}

/** As goldmane.PolicyTrace; as JSON where that would lose something. */
export const traceCodec: BlobCodec<PolicyTrace> = {
  encode(trace) {
    if (!trace.enforced.every(isProtobufHit) || !trace.pending.every(isProtobufHit)) {
      return encoder.encode(String.fromCharCode(JSON_PREFIX) + JSON.stringify(trace))
    }
    writer.reset()
    for (const hit of inOrder(trace.enforced)) writeHit(1, hit)
    for (const hit of inOrder(trace.pending)) writeHit(2, hit)
    return writer.written()
  },
  decode(bytes) {
    if (bytes[0] === JSON_PREFIX && bytes.length > 1) {
      // Written by `encode` above: bytes from outside that begin so are refused by the reader before they get here.
      return JSON.parse(decoder.decode(bytes.subarray(1))) as PolicyTrace
    }
    return decodeTrace(bytes)
  },
}

/** The number of `source_labels` in goldmane.Flow: the lists of both sides are kept as if they were the source's. */
const SOURCE_LABELS = 4

/** As a run of `source_labels` or `dest_labels` fields of goldmane.Flow, tags included. */
export const labelsCodec: BlobCodec<readonly string[]> = {
  encode(labels) {
    writer.reset()
    for (const label of labels) writer.text(SOURCE_LABELS, label, true)
    return writer.written()
  },
  decode: decodeLabels,
}
