/**
 * The two fields that our length-delimited protobuf has in a FlowResult beside Goldmane's own. Every other reader of
 * protobuf skips them, because it does not know their numbers. docs/format.md is their contract.
 */
import { COUNTER_NAMES } from '../../flows/counters.ts'
import type { Flow } from '../../flows/flow.ts'
import { LENGTH, VARINT, WireReader } from '../../wire/wire-reader.ts'
import { type CaptureHeader, headerOf, isHeader } from './capture-header.ts'
import { FieldError, isObject } from './json-fields.ts'

/** A header as the JSON of its line. It may occur several times. */
export const HEADER_FIELD = 1000
/** Which counters were not recorded, as the sum of their bits: protobuf itself has no "not recorded". */
export const UNRECORDED_FIELD = 1001

/** Each counter with its bit: 1 for goldmane.Flow's field 6, twice as much for each field after it. */
const BITS = COUNTER_NAMES.map((name, index) => [name, 2 ** index] as const)

interface Extension {
  readonly headers: readonly CaptureHeader[]
  /** Why a header is none; the last one of several. Its record is whole all the same. */
  readonly fault: string | null
  readonly unrecorded: number
}

/** The two fields in the bytes of a well-formed FlowResult. */
export function extensionOf(bytes: Uint8Array): Extension {
  const reader = new WireReader(bytes)
  const end = bytes.length
  const headers: CaptureHeader[] = []
  let unrecorded = 0
  let fault: string | null = null
  while (reader.position < end) {
    const tag = reader.readTag(end)
    if (tag === 8 * HEADER_FIELD + LENGTH) {
      const stop = reader.readLengthEnd(end)
      const header = headerIn(bytes.subarray(reader.position, stop))
      if (typeof header === 'string') fault = header
      else headers.push(header)
      reader.position = stop
    } else if (tag === 8 * UNRECORDED_FIELD + VARINT) unrecorded = reader.readVarint(end)
    else reader.skip(tag, end)
  }
  return { headers, fault, unrecorded }
}

/** The header, or the reason why it is none. */
function headerIn(bytes: Uint8Array): CaptureHeader | string {
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(bytes))
    if (isObject(value) && isHeader(value)) return headerOf(value)
    return 'it is not a header'
  } catch (error) {
    if (error instanceof FieldError || error instanceof SyntaxError) return error.message
    throw error
  }
}

/** The bits of the counters that a flow does not have. */
export function unrecordedOf(flow: Flow): number {
  return BITS.reduce((bits, [count, bit]) => (flow[count] === null ? bits | bit : bits), 0)
}

/** The flow with null in the place of the counters that were not recorded. */
export function withUnrecorded(flow: Flow, unrecorded: number): Flow {
  if (unrecorded === 0) return flow
  const nulls = BITS.filter(([, bit]) => (unrecorded & bit) !== 0).map(([count]) => [count, null])
  return { ...flow, ...Object.fromEntries(nulls) }
}
