/**
 * The lines of a recording, in our capture format (docs/format.md): a header, records, and another header for each gap,
 * because a recorder learns of a gap only later.
 */
import { toJsonString } from '@bufbuild/protobuf'
import { headerLine as printHeader } from '../../src/capture/capture-writer.ts'
import { type CaptureHeader, EMPTY_HEADER } from '../../src/capture/format/capture-header.ts'
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

/** The first line of a file, without the newline. */
export function headerLine({ from, ...known }: RecordingHeader): string {
  return lineOf({ ...known, window: from === null ? null : { from, to: null } })
}

/** A range of which records are missing, both ends Unix seconds. `reason` is a sentence without a full stop. */
export function gapLine({ from, to }: MissingRange, reason: string): string {
  return lineOf({ gaps: [{ from, to, reason }] })
}

function lineOf(known: Partial<CaptureHeader>): string {
  return printHeader({ ...EMPTY_HEADER, ...known }).trimEnd()
}

/** A record as Goldmane's protojson. JSON escapes every line break, so it is one line. */
export function recordLine(result: FlowResult): string {
  return toJsonString(FlowResultSchema, result)
}
