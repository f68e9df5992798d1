/**
 * The files in a zip, opened within bounds: nothing is decompressed before it is read, and no more of it than a capture
 * may have. Loaded on its first use, as zip.js is large.
 */
import { type FileEntry, Reader, ZipReader } from '@zip.js/zip.js/lib/zip-core-native.js'
import { formatBytes, formatCount } from '../lib/format.ts'
import type { PositionedBytes } from './scan/positioned-bytes.ts'

/** A zip with more is not opened, so that its table of contents is bounded. */
const MAX_ZIP_ENTRIES = 10_000
/** The table of contents is read in one piece: about 100 bytes for each file. */
const MAX_PIECE_BYTES = 16 * 1024 * 1024
/** How far a file may expand. */
interface ZipLimits {
  /** From this many plain bytes on, {@link ratio} is applied. */
  readonly ratioAppliesFrom: number
  readonly ratio: number
  readonly plainBytes: number
}

const GIBIBYTE = 1024 ** 3
/** As for gzip. */
const LIMITS: ZipLimits = { ratioAppliesFrom: GIBIBYTE, ratio: 400, plainBytes: 256 * GIBIBYTE }

export interface ZipEntry {
  /** With its folders, as the zip spells it. */
  readonly name: string
  /** In bytes, as the zip says. */
  readonly plainSize: number
  readonly packedSize: number
  /**
   * The plain bytes. Damage ends them, and `onLoss` is told of it in words, as of a file that expands too far. Throws the
   * signal's reason.
   */
  readonly read: (onLoss: (reason: string) => void, signal?: AbortSignal) => AsyncGenerator<Uint8Array>
}

/** Why a zip, or a file in it, cannot be read. */
export class ZipFault extends Error {
  override readonly name = 'ZipFault'
}

/**
 * The files of a zip in the order of its table of contents, without folders. Throws a {@link ZipFault} for what is no
 * zip or has too many, and what reading throws.
 */
export async function zipEntries(
  file: PositionedBytes,
  limits: ZipLimits = LIMITS,
): Promise<readonly ZipEntry[]> {
  const reader = new PositionedReader(file)
  const entries: ZipEntry[] = []
  try {
    const zip = new ZipReader(reader, {
      useWebWorkers: false,
      strictness: 'balanced',
      checkOverlappingEntry: true,
    })
    for await (const entry of zip.getEntriesGenerator()) {
      if (entry.directory) continue
      if (entries.length === MAX_ZIP_ENTRIES)
        throw new ZipFault(`it holds more than ${formatCount(MAX_ZIP_ENTRIES)} files`)
      entries.push(entryOf(entry, reader, limits))
    }
  } catch (error) {
    throw reader.failure ?? faultOf(error)
  }
  return entries
}

function entryOf(entry: FileEntry, reader: PositionedReader, limits: ZipLimits): ZipEntry {
  return {
    name: entry.filename,
    plainSize: entry.uncompressedSize,
    packedSize: entry.compressedSize,
    read: (onLoss, signal) => plainBytes(entry, reader, limits, onLoss, signal),
  }
}

async function* plainBytes(
  entry: FileEntry,
  reader: PositionedReader,
  limits: ZipLimits,
  onLoss: (reason: string) => void,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
  if (entry.encrypted) {
    onLoss('it is encrypted')
    return
  }
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>()
  let failure: unknown
  const written = entry
    .getData(writable, {
      useWebWorkers: false,
      checkSignature: true,
      ...(signal === undefined ? {} : { signal }),
    })
    .catch((error: unknown) => {
      failure = error
    })
  const chunks = readable.getReader()
  let plain = 0
  try {
    for (;;) {
      const { done, value } = await chunks.read()
      if (done) break
      plain += value.length
      yield value
      const isTooDense = plain > limits.ratioAppliesFrom && plain > entry.compressedSize * limits.ratio
      if (isTooDense || plain > limits.plainBytes) {
        const sizes = `${formatBytes(entry.compressedSize)} of it expanded to ${formatBytes(plain)}`
        onLoss(`it is too dense or too long for a capture: ${sizes}. The rest was not read`)
        return
      }
    }
    await written
  } catch (error) {
    // A file that cannot be decompressed breaks its stream, with the error that `getData` has, too.
    failure ??= error
  } finally {
    await chunks.cancel().catch(() => undefined)
    await written
  }
  if (failure === undefined) return
  signal?.throwIfAborted()
  if (reader.failure !== undefined) throw reader.failure
  onLoss(faultOf(failure).message)
}

/** Gives zip.js the bytes that it asks for. */
class PositionedReader extends Reader<PositionedBytes> {
  readonly #file: PositionedBytes
  /** What reading the file threw, which is no damage of the zip. */
  failure: unknown

  constructor(file: PositionedBytes) {
    super(file)
    this.#file = file
    this.size = file.size
  }

  override async readUint8Array(index: number, length: number): Promise<Uint8Array> {
    if (length > MAX_PIECE_BYTES) throw new ZipFault('its table of contents is too large')
    try {
      return await this.#file.read(index, Math.min(index + length, this.#file.size))
    } catch (error) {
      this.failure = error
      throw error
    }
  }
}

function faultOf(error: unknown): ZipFault {
  if (error instanceof ZipFault) return error
  const words = error instanceof Error && error.message !== '' ? ` (${error.message.slice(0, 100)})` : ''
  return new ZipFault(`it is damaged or cut off${words}`)
}
