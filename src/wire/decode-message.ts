/** Decodes encoded records to flows, for captures, with the readers that live frames are read with. */
import { ACTIONS, ENDPOINT_TYPES, type Flow, type FlowKey, fromWire, REPORTERS } from '../flows/flow.ts'
import { decodeLabels, decodeText, decodeTrace } from './decode-blob.ts'
import { timesAndCounters } from './flow-numbers.ts'
import { RecordReader } from './record-reader.ts'
import { FLOW_FIELDS, isWellFormed, RESULT_FIELDS } from './well-formed.ts'
import { MalformedRecordError } from './wire-reader.ts'

/** The message that a record is encoded as. Flows.Stream and List send FlowResult; captures may hold Flow. */
export type RecordMessage = 'FlowResult' | 'Flow'

/** Whether bytes are exactly one such message, as a serializer writes it; see {@link isWellFormed}. */
export function isWellFormedFlow(bytes: Uint8Array, message: RecordMessage): boolean {
  return isWellFormed(message === 'FlowResult' ? RESULT_FIELDS : FLOW_FIELDS, bytes)
}

const record = new RecordReader()

/**
 * The flow in a message that {@link isWellFormedFlow}, hits in order of evaluation; undefined if it has no key, which no
 * Goldmane sends. Equal bytes give equal texts here and in a live stream.
 * @throws TypeError when a text is not UTF-8
 */
export function decodeFlow(bytes: Uint8Array, message: RecordMessage): Flow | undefined {
  const hasKey = readRecord(bytes, message)
  // Before the key is missed, because bytes with a label that is no text are no message at all.
  const sourceLabels = labelsOf(record, 4)
  const destLabels = labelsOf(record, 5)
  if (!hasKey) return undefined
  return {
    key: keyOf(record),
    sourceLabels,
    destLabels,
    ...timesAndCounters(record.numbers),
  }
}

/** Reads a well-formed message into `record`. False when it has no key. */
function readRecord(bytes: Uint8Array, message: RecordMessage): boolean {
  try {
    if (message === 'FlowResult') record.readResult(bytes)
    else record.readFlow(bytes)
    return true
  } catch (error) {
    // All else that the reader refuses is not well-formed.
    if (error instanceof MalformedRecordError) return false
    throw error
  }
}

function keyOf({ bytes, starts, ends, keyNumbers }: RecordReader): FlowKey {
  const text = (field: number) => decodeText(bytes, starts[field]!, ends[field]!)
  /** Enums are int32: the upper half of a longer number does not count. */
  const enumNumber = (field: number) => keyNumbers[field]! | 0
  return {
    sourceName: text(1),
    sourceNamespace: text(2),
    sourceType: fromWire(ENDPOINT_TYPES, enumNumber(3)),
    destName: text(4),
    destNamespace: text(5),
    destType: fromWire(ENDPOINT_TYPES, enumNumber(6)),
    destPort: keyNumbers[7]!,
    destServiceName: text(8),
    destServiceNamespace: text(9),
    destServicePortName: text(10),
    destServicePort: keyNumbers[11]!,
    proto: text(12),
    reporter: fromWire(REPORTERS, enumNumber(13)),
    action: fromWire(ACTIONS, enumNumber(14)),
    policies: decodeTrace(bytes.subarray(starts[15], ends[15])),
  }
}

function labelsOf({ bytes, labelStarts, labelEnds }: RecordReader, field: 4 | 5): readonly string[] {
  return decodeLabels(bytes.subarray(labelStarts[field], labelEnds[field]))
}
