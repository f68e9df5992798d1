/**
 * Reads a capture file: Whisker's, Goldmane's and Felix's records in all the forms in which people have them (JSON lines,
 * pretty-printed objects, lists, server-sent events, length-delimited protobuf), gzip included, mixed at will.
 */
import { type Batch, type CollectOptions, Collector } from './collect.ts'
import { chunksOf, HEAD_BYTES, headOf } from './scan/chunks.ts'
import { type Content, contentOf, isZip } from './scan/sniff.ts'
import { DelimitedSplitter } from './scan/delimited-splitter.ts'
import { type Decompress, decompressionOf } from './scan/decompression.ts'
import { placelessRefusal } from './format/refusal.ts'
import type { Piece } from './scan/piece.ts'
import { collectedBytes, MAX_COLLECTED_BYTES, type PositionedBytes } from './scan/positioned-bytes.ts'
import { TextSplitter } from './scan/text-splitter.ts'
import { formatBytes } from '../lib/format.ts'
import { lazyChunk } from '../lib/preload.ts'
import { yieldToEventLoop } from '../lib/yield-to-event-loop.ts'
import { Utf8Splitter } from './scan/utf8-splitter.ts'

export type { Batch } from './collect.ts'

export interface ReadOptions extends CollectOptions {
  /** Stops the reading: the stream is cancelled and the signal's reason thrown. */
  readonly signal?: AbortSignal
  /** About how many flows and refused records make a batch. The first batch is smaller, to show something early. */
  readonly batchRecords?: number
  /**
   * The same bytes as those of the stream, at any position, as Parquet and zip need them. Without it such a file is
   * collected in memory, up to {@link MAX_COLLECTED_BYTES}.
   */
  readonly positions?: PositionedBytes
  /**
   * Lets another thread decompress the file. `onBytes` must be told how many bytes of the file that has read by then.
   */
  readonly decompressBeside?: (here: Decompress, onBytes: (bytesRead: number) => void) => Decompress
  /** Whether the file stands in a zip: another zip in it is not opened. */
  readonly isInZip?: boolean
}

/** A larger batch outlives V8's young generation, and copying it costs a third of the speed. */
const BATCH_RECORDS = 500
/** A screen of rows, and some: parsing is slow until the engine has compiled it. */
const FIRST_BATCH_RECORDS = 64
/** A batch is given at least after this many bytes, so that progress shows through a stretch without records. */
const BATCH_BYTES = 4 * 1024 * 1024
const EMPTY = new Uint8Array(0)
const TOO_LARGE_TO_COLLECT = `This file is read from its end, so that a stream of it is held in memory, and it has more than ${formatBytes(MAX_COLLECTED_BYTES)}. A file on a disk may be larger`

const zipReader = lazyChunk(() => import('./read-zip.ts'))
const parquetReader = lazyChunk(() => import('./parquet/read-parquet.ts'))

/** Feeds a chunk to a splitter, and its pieces to the collector. It yields whenever the collector is full. */
type Feed = (chunk: Uint8Array, last: boolean) => Generator<void>

function feederOf(content: Exclude<Content, { is: 'foreign' | 'parquet' }>, collector: Collector): Feed {
  if (content.is === 'delimited') {
    const messages = new DelimitedSplitter()
    return function* (chunk, last) {
      for (const piece of messages.feed(chunk, last)) {
        collector.addMessage(piece)
        if (collector.isFull) yield
      }
    }
  }
  const { encoding } = content
  const splitter = encoding === 'utf-8' ? new Utf8Splitter(collector.lineCache) : utf16Splitter(encoding)
  return function* (chunk, last) {
    for (const piece of splitter.feed(chunk, last)) {
      collector.addPiece(piece)
      if (collector.isFull) yield
    }
  }
}

function utf16Splitter(encoding: string): {
  readonly feed: (chunk: Uint8Array, last: boolean) => Generator<Piece>
} {
  const decoder = new TextDecoder(encoding)
  const splitter = new TextSplitter()
  return { feed: (chunk, last) => splitter.feed(decoder.decode(chunk, { stream: !last }), last) }
}

/**
 * Feeds plain bytes to the splitter of their format. It yields when the collector is full, and after each chunk.
 * `positions`: the same bytes at any position, where they can be had.
 */
