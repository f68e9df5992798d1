/**
 * Reads gRPC-web (binary) answers from a byte stream, without a limit on their length: neither mode of `grpc-web` can
 * carry a stream that never ends (docs/adr/0001-read-the-stream-with-our-own-frame-reader.md).
 *
 * Who owns the bytes: a message that lies inside one chunk is a view of that chunk; one that straddles chunks is put
 * together in a buffer of its own, each byte copied once. Either way the reader never touches the bytes again once
 * they are yielded, so the receiver may keep or transfer them. A kept view keeps its whole chunk in memory.
 *
 * It does not read `application/grpc-web-text`, and it does not decode messages.
 */
import { COMPRESSED, HEADER_BYTES, TRAILERS } from './frame.ts'
import { GrpcError, grpcCodeOfHttp, statusError } from './grpc-error.ts'
import type { Metadata } from './grpc-error.ts'

/** Room for the largest single record by far (about 1 kB is usual), and a bound on what a broken length can cost. */
export const MAX_MESSAGE_BYTES = 16 * 1024 * 1024

export interface FrameReaderOptions {
  /** A longer message or trailer block ends the reading with RESOURCE_EXHAUSTED. */
  readonly maxMessageBytes?: number
  /** Ends a read that waits; the generator then throws the signal's reason. */
  readonly signal?: AbortSignal
}

/**
 * The messages of an answer, status line and headers included: HTTP errors, trailers-only answers and foreign content
 * types become the {@link GrpcError} that they stand for.
 */
export function readAnswer(
  response: Response,
  options: FrameReaderOptions = {},
): AsyncGenerator<readonly Uint8Array[], Metadata> {
  const headers: Metadata = Object.fromEntries(response.headers)
  const error = refusal(response, headers)
  if (!error && headers['grpc-status'] === undefined)
    return readMessages(response.body ?? emptyBody(), options)
  // There are no messages in the body. Cancelling frees the connection; it may be broken already, which is fine.
  response.body?.cancel().catch(() => undefined)
  if (error) throw error
  return noMessages(headers)
}

/** Why an answer has no messages, told from its head; null when it says OK or leaves the status to the trailers. */
function refusal({ status, statusText }: Response, headers: Metadata): GrpcError | null {
  if (headers['grpc-status'] !== undefined) return statusError(headers)
  if (status !== 200) {
    return new GrpcError(grpcCodeOfHttp(status), `HTTP ${status} ${statusText}`.trim(), headers)
  }
  const type = headers['content-type'] ?? 'no content type'
  if (/^application\/grpc-web(\+proto)?(;|$)/i.test(type)) return null
  // A page instead of an answer: the endpoint is somebody else's, which trying again does not cure.
  return new GrpcError(
    'UNIMPLEMENTED',
    `the endpoint answered ${type}, which is not binary gRPC-web`,
    headers,
  )
}

/** A trailers-only answer that says OK: one chunk, as it were, that completes no message. */
async function* noMessages(headers: Metadata): AsyncGenerator<readonly Uint8Array[], Metadata> {
  yield []
  return headers
}

/**
 * Yields one array of complete messages for each chunk of the body, empty when the chunk completed none: a sign of
 * life all the same. Returns the trailers when the status is OK and throws a {@link GrpcError} otherwise, after it has
 * yielded every message that was whole. Leaving the loop early cancels the body.
 */
export async function* readMessages(
  body: ReadableStream<Uint8Array>,
  options: FrameReaderOptions = {},
): AsyncGenerator<readonly Uint8Array[], Metadata> {
  const { signal } = options
  const frames = new FrameSplitter(options.maxMessageBytes ?? MAX_MESSAGE_BYTES)
  const reader = body.getReader()
  const cancel = () => void reader.cancel(signal?.reason).catch(() => undefined)
  signal?.addEventListener('abort', cancel, { once: true })
  try {
    signal?.throwIfAborted()
    for (;;) {
      const { done, value } = await nextChunk(reader, signal)
      if (done) break
      const messages = frames.push(value)
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
  reader: ReadableStreamDefaultReader<Uint8Array>,
  signal: AbortSignal | undefined,
): Promise<ReadableStreamReadResult<Uint8Array>> {
  try {
    const result = await reader.read()
    signal?.throwIfAborted()
    return result
  } catch (error) {
    signal?.throwIfAborted()
    const words = error instanceof Error ? error.message : String(error)
    throw new GrpcError('UNAVAILABLE', `the connection broke: ${words}`, {}, { cause: error })
  }
}

function emptyBody(): ReadableStream<Uint8Array> {
  return new ReadableStream({ start: (controller) => controller.close() })
}

/** Cuts chunks into frames. Bytes wait in `#header` and `#payload` only while a frame is incomplete. */
class FrameSplitter {
  readonly #max: number
  readonly #header = new Uint8Array(HEADER_BYTES)
  #headerFilled = 0
  /** Of a frame that straddles chunks, once its header is known. */
  #payload: Uint8Array | null = null
  #payloadFilled = 0
  #trailers: Metadata | null = null
  /** What is wrong with the bytes so far; nothing may be pushed after it. */
  error: GrpcError | null = null

  constructor(max: number) {
    this.#max = max
  }

  /** The messages that this chunk completes. Look at `error` afterwards. */
  push(chunk: Uint8Array): Uint8Array[] {
    const messages: Uint8Array[] = []
    let at = 0
    while (at < chunk.length && !this.error) {
      if (this.#trailers) {
        this.error = new GrpcError('DATA_LOSS', 'bytes follow the trailers')
        break
      }
      if (this.#headerFilled < HEADER_BYTES) {
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

  /** The trailers. Throws what stands against it: no trailers, a torn frame, a status that is not OK. */
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
    return new DataView(this.#header.buffer).getUint32(1)
  }

  #badHeader(): GrpcError | null {
    const flags = this.#header[0] ?? 0
    if (flags & COMPRESSED) {
      return new GrpcError(
        'UNIMPLEMENTED',
        'a message is compressed, which was not asked for and cannot be read',
      )
    }
    if (flags !== 0 && flags !== TRAILERS) {
      return new GrpcError('DATA_LOSS', `a frame begins with 0x${flags.toString(16)}, which is not gRPC-web`)
    }
    const length = this.#length()
    if (length <= this.#max) return null
    return new GrpcError(
      'RESOURCE_EXHAUSTED',
      `a message of ${length} bytes exceeds the limit of ${this.#max}`,
    )
  }

  #finish(payload: Uint8Array, messages: Uint8Array[]): void {
    if (this.#header[0] === TRAILERS) this.#trailers = parseTrailers(payload)
    else messages.push(payload)
    this.#headerFilled = 0
    this.#payload = null
    this.#payloadFilled = 0
  }
}

/** Lines of `name: value` as in HTTP/1.1, with CRLF; a line without a colon is left out. */
function parseTrailers(bytes: Uint8Array): Metadata {
  const trailers: Record<string, string> = {}
  for (const line of new TextDecoder().decode(bytes).split('\r\n')) {
    const colon = line.indexOf(':')
    if (colon > 0) trailers[line.slice(0, colon).trim().toLowerCase()] = line.slice(colon + 1).trim()
  }
  return trailers
}
