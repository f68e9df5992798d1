/** What a page asks of the worker to begin a recording: a part of protocol.ts. The rest goes over the recording channel. */
import type { Expression } from '../filter/tree/expression.ts'
import type { RecordingLimits } from '../recording/recording.ts'
import type { Redaction } from '../redact/redactor.ts'

/** Records the live source that the page has open. */
export interface RecordingRequest {
  /** Of a new recording, or of a kept one that goes on. */
  readonly id: string
  /** The path of the page, by which its recordings and their messages are named. */
  readonly folder: string
  /** Whether a kept recording goes on: the rest of the request is then that recording's own, but for the limits. */
  readonly resume: boolean
  readonly source: string
  readonly server: string
  readonly viewer: string | null
  /** What the records must match. */
  readonly filter: Expression
  /** The text of that together with what the source is limited to, for the header; null for all. */
  readonly passed: string | null
  /** `now`: records of the time from now on; `held`: also those that are held already. */
  readonly from: 'now' | 'held'
  readonly limits: RecordingLimits
  /** How names are replaced before anything is kept; null where they stay. */
  readonly redaction: Redaction | null
}

/** Begins a recording. What comes of it, all pages hear over the recording channel. */
export interface RecordMessage {
  readonly type: 'record'
  readonly request: RecordingRequest
}
