/** What an export asks of the worker, and what comes of it: a part of protocol.ts. */
import type { ColumnChoice } from '../flows/chosen-columns.ts'
import type { FileFormat } from '../export/export-format.ts'
import type { ExportColumnId } from '../export/row-columns.ts'
import type { Redaction } from '../redact/redactor.ts'
import type { ReplacedName } from '../redact/stand-ins.ts'
import type { Trouble } from '../source/trouble.ts'
import type { PolicyDocument } from './policy-messages.ts'
import type { TimeRange, WantedView } from './protocol.ts'

/** The rows that an export writes, as the view has them, in an order that is set anew. */
export type ExportedView = Pick<
  WantedView,
  'shape' | 'filter' | 'time' | 'until' | 'sort' | 'frozen' | 'newSince'
>

export interface ExportRequest {
  readonly format: FileFormat
  readonly view: ExportedView
  /** The columns of formats that have rows, from left to right. */
  readonly columns: readonly ExportColumnId[]
  /** The name of the source and the address of the view, for the head of a Markdown block. */
  readonly source: string
  readonly link: string | null
  /** For the format `bundle` alone. */
  readonly bundle?: BundleRequest
  /** Whether only {@link ExportedFile.bytes} is wanted, from a sample: the file is empty. */
  readonly onlySize?: boolean
  /** Where a long file may be written into a download (src/lib/download-port.ts). It is transferred. Not for a bundle. */
  readonly download?: MessagePort
  /** What replaces the names, and the link with them; names stay without it. */
  readonly redaction?: Redaction | null
}

/** What an incident bundle has of the screen. */
export interface BundleRequest {
  /** The query string of the view, with a fixed range and without its capture. */
  readonly view: string
  /** The id of the open row. */
  readonly open: string | null
  readonly columns: ColumnChoice
  readonly notes: string
  /** The policies that go with it. With a redaction they are counted and left out. */
  readonly policies?: readonly PolicyDocument[]
}

/** How far an export is. */
export interface ExportProgress {
  /** Records, or rows where the format has rows. */
  readonly written: number
  readonly total: number
  /** The bytes of the file so far. */
  readonly bytes: number
}

/** A file that was written. */
export interface ExportedFile extends ExportProgress {
  readonly blob: Blob
  /** Whether the browser has saved it while it was written: the Blob is then empty. */
  readonly isSaved?: boolean
  /** The time that it covers; null where no record has a time. */
  readonly span: TimeRange | null
  /** What redaction did to it. */
  readonly redacted?: RedactedFile | null
}

/** What became of the names of a file. */
export interface RedactedFile {
  readonly names: readonly ReplacedName[]
  /** How many more replacements there were than the list of names can hold. */
  readonly unlisted: number
  /** How many clauses of the filter were left out, because they ask for parts of names. */
  readonly clausesLeftOut: number
}

export type ExportResult =
  | { readonly ok: true; readonly file: ExportedFile }
  | { readonly ok: false; readonly trouble: Trouble }

/** How many rows a view shows, and how many records these rows sum. */
export interface ExportSizes {
  readonly rows: number
  readonly records: number
}

/** What comes of the export of that number. */
export type ExportNewsMessage =
  | { readonly type: 'exporting'; readonly id: number; readonly progress: ExportProgress }
  | { readonly type: 'exported'; readonly id: number; readonly result: ExportResult }
