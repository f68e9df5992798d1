/**
 * Writes one file of what a view shows. Records and rows are read in batches, between which the event loop runs, and go
 * through a stream, so that memory holds a batch and the bytes that the browser has not put away yet. A lazy chunk.
 */
import { headerLine, recordLine } from '../../capture/capture-writer.ts'
import { EMPTY_HEADER } from '../../capture/format/capture-header.ts'
import { csvLine } from '../../export/csv.ts'
import { formatOf } from '../../export/export-format.ts'
import { MAX_MARKDOWN_ROWS, markdownTable } from '../../export/markdown-table.ts'
import { cellsOf } from '../../export/row-columns.ts'
import { print } from '../../filter/language/print.ts'
import type { Flow } from '../../flows/flow.ts'
import { unreachable } from '../../lib/assert.ts'
import { lazyChunk } from '../../lib/preload.ts'
import { VERSION } from '../../lib/version.ts'
import { yieldToEventLoop } from '../../lib/yield-to-event-loop.ts'
import type { RecordStore } from '../keys/record-store.ts'
import type { ExportedFile, ExportProgress, ExportRequest, TimeRange, ViewRequest } from '../protocol.ts'
import { type BatchReader, recordReader, rowReader } from '../query/exported-rows.ts'

const bundler = lazyChunk(() => import('./bundle-job.ts'))

/** Records of a batch: about 10 ms of work, so that live records and the answers to pages wait no longer. */
const BATCH_RECORDS = 2000
const PROGRESS_INTERVAL_MS = 200

/** What an export reads, at the moment when it begins. */
export interface ExportScene {
  readonly store: RecordStore
  /** The view of the request with its range resolved. */
  readonly view: ViewRequest
  /** Unix seconds from which age counts back. */
  readonly now: number
}

export interface ExportWatch {
  readonly signal: AbortSignal
  readonly onProgress: (progress: ExportProgress) => void
  /** Unix milliseconds. */
  readonly clock: () => number
}

/** The text of a file in parts; null is the end. `written` counts the records or rows in them. */
interface TextParts {
  readonly total: number
  readonly span: TimeRange | null
  written: number
  readonly next: () => string | null
}

/** The file of a request. Rejects with the signal's reason when it is aborted, and with what a stream threw. */
export async function writeExport(
  scene: ExportScene,
  request: ExportRequest,
  watch: ExportWatch,
): Promise<ExportedFile> {
  const { format } = request
  if (format === 'bundle') return (await bundler()).writeBundle(scene, request, watch, writeExport)
  const { signal, onProgress, clock } = watch
  const parts = partsOf(scene, request, format)
  const encoder = new TextEncoder()
  let bytes = 0
  let reportedAt = clock()
  const progress = (): ExportProgress => ({ written: parts.written, total: parts.total, bytes })
  const text = new ReadableStream<Uint8Array<ArrayBuffer>>({
    // A rejection, as by an abort, is an error of the stream and of all that reads it.
    async pull(controller) {
      signal.throwIfAborted()
      const part = parts.next()
      if (part === null) return controller.close()
      controller.enqueue(encoder.encode(part))
      if (clock() - reportedAt >= PROGRESS_INTERVAL_MS) {
        reportedAt = clock()
        onProgress(progress())
      }
      await yieldToEventLoop()
    },
  })
  const counter = new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
    transform(chunk, controller) {
      bytes += chunk.byteLength
      controller.enqueue(chunk)
    },
  })
  const { mediaType } = formatOf(format)
  const packed = format === 'capture' ? text.pipeThrough(new CompressionStream('gzip')) : text
  const response = new Response(packed.pipeThrough(counter), { headers: { 'content-type': mediaType } })
  const blob = await response.blob()
  signal.throwIfAborted()
  return { ...progress(), blob, span: parts.span }
}

function partsOf(
  { store, view, now }: ExportScene,
  request: ExportRequest,
  format: Exclude<ExportRequest['format'], 'bundle'>,
): TextParts {
  switch (format) {
    case 'capture': {
      const reader = recordReader(store, view, now)
      return batchParts(reader, headerOf(request, reader, store.live), recordLine)
    }
    case 'json-lines':
      return batchParts(recordReader(store, view, now), null, recordLine)
    case 'csv':
      return csvParts(request, rowReader(store, view, now))
    case 'markdown':
      return markdownParts(request, rowReader(store, view, now))
    default:
      return unreachable(format, 'format of an export')
  }
}

/** The first line of a capture, which says what its records are of (docs/format.md). */
function headerOf(
  { source, view: { filter } }: ExportRequest,
  { span }: BatchReader<Flow>,
  isLive: boolean,
): string {
  return headerLine({
    ...EMPTY_HEADER,
    tool: `flowtrace ${VERSION}`,
    source: { kind: isLive ? 'live' : 'capture', name: source },
    cluster: isLive ? source : null,
    window: span,
    filter: filter.kind === 'all' ? null : print(filter),
  })
}

/** `head` first, if there is one, then each batch as `write` has its items. */
function batchParts<Item>(
  { total, span, next: nextItems }: BatchReader<Item>,
  head: string | null,
  write: (item: Item) => string,
): TextParts {
  let first = head
  return {
    total,
    span,
    written: 0,
    next() {
      if (first !== null) {
        const line = first
        first = null
        return line
      }
      const items = nextItems(BATCH_RECORDS)
      this.written += items.length
      return items.length === 0 ? null : items.map((item) => write(item)).join('')
    },
  }
}

function csvParts({ columns, view }: ExportRequest, reader: ReturnType<typeof rowReader>): TextParts {
  const cells = columns.flatMap((id) => cellsOf(id, view.shape))
  const heads = csvLine(cells.map(({ title }) => title))
  return batchParts(reader, heads, (row) => csvLine(cells.map((cell) => cell.of(row))))
}

function markdownParts(
  { columns, source, link, view: { shape, filter } }: ExportRequest,
  reader: ReturnType<typeof rowReader>,
): TextParts {
  const { total, span } = reader
  let isDone = false
  return {
    total,
    span,
    written: 0,
    next() {
      if (isDone) return null
      isDone = true
      const rows = reader.next(MAX_MARKDOWN_ROWS)
      this.written = rows.length
      return markdownTable(rows, { source, filter, span, link, shape, columns, total })
    },
  }
}
