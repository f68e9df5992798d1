/** A recording of a live source: what is known of it beside its records, its limits, and its header as a capture. */
import { type CaptureGap, type CaptureHeader, EMPTY_HEADER } from '../capture/format/capture-header.ts'
import { VERSION } from '../lib/version.ts'
import type { Redactor } from '../redact/redactor.ts'

/** A recording stops when it reaches one of these. */
export interface RecordingLimits {
  /** Of its text, before it is packed. */
  readonly bytes: number
  /** For which it records, pauses left out. */
  readonly seconds: number
}

export const DEFAULT_LIMITS: RecordingLimits = { bytes: 5e6, seconds: 15 * 60 }
/** The limits that can be chosen. */
export const SIZE_LIMITS: readonly number[] = [5e6, 20e6, 100e6]
export const TIME_LIMITS: readonly number[] = [5 * 60, 15 * 60, 3600, 4 * 3600]

/** What a browser keeps at most, as no recording is deleted by itself. Bytes are packed ones. */
export const MAX_KEPT = 20
export const MAX_KEPT_BYTES = 500e6

/** Why a recording ended. */
export type RecordingEnd =
  /** By the reader. */
  | 'stopped'
  | 'size'
  | 'time'
  /** {@link MAX_KEPT_BYTES}. */
  | 'kept'
  /** The browser's quota, or its disk. */
  | 'no-room'
  | 'failed'
  /** The login ended: who logs in next may be another user. */
  | 'login'
  /** Its page was closed or loaded anew. */
  | 'closed'

/** What is known of a recording whose names were replaced before they were kept. */
export interface RecordingRedaction {
  readonly level: Redactor['level']
  /** A stand-in of a fixed text, by which the salt is known again. The salt itself is not kept. */
  readonly saltMark: string
  /** A stand-in of the query that the records passed, by which it is known again; null for all. */
  readonly filterMark: string | null
  readonly cluster: string
  /** How many clauses `filter` lacks, because they ask for parts of names. */
  readonly clausesLeftOut: number
}

export interface Recording {
  readonly id: string
  /** The name that the reader gave it; null without one. */
  readonly name: string | null
  /** The source's name, as the screen shows it. */
  readonly source: string
  readonly server: string
  /** Whose records these are, where the server knows its users: others are not shown them. */
  readonly viewer: string | null
  /** The query that the records passed; null for all. */
  readonly filter: string | null
  /** Null where names are kept as they are; otherwise the source, the server and the filter are redacted, too. */
  readonly redaction: RecordingRedaction | null
  /** Unix seconds of the cluster's clock; `to` is the end of the newest record, null without any. */
  readonly window: { readonly from: number; readonly to: number | null }
  /** Times that the recording left out: pauses, and those between its parts. */
  readonly pauses: readonly CaptureGap[]
  /** Times in which the source received nothing. */
  readonly lost: readonly CaptureGap[]
  readonly records: number
  /** Of the records' lines, and as they are kept. */
  readonly textBytes: number
  readonly packedBytes: number
  /** Records that could not be written. */
  readonly leftOut: number
  /** How many chunks of bytes are kept. */
  readonly chunks: number
  /** How long it recorded, pauses left out. */
  readonly seconds: number
  readonly limits: RecordingLimits
  readonly state: 'recording' | 'paused' | 'ended'
  readonly end: RecordingEnd | null
  /** Unix milliseconds of this machine's clock. */
  readonly startedAt: number
  /** The recorder that writes it. Another one that goes on with it takes it over. */
  readonly owner: string
}

/** The first line of the capture (docs/format.md). */
export function recordingHeader(recording: Recording): CaptureHeader {
  const { source, server, filter, window, pauses, lost } = recording
  // One of an earlier version has none.
  const redaction = recording.redaction ?? null
  return {
    ...EMPTY_HEADER,
    tool: `flowtrace ${VERSION}`,
    source: { kind: 'live', name: source },
    cluster: redaction === null ? source : redaction.cluster,
    server,
    window,
    filter,
    gaps: [...pauses, ...lost].toSorted((a, b) => a.from - b.from),
    ...(redaction === null ? {} : { others: { redacted: redaction.level } }),
  }
}

/** Whether nothing of a recording was kept until it ended. One that was closed may go on in another recorder. */
export function isEndedEmpty({ state, end, chunks }: Recording): boolean {
  return state === 'ended' && end !== 'closed' && chunks === 0
}

/** Whether nothing of a recording was kept before it was cut off. */
export function isCutEmpty({ state, chunks }: Recording): boolean {
  return state !== 'ended' && chunks === 0
}