async function* collect(
  plain: AsyncGenerator<Uint8Array>,
  collector: Collector,
  positions?: PositionedBytes,
): AsyncGenerator<void> {
  const { head, all } = await headOf(plain)
  const content = contentOf(head)
  if (content.is === 'parquet') {
    const file = positions ?? (await collectedBytes(all))
    await plain.return(undefined)
    if (file === null) collector.refuse(placelessRefusal(TOO_LARGE_TO_COLLECT))
    else yield* collectParquet(file, collector)
    return
  }
  if (content.is === 'foreign') {
    collector.refuse(placelessRefusal(`This file is ${content.name}; Flowtrace cannot look into it`))
    await plain.return(undefined)
    return
  }
  const feed = feederOf(content, collector)
  let failure: { readonly error: unknown } | undefined
  try {
    for await (const chunk of all) {
      yield* feed(chunk, false)
      yield
    }
  } catch (error) {
    failure = { error }
  }
  // Of a file that was removed while it was read, the last line may be whole, too.
  yield* feed(EMPTY, true)
  if (failure !== undefined) throw failure.error
}

async function* collectParquet(file: PositionedBytes, collector: Collector): AsyncGenerator<void> {
  const reader = await parquetReader()
  const encoder = new TextEncoder()
  const feed = feederOf({ is: 'text', encoding: 'utf-8' }, collector)
  for await (const pieces of reader.readParquet(file)) {
    for (const piece of pieces) {
      if (piece.is === 'lines') yield* feed(encoder.encode(piece.text), false)
      else collector.addParquet(piece)
      if (collector.isFull) yield
    }
    yield
  }
  yield* feed(EMPTY, true)
}

/** The plain bytes of a file that may be compressed. What is wrong with the compressed data is refused. */
function plainBytes(
  head: Uint8Array,
  all: AsyncGenerator<Uint8Array>,
  collector: Collector,
  beside: (decompress: Decompress) => Decompress,
): AsyncGenerator<Uint8Array> {
  const decompress = decompressionOf(head)
  if (decompress === null) return all
  return beside(decompress)(all, (sentence) => collector.refuse(placelessRefusal(sentence)))
}

/**
 * Reads the flows of a capture in batches, in the order of the file. Anything broken is refused with its place, and costs
 * no whole record around it. Between batches the event loop runs, so that a worker can answer.
 *
 * Throws what the stream throws, after a last batch of all before it; and the signal's reason.
 */
export async function* readCapture(
  stream: ReadableStream<Uint8Array>,
  options: ReadOptions = {},
): AsyncGenerator<Batch> {
  const { signal, batchRecords = BATCH_RECORDS, positions, decompressBeside } = options
  const collector = new Collector(Math.min(batchRecords, FIRST_BATCH_RECORDS), options)
  let bytesRead = 0
  let bytesTaken = 0
  const count = (length: number) => {
    bytesRead = Math.min(bytesRead + length, positions?.size ?? Number.POSITIVE_INFINITY)
  }
  const chunks = chunksOf(stream, signal, count)
  try {
    const { head, all } = await headOf(chunks)
    if (isZip(head) && options.isInZip !== true) {
      yield* zipBatches(all, options)
      return
    }
    const plain = plainBytes(head, all, collector, (here) => {
      // The file that another thread would read is the zip.
      if (decompressBeside === undefined || options.isInZip === true) return here
      return decompressBeside(here, (bytes) => {
        bytesRead = Math.max(bytesRead, bytes)
      })
    })
    const counted = positions === undefined || plain !== all ? undefined : countedPositions(positions, count)
    for await (const _ of collect(plain, collector, counted)) {
      if (!collector.isFull && bytesRead - bytesTaken < BATCH_BYTES) continue
      yield collector.take(bytesRead, batchRecords)
      await yieldToEventLoop()
      signal?.throwIfAborted()
      bytesTaken = bytesRead
    }
    collector.addTotals()
  } catch (error) {
    if (!collector.isEmpty && signal?.aborted !== true) yield collector.take(bytesRead)
    throw error
  } finally {
    await chunks.return(undefined)
  }
  yield collector.take(bytesRead)
}

/** The captures in a zip, merged on one clock. */
async function* zipBatches(
  all: AsyncGenerator<Uint8Array>,
  { positions, ...options }: ReadOptions,
): AsyncGenerator<Batch> {
  const file = positions ?? (await collectedBytes(all))
  await all.return(undefined)
  if (file === null) {
    const collector = new Collector(1)
    collector.refuse(placelessRefusal(TOO_LARGE_TO_COLLECT))
    yield collector.take(MAX_COLLECTED_BYTES)
    return
  }
  const { readZip } = await zipReader()
  const readEntry = (stream: ReadableStream<Uint8Array>, cacheBytes: number) =>
    readCapture(stream, { ...options, cacheBytes, isInZip: true })
  yield* readZip(file, readEntry, options.signal)
}

/** Tells what is read, but the first bytes, which the stream gave. */
function countedPositions(
  { size, read }: PositionedBytes,
  onBytes: (length: number) => void,
): PositionedBytes {
  return {
    size,
    read: async (from, to) => {
      const bytes = await read(from, to)
      onBytes(Math.max(0, Math.min(to, size) - Math.max(from, HEAD_BYTES)))
      return bytes
    },
  }
}
