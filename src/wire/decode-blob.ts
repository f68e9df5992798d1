/** Decodes the two parts of a record that are interned as blobs: policy traces and lists of labels. */
import { ACTIONS, fromWire, POLICY_KINDS, type PolicyHit, type PolicyTrace } from '../flows/flow.ts'
import { inOrder } from '../flows/hit.ts'
import { TextCache } from './text-cache.ts'
import { LENGTH, MalformedRecordError, VARINT, WireReader } from './wire-reader.ts'

/** A trigger is a hit, so triggers may be nested; Goldmane nests none. protobuf-es has the same limit. */
const MAX_DEPTH = 100

const texts = new TextCache()

/**
 * The trace in an encoded goldmane.PolicyTrace (proto/goldmane/api.proto), hits in order of evaluation.
 * @throws MalformedRecordError, or TypeError when a text is not UTF-8
 */
export function decodeTrace(bytes: Uint8Array): PolicyTrace {
  const reader = new WireReader(bytes)
  const end = bytes.length
  const enforced: PolicyHit[] = []
  const pending: PolicyHit[] = []
  while (reader.position < end) {
    const tag = reader.readTag(end)
    if (tag === 8 * 1 + LENGTH) enforced.push(readHit(reader, reader.readLengthEnd(end)))
    else if (tag === 8 * 2 + LENGTH) pending.push(readHit(reader, reader.readLengthEnd(end)))
    else reader.skip(tag, end)
  }
  return { enforced: inOrder(enforced), pending: inOrder(pending) }
}

const EMPTY_HIT: PolicyHit = {
  kind: fromWire(POLICY_KINDS, 0),
  namespace: '',
  name: '',
  tier: '',
  action: fromWire(ACTIONS, 0),
  policyIndex: 0,
  ruleIndex: 0,
  trigger: null,
}

/** Reads a goldmane.PolicyHit up to `end`, over the fields of `earlier`: a trigger may come in several parts. */
function readHit(reader: WireReader, end: number, earlier = EMPTY_HIT, depth = 1): PolicyHit {
  if (depth > MAX_DEPTH) throw new MalformedRecordError(`more than ${MAX_DEPTH} triggers, one in the other`)
  const hit: { -readonly [Member in keyof PolicyHit]: PolicyHit[Member] } = { ...earlier }
  while (reader.position < end) {
    const tag = reader.readTag(end)
    switch (tag) {
      case 8 * 1 + VARINT:
        hit.kind = fromWire(POLICY_KINDS, readEnum(reader, end))
        break
      case 8 * 2 + LENGTH:
        hit.namespace = readText(reader, end)
        break
      case 8 * 3 + LENGTH:
        hit.name = readText(reader, end)
        break
      case 8 * 4 + LENGTH:
        hit.tier = readText(reader, end)
        break
      case 8 * 5 + VARINT:
        hit.action = fromWire(ACTIONS, readEnum(reader, end))
        break
      case 8 * 6 + VARINT:
        hit.policyIndex = reader.readVarint(end)
        break
      case 8 * 7 + VARINT:
        hit.ruleIndex = reader.readVarint(end)
        break
      case 8 * 8 + LENGTH:
        hit.trigger = readHit(reader, reader.readLengthEnd(end), hit.trigger ?? EMPTY_HIT, depth + 1)
        break
      default:
        reader.skip(tag, end)
    }
  }
  return hit
}

/**
 * The labels in consecutive `source_labels`, or `dest_labels`, fields of goldmane.Flow, tags included.
 * @throws MalformedRecordError, or TypeError when a text is not UTF-8
 */
export function decodeLabels(bytes: Uint8Array): readonly string[] {
  const reader = new WireReader(bytes)
  const end = bytes.length
  const labels: string[] = []
  while (reader.position < end) {
    const tag = reader.readTag(end)
    if (tag === 8 * 4 + LENGTH || tag === 8 * 5 + LENGTH) labels.push(readText(reader, end))
    else reader.skip(tag, end)
  }
  return labels
}

function readText(reader: WireReader, end: number): string {
  const textEnd = reader.readLengthEnd(end)
  const text = decodeText(reader.bytes, reader.position, textEnd)
  reader.position = textEnd
  return text
}

/**
 * The text whose UTF-8 bytes stand from `start` to `end`. A byte order mark is a part of it.
 * @throws TypeError when the bytes are not UTF-8
 */
export function decodeText(bytes: Uint8Array, start: number, end: number): string {
  return texts.decode(bytes, start, end)
}

/** Enums are int32: the upper half of a longer number does not count. */
function readEnum(reader: WireReader, end: number): number {
  return reader.readVarint(end) | 0
}
