/**
 * Writes the lines of a recording in batches of whole lines, each appended at once: a process that is killed leaves a
 * file that is whole up to its last batch. With gzip each batch is a member of its own, with zstd a frame, which `gzip -dc`,
 * `zstd -dc` and every other reader takes one after another.
 */
import { type Compression, compressed } from '../lib/compressors.ts'
import type { ByteSink } from './byte-sink.ts'

/** Characters of a batch: few, so that little is lost by a kill. */
const PLAIN_BATCH = 64 * 1024
/** Characters of a member or frame: many, because each has a dictionary of its own. */
const COMPRESSED_BATCH = 1024 * 1024

/** The files of a recording, one after another. */
export interface OutputFiles {
  /** The next file; null when there may be no other. */
  next(): Promise<ByteSink | null>
}

export interface CaptureOutputOptions {
  readonly files: OutputFiles
  readonly compression: Compression
  /** Bytes of a file at most, but for one whose first batch is longer. */
  readonly maxBytes: number
  /** The first line of a file whose first record is of this bucket; null without records. */
  readonly header: (from: number | null) => string
}

/** What was appended so far. */
export interface OutputCounts {
  readonly records: number
  readonly gaps: number
  /** Of all files, those included that were removed since. */
  readonly bytes: number
}

interface Batch {
  lines: string[]
  length: number
  records: number
  gaps: number
  /** Unix seconds, of the first record. */
  from: number | null
}

export class RecordingOutput {
  readonly #options: CaptureOutputOptions
  #sink: ByteSink | null = null
  /** Bytes of the present file. */
  #size = 0
  #batch = emptyBatch()
  #counts = { records: 0, gaps: 0, bytes: 0 }
  #isFull = false

  constructor(options: CaptureOutputOptions) {
    this.#options = options
  }

  get counts(): OutputCounts {
    return { ...this.#counts }
  }

  /** Whether the last file has its size. Nothing more is written then. */
  get isFull(): boolean {
    return this.#isFull
  }

  get isCompressed(): boolean {
    return this.#options.compression !== 'none'
  }

  get hasPending(): boolean {
    return this.#batch.length > 0
  }

  /** Whether {@link commit} is to be called before more is added. */
  get isBatchFull(): boolean {
    return this.#batch.length >= (this.isCompressed ? COMPRESSED_BATCH : PLAIN_BATCH)
  }

  /** Takes a record of the bucket that starts at `from`, Unix seconds, as a line without the newline. */
  addRecord(line: string, from: number): void {
    this.#add(line)
    this.#batch.records += 1
    this.#batch.from ??= from
  }

  addGap(line: string): void {
    this.#add(line)
    this.#batch.gaps += 1
  }

  /** Appends what was added, in another file where this one would grow too long. Rejects with the error of the system. */
  async commit(): Promise<void> {
    const batch = this.#batch
    if (batch.length === 0 || this.#isFull) return
    this.#batch = emptyBatch()
    const bytes = await this.#encode(batch.lines)
    if (this.#sink !== null && this.#size + bytes.length > this.#options.maxBytes) await this.#endFile()
    if (this.#sink === null && !(await this.#startFile(batch.from))) return
    await this.#append(bytes)
    this.#counts.records += batch.records
    this.#counts.gaps += batch.gaps
  }

  /** Appends the rest. A recording without any record is a file with its first line. */
  async close(): Promise<void> {
    await this.commit()
    if (this.#sink === null && !this.#isFull) await this.#startFile(null)
    await this.#endFile()
  }

  /** Closes the file without another write, after one failed. */
  async abandon(): Promise<void> {
    await this.#endFile()
  }

  #add(line: string): void {
    this.#batch.lines.push(line)
    this.#batch.length += line.length + 1
  }

  async #encode(lines: readonly string[]): Promise<Uint8Array> {
    return compressed(Buffer.from(`${lines.join('\n')}\n`), this.#options.compression)
  }

  async #append(bytes: Uint8Array): Promise<void> {
    await this.#sink?.append(bytes)
    this.#size += bytes.length
    this.#counts.bytes += bytes.length
  }

  /** Returns false when there is no other file. */
  async #startFile(from: number | null): Promise<boolean> {
    this.#sink = await this.#options.files.next()
    if (this.#sink === null) {
      this.#isFull = true
      return false
    }
    await this.#append(await this.#encode([this.#options.header(from)]))
    return true
  }

  async #endFile(): Promise<void> {
    const sink = this.#sink
    this.#sink = null
    this.#size = 0
    await sink?.close()
  }
}

function emptyBatch(): Batch {
  return { lines: [], length: 0, records: 0, gaps: 0, from: null }
}
