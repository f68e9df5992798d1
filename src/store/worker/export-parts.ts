/** The bytes of an exported file part by part, in each format. */
import { headerLine } from '../../capture/capture-writer.ts'
import { type CaptureHeader, EMPTY_HEADER } from '../../capture/format/capture-header.ts'
import { csvLine } from '../../export/csv.ts'
import { MAX_MARKDOWN_ROWS, markdownTable } from '../../export/markdown-table.ts'
import { cellsOf, type ExportRow } from '../../export/row-columns.ts'
import { print } from '../../filter/language/print.ts'
import { unreachable } from '../../lib/assert.ts'
import { VERSION } from '../../lib/version.ts'
import type { RecordStore } from '../keys/record-store.ts'
import type { ExportRequest, TimeRange, ViewRequest } from '../protocol.ts'
import { type BatchReader, lineReader, rowReader, unorderedRowReader } from '../query/exported-rows.ts'
import type { ExportRedaction } from './export-redaction.ts'

/** What an export reads, at the moment when it begins. */
export interface ExportScene {
  readonly store: RecordStore
  /** The view of the request with its range resolved. */
  readonly view: ViewRequest
  /** Unix seconds from which age counts back. */
  readonly now: number
  /** Those of the source, where it has any. */
  readonly headers?: readonly CaptureHeader[]
}

export interface FilePart {
  readonly bytes: Uint8Array<ArrayBuffer>
  /** How many records or rows are in it. */
  readonly items: number
}

/** A file before it is packed: what it begins with, then its items in parts. */
export interface FileParts {
  /** How many items there are in all. */
  readonly total: number
  readonly span: TimeRange | null
  readonly head: Uint8Array<ArrayBuffer>
  /** The next part, of at most so many items; one without items is the end. */
  readonly next: (limit: number) => FilePart
  /** Passes over so many items. */
  readonly skip: (count: number) => void
  /** What follows the last item, once all are given. */
  readonly tail?: () => Uint8Array<ArrayBuffer>
}

const encoder = new TextEncoder()
const NOTHING = new Uint8Array(0)

/** A request of a file that stands alone or in a bundle. */
export interface PartRequest extends ExportRequest {
  readonly format: Exclude<ExportRequest['format'], 'bundle'>
}

/** Those but Parquet, whose writer is loaded when it is asked for (parquet-parts.ts). */
export type TextPartRequest = PartRequest & { readonly format: Exclude<PartRequest['format'], 'parquet'> }

/** The parts of the file of a request. A sample may have its rows in another order. */
export function partsOf(
  { store, view, now, headers }: ExportScene,
  asked: TextPartRequest,
  redaction: ExportRedaction | null,
): FileParts {
  const request = redaction?.request(asked) ?? asked
  const lines = () => lineReader(store, view, now, redaction?.labelled)
  const rows = (reader: BatchReader<ExportRow>) => redaction?.rows(reader) ?? reader
  switch (asked.format) {
    case 'capture': {
      const reader = lines()
      return {
        ...reader,
        head: encoder.encode(headerLine(headerOf(request, reader.span, store.live, redaction, headers))),
      }
    }
    case 'json-lines':
      return { ...lines(), head: NOTHING }
    case 'csv': {
      const readerOf = asked.onlySize === true ? unorderedRowReader : rowReader
      return csvParts(request, rows(readerOf(store, view, now)))
    }
    case 'markdown':
      return markdownParts(request, rows(rowReader(store, view, now, MAX_MARKDOWN_ROWS)))
    default:
      return unreachable(asked.format, 'format of an export')
  }
}

/** The header of a file of records, which says what they are of (docs/format.md). */
export function headerOf(
  { source, view: { filter } }: ExportRequest,
  span: TimeRange | null,
  isLive: boolean,
  redaction: ExportRedaction | null,
  headers: readonly CaptureHeader[] = [],
): CaptureHeader {
  const [origin] = headers
  const isPast = origin?.source?.kind === 'history'
  return {
    ...EMPTY_HEADER,
    others: redaction?.headerMembers ?? {},
    tool: `flowtrace ${VERSION}`,
    source: { kind: isLive ? 'live' : isPast ? 'history' : 'capture', name: source },
    cluster: isLive || isPast ? source : null,
    // What was read as sums is written as sums.
    step: origin?.step ?? null,
    window: span,
    filter: filter.kind === 'all' ? null : print(filter),
  }
}

function csvParts({ columns, view }: ExportRequest, reader: BatchReader<ExportRow>): FileParts {
  const cells = columns.flatMap((id) => cellsOf(id, view.shape))
  return {
    ...reader,
    head: encoder.encode(csvLine(cells.map(({ title }) => title))),
    next(limit) {
      const rows = reader.next(limit)
      const lines = rows.map((row) => csvLine(cells.map((cell) => cell.of(row))))
      return { bytes: encoder.encode(lines.join('')), items: rows.length }
    },
  }
}

/** Markdown is its head alone, because its headline says how many rows there are. */
function markdownParts(
  { columns, source, link, view: { shape, filter } }: ExportRequest,
  { total, span, next }: BatchReader<ExportRow>,
): FileParts {
  const rows = next(MAX_MARKDOWN_ROWS)
  let items = rows.length
  return {
    total,
    span,
    head: encoder.encode(markdownTable(rows, { source, filter, span, link, shape, columns, total })),
    skip: () => {},
    next() {
      const part = { bytes: NOTHING, items }
      items = 0
      return part
    },
  }
}
