/**
 * Writes one file of what a view shows. Records and rows are read in batches, between which the event loop runs, and go
 * through a stream, so that memory holds a batch and the bytes that the browser has not put away yet. A lazy chunk.
 */
import { formatOf } from '../../export/export-format.ts'
import { lazyChunk } from '../../lib/preload.ts'
import { yieldToEventLoop } from '../../lib/yield-to-event-loop.ts'
import type { ExportedFile, ExportProgress, ExportRequest } from '../protocol.ts'
import { blobOfStream } from './blob-of-stream.ts'
import { estimateBytes } from './export-estimate.ts'
import { FileWriter } from './file-writer.ts'
import { type ExportScene, type FileParts, partsOf, type PartRequest } from './export-parts.ts'
import { ExportRedaction } from './export-redaction.ts'

const bundler = lazyChunk(() => import('./bundle-job.ts'))
const parquet = lazyChunk(() => import('./parquet-parts.ts'))

/** Records of a batch: about 10 ms of work, so that live records and the answers to pages wait no longer. */
const BATCH_ITEMS = 2000
const PROGRESS_INTERVAL_MS = 200

export interface ExportWatch {
  readonly signal: AbortSignal
  readonly onProgress: (progress: ExportProgress) => void
  /** Unix milliseconds. */
  readonly clock: () => number
}

/**
 * The file of a request, or its size alone where it asks for no more. Rejects with the signal's reason when it is aborted,
 * and with what a stream threw.
 */
export async function writeExport(
  scene: ExportScene,
  request: ExportRequest,
  watch: ExportWatch,
): Promise<ExportedFile> {
  const { format } = request
  const redaction = request.redaction ? new ExportRedaction(request.redaction) : null
  if (format === 'bundle')
    return (await bundler()).writeBundle(scene, request, watch, { redaction, writePart })
  return writePart(scene, { ...request, format }, watch, redaction)
}

/** As {@link writeExport}, of a file that stands alone or in a bundle. */
async function writePart(
  scene: ExportScene,
  request: PartRequest,
  watch: ExportWatch,
  redaction: ExportRedaction | null,
): Promise<ExportedFile> {
  const { format } = request
  if (format === 'parquet') {
    const { parquetParts, estimateParquetBytes } = await parquet()
    watch.signal.throwIfAborted()
    const parts = parquetParts(scene, request, redaction)
    if (request.onlySize === true) return sizeOf(parts, await estimateParquetBytes(parts, watch.signal))
    return { ...(await writeFile(parts, request, false, watch)), redacted: redaction?.result() ?? null }
  }
  const parts = partsOf(scene, { ...request, format }, redaction)
  const isPacked = format === 'capture'
  if (request.onlySize === true) return sizeOf(parts, await estimateBytes(parts, isPacked, watch.signal))
  return { ...(await writeFile(parts, request, isPacked, watch)), redacted: redaction?.result() ?? null }
}

function sizeOf({ total, span }: FileParts, bytes: number): ExportedFile {
  return { written: 0, total, bytes, blob: new Blob(), span }
}

async function writeFile(
  parts: FileParts,
  { format, download }: ExportRequest,
  isPacked: boolean,
  { signal, onProgress, clock }: ExportWatch,
): Promise<ExportedFile> {
  let written = 0
  let bytes = 0
  let reportedAt = clock()
  const progress = (): ExportProgress => ({ written, total: parts.total, bytes })
  const content = new ReadableStream<Uint8Array<ArrayBuffer>>({
    start(controller) {
      if (parts.head.length > 0) controller.enqueue(parts.head)
    },
    // A rejection, as by an abort, is an error of the stream and of all that reads it.
    async pull(controller) {
      signal.throwIfAborted()
      const part = parts.next(BATCH_ITEMS)
      if (part.items === 0) {
        if (parts.tail !== undefined) controller.enqueue(parts.tail())
        return controller.close()
      }
      written += part.items
      controller.enqueue(part.bytes)
      if (clock() - reportedAt >= PROGRESS_INTERVAL_MS) {
        reportedAt = clock()
        onProgress(progress())
      }
      await yieldToEventLoop()
    },
  })
  const packed = isPacked ? content.pipeThrough(new CompressionStream('gzip')) : content
  const writer = download === undefined ? null : new FileWriter(download, signal)
  const beginDownload = async () => ((await writer?.begin(parts.span)) === true ? writer : null)
  const count = (length: number) => {
    bytes += length
  }
  try {
    const blob = await blobOfStream(packed, formatOf(format).mediaType, count, beginDownload)
    signal.throwIfAborted()
    return { ...progress(), blob: blob ?? new Blob(), isSaved: blob === null, span: parts.span }
  } catch (error) {
    writer?.abort()
    throw error
  }
}
