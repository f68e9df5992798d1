/** Codecs of the two parts of a record that are interned as blobs: policy traces and lists of labels. */
import { isCanonicalLabels, isCanonicalTrace } from '../../wire/canonical-blob.ts'
import { decodeLabels, decodeTrace } from '../../wire/decode-blob.ts'
import { ACTIONS, POLICY_KINDS, type PolicyHit, type PolicyTrace, toWire } from '../../flows/flow.ts'
import { inOrder } from '../../flows/hit.ts'
import { writeHit } from '../../wire/encode-flow.ts'
import { ProtobufWriter } from '../../wire/protobuf-writer.ts'
import type { BlobCodec } from '../columns/blob-dictionary.ts'

const writer = new ProtobufWriter()
const encoder = new TextEncoder()
const decoder = new TextDecoder()

/** The first byte of a trace in JSON. No protobuf message begins with 0, because there is no field number 0. */
const JSON_PREFIX = 0

/**
 * Whether protobuf can encode a hit without loss. It cannot if an enum value is known by name only (`Unknown(Audit)` of
 * a text capture), or if a number is no safe integer.
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

function isProtobufEnum(names: readonly string[], name: string): boolean {
  if (names.includes(name)) return true
  const number = toWire(names, name)
  return number !== 0 && name === `Unknown(${number})`
}

/** Encodes a trace as goldmane.PolicyTrace, hits in order of evaluation; as JSON where protobuf would lose something. */
export const traceCodec: BlobCodec<PolicyTrace> = {
  encode(trace) {
    if (!trace.enforced.every(isProtobufHit) || !trace.pending.every(isProtobufHit)) {
      return encoder.encode(String.fromCharCode(JSON_PREFIX) + JSON.stringify(trace))
    }
    writer.reset()
    for (const hit of inOrder(trace.enforced)) writeHit(writer, 1, hit)
    for (const hit of inOrder(trace.pending)) writeHit(writer, 2, hit)
    return writer.written()
  },
  decode(bytes) {
    if (bytes[0] === JSON_PREFIX && bytes.length > 1) {
      // `encode` wrote this: WireKeyInterner refuses bytes from outside that begin with 0.
      return JSON.parse(decoder.decode(bytes.subarray(1))) as PolicyTrace
    }
    return decodeTrace(bytes)
  },
  isCanonical: isCanonicalTrace,
}

/** The number of `source_labels` in goldmane.Flow. Both ends' lists are encoded as the source's, to share blobs. */
const SOURCE_LABELS = 4

/**
 * Encodes a list of labels as consecutive `source_labels` fields of goldmane.Flow, tags included; decodes `dest_labels`
 * fields too, because a blob may be the bytes of a message as they came.
 */
export const labelsCodec: BlobCodec<readonly string[]> = {
  encode(labels) {
    writer.reset()
    for (const label of labels) writer.text(SOURCE_LABELS, label, true)
    return writer.written()
  },
  decode: decodeLabels,
  isCanonical: isCanonicalLabels,
}
