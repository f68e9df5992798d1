/**
 * Reads gRPC-web answers in binary mode from a byte stream of any length. The library `grpc-web` cannot, because in
 * either mode it keeps the whole answer (docs/adr/0001-read-the-stream-with-our-own-frame-reader.md).
 *
 * The receiver owns the yielded bytes and may keep or transfer them, because the reader does not touch them again, unless
 * `reusesBuffer` is set. A message inside one chunk is a view of that chunk and keeps it alive; a message that straddles
 * chunks is a copy.
 *
 * The reader does not accept `application/grpc-web-text`, and it does not decode messages.
 */
import { type ChunkReader, chunkReaderOf } from './chunk-reader.ts'
import { messageOf } from './error-message.ts'
import { COMPRESSED_FLAG, HEADER_BYTES, TRAILERS_FLAG } from './grpc-web-frame.ts'
import { GrpcError, grpcCodeOfHttp, statusError } from './grpc-error.ts'
import type { Metadata } from './grpc-error.ts'

/** A message of Goldmane has about 1 kB. The limit bounds the allocation that a corrupt length field can cause. */
const MAX_MESSAGE_BYTES = 16 * 1024 * 1024

export interface FrameReaderOptions {
  /** The reader throws RESOURCE_EXHAUSTED at a longer message or trailer block. */
  readonly maxMessageBytes?: number
  /** Whether the yielded bytes are only valid until the next ones are asked for, which saves an allocation for each chunk. */
  readonly reusesBuffer?: boolean
  /** An abort also ends a read that waits; the generator then throws the signal's reason. */
  readonly signal?: AbortSignal
}

/**
 * Returns the messages of an answer as {@link readMessages} does, after a look at its status line and headers. Throws a
 * {@link GrpcError} for an HTTP error, a foreign content type or a trailers-only answer with an error.
 */
export function readAnswer(
  response: Response,
  options: FrameReaderOptions = {},
): AsyncGenerator<readonly Uint8Array[], Metadata> {
  const headers: Metadata = Object.fromEntries(response.headers)
  const error = refusal(response, headers)
  if (!error && headers['grpc-status'] === undefined)
    return readMessages(response.body ?? emptyBody(), options)
  // Without messages in the body, cancelling it frees the connection. An error means that it was broken already.
  response.body?.cancel().catch(() => undefined)
  if (error) throw error
  return noMessages(headers)
}

/** The error that the status line and headers announce; null for OK, and when the trailers have the status. */
function refusal({ status, statusText }: Response, headers: Metadata): GrpcError | null {
  if (headers['grpc-status'] !== undefined) return statusError(headers)
  if (status !== 200) {
    return new GrpcError(grpcCodeOfHttp(status), `HTTP ${status} ${statusText}`.trim(), headers)
  }
  const type = headers['content-type'] ?? 'no content type'
  if (/^application\/grpc-web(\+proto)?(;|$)/i.test(type)) return null
  // UNIMPLEMENTED, which is not retried: an HTML page means that the endpoint is some other server's.
  return new GrpcError(
    'UNIMPLEMENTED',
    `the endpoint answered ${type}, which is not binary gRPC-web`,
    headers,
  )
}

/** A trailers-only answer with status OK, which has no messages. */
async function* noMessages(headers: Metadata): AsyncGenerator<readonly Uint8Array[], Metadata> {
  yield []
  return headers
}

/**
 * Yields one array of complete messages for each chunk of the body. The array is empty when the chunk completed none,
 * which still proves that the connection is alive. Returns the trailers when the status is OK; throws a
 * {@link GrpcError} otherwise, after it has yielded every complete message. Leaving the loop early cancels the body.
 */
export async function* readMessages(
  body: ReadableStream<Uint8Array>,
  options: FrameReaderOptions = {},
): AsyncGenerator<readonly Uint8Array[], Metadata> {
  const { signal } = options
  const frames = new FrameSplitter(options.maxMessageBytes ?? MAX_MESSAGE_BYTES)
  const reader = chunkReaderOf(body, options.reusesBuffer ?? false)
  const cancel = () => void reader.cancel(signal?.reason).catch(() => undefined)
  signal?.addEventListener('abort', cancel, { once: true })
  try {
    signal?.throwIfAborted()
    for (;;) {
      const chunk = await nextChunk(reader, signal)
      if (chunk === undefined) break
      const messages = frames.push(chunk)
      yield messages
      if (frames.error) throw frames.error
    }
  } finally {
    signal?.removeEventListener('abort', cancel)
    cancel()
  }
  return frames.end()
}

