/**
 * The lines of a recording, in our capture format (docs/format.md): a header, records, and another header for each gap,
 * because a recorder learns of a gap only later.
 */
import { toJsonString } from '@bufbuild/protobuf'
import { headerLine as printHeader, recordLine as printRecord } from '../../src/capture/capture-writer.ts'
import { type CaptureHeader, EMPTY_HEADER } from '../../src/capture/format/capture-header.ts'
import type { Flow } from '../../src/flows/flow.ts'
import { type FlowResult, FlowResultSchema } from '../../src/gen/goldmane/api_pb.ts'
import type { MissingRange } from '../../src/wire/freshness.ts'

export interface RecordingHeader {
  /** The program that wrote the file, as in `flowtrace 0.2.0`. */
  readonly tool: string
  readonly source: { readonly kind: 'live' | 'demo'; readonly name: string }
  readonly cluster: string
  /** The address of the Goldmane; null for one that has none of its own, such as the demo's. */
  readonly server: string | null
  /** The start of the first record's bucket, Unix seconds; null for a file without records. */
  readonly from: number | null
  /** The query that the records match; null for all records. */
  readonly filter: string | null
}

/** The header of a recording's file. */
export function captureHeader({ from, ...known }: RecordingHeader): CaptureHeader {
  return { ...EMPTY_HEADER, ...known, window: from === null ? null : { from, to: null } }
}

/**
 * A range of which records are missing, both ends Unix seconds. `reason` is a sentence without a full stop; null where it
 * is not to be told.
 */
export function gapLine({ from, to }: MissingRange, reason: string | null): string {
  return headerLine({ gaps: [{ from, to, reason }] })
}

/** The line of a header, without the newline. */
export function headerLine(known: Partial<CaptureHeader>): string {
  return printHeader({ ...EMPTY_HEADER, ...known }).trimEnd()
}

/** A record as Goldmane's protojson. JSON escapes every line break, so it is one line. */
export function recordLine(result: FlowResult): string {
  return toJsonString(FlowResultSchema, result)
}

/** As {@link recordLine}, of a flow that is not as Goldmane sent it. */
export function flowLine(flow: Flow): string {
  return printRecord(flow).trimEnd()
}