async function nextChunk(
  reader: ChunkReader,
  signal: AbortSignal | undefined,
): Promise<Uint8Array | undefined> {
  try {
    const chunk = await reader.read()
    signal?.throwIfAborted()
    return chunk
  } catch (error) {
    signal?.throwIfAborted()
    throw new GrpcError('UNAVAILABLE', `the connection broke: ${messageOf(error)}`, {}, { cause: error })
  }
}

function emptyBody(): ReadableStream<Uint8Array> {
  return new ReadableStream({ start: (controller) => controller.close() })
}

/** Splits chunks into frames. `#header` and `#payload` buffer the bytes of an incomplete frame. */
class FrameSplitter {
  readonly #maxBytes: number
  readonly #header = new Uint8Array(HEADER_BYTES)
  readonly #headerView = new DataView(this.#header.buffer)
  #headerFilled = 0
  /** The payload of a frame that straddles chunks; null while its header is incomplete. */
  #payload: Uint8Array | null = null
  #payloadFilled = 0
  #trailers: Metadata | null = null
  /** Set when the bytes are not valid; nothing may be pushed after it. */
  error: GrpcError | null = null

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
  }

  /** Returns the messages that this chunk completes, and sets `error` when a byte after them is not valid. */
  push(chunk: Uint8Array): Uint8Array[] {
    const messages: Uint8Array[] = []
    let at = 0
    while (at < chunk.length && !this.error) {
      if (this.#trailers) {
        this.error = new GrpcError('DATA_LOSS', 'bytes follow the trailers')
        break
      }
      if (this.#headerFilled === 0 && at + HEADER_BYTES <= chunk.length) {
        // Nearly every header lies in one chunk, and views of five bytes would take longer than all else here.
        for (let i = 0; i < HEADER_BYTES; i++) this.#header[i] = chunk[at + i]!
        this.#headerFilled = HEADER_BYTES
        at += HEADER_BYTES
        this.error = this.#badHeader()
        if (this.error) break
      } else if (this.#headerFilled < HEADER_BYTES) {
        const part = chunk.subarray(at, at + HEADER_BYTES - this.#headerFilled)
        this.#header.set(part, this.#headerFilled)
        this.#headerFilled += part.length
        at += part.length
        if (this.#headerFilled < HEADER_BYTES) break
        this.error = this.#badHeader()
        if (this.error) break
      }
      const length = this.#length()
      if (!this.#payload && at + length <= chunk.length) {
        this.#finish(chunk.subarray(at, at + length), messages)
        at += length
        continue
      }
      this.#payload ??= new Uint8Array(length)
      const part = chunk.subarray(at, at + length - this.#payloadFilled)
      this.#payload.set(part, this.#payloadFilled)
      this.#payloadFilled += part.length
      at += part.length
      if (this.#payloadFilled === length) this.#finish(this.#payload, messages)
    }
    return messages
  }

  /**
   * Returns the trailers. Throws when there are none, when the last frame is incomplete, or when the status is not OK.
   */
  end(): Metadata {
    if (!this.#trailers) {
      const torn = this.#headerFilled > 0 ? ' in the middle of a message' : ''
      throw new GrpcError('UNAVAILABLE', `the answer ended${torn} without a status`)
    }
    const error = statusError(this.#trailers)
    if (error) throw error
    return this.#trailers
  }

  #length(): number {
    return this.#headerView.getUint32(1)
  }

  #badHeader(): GrpcError | null {
    const flags = this.#header[0] ?? 0
    if (flags & COMPRESSED_FLAG) {
      return new GrpcError(
        'UNIMPLEMENTED',
        'a message is compressed, which was not asked for and cannot be read',
      )
    }
    if (flags !== 0 && flags !== TRAILERS_FLAG) {
      return new GrpcError('DATA_LOSS', `a frame begins with 0x${flags.toString(16)}, which is not gRPC-web`)
    }
    const length = this.#length()
    if (length <= this.#maxBytes) return null
    return new GrpcError(
      'RESOURCE_EXHAUSTED',
      `a message of ${length} bytes exceeds the limit of ${this.#maxBytes}`,
    )
  }

  #finish(payload: Uint8Array, messages: Uint8Array[]): void {
    if (this.#header[0] === TRAILERS_FLAG) this.#trailers = parseTrailers(payload)
    else messages.push(payload)
    this.#headerFilled = 0
    this.#payload = null
    this.#payloadFilled = 0
  }
}

/** Parses lines of `name: value` with CRLF, as in HTTP/1.1, and skips a line without a colon. */
function parseTrailers(bytes: Uint8Array): Metadata {
  const trailers: Record<string, string> = {}
  for (const line of new TextDecoder().decode(bytes).split('\r\n')) {
    const colon = line.indexOf(':')
    if (colon > 0) trailers[line.slice(0, colon).trim().toLowerCase()] = line.slice(colon + 1).trim()
  }
  return trailers
}
