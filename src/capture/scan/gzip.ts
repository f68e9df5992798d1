/**
 * Decompresses gzip so that no readable byte is lost, with the platform's DecompressionStream. That one drops the
 * output it has ready when it meets an error, and in browsers it refuses a second member (`cat a.gz b.gz`, as log
 * shippers write). So it is fed in small pieces, drained after each, and closed where a member ends. ADR 0014 has why
 * no library serves.
 */
import { yieldToEventLoop } from '../../lib/yield-to-event-loop.ts'

/** Thrown where the data stops being gzip, after all bytes before it were given out. */
export class DamagedGzip extends Error {
  override readonly name = 'DamagedGzip'
}

/** How many compressed bytes are decompressed at once: gzip can expand them a thousand times. */
const PIECE_BYTES = 64 * 1024
/** RFC 1952: two magic bytes, and the only method there is. */
const HEADER = [0x1f, 0x8b, 0x08] as const

export function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === HEADER[0] && bytes[1] === HEADER[1]
}

/** The index of the next gzip header at or after `from`; -1 if none. */
function headerIn(bytes: Uint8Array, from: number): number {
  for (let at = bytes.indexOf(HEADER[0], from); at >= 0; at = bytes.indexOf(HEADER[0], at + 1)) {
    if (bytes[at + 1] === HEADER[1] && bytes[at + 2] === HEADER[2]) return at
  }
  return -1
}

/** One member: a header, compressed data, and a trailer that ends with the length of the plain data. */
class Member {
  readonly #writer: WritableStreamDefaultWriter<BufferSource>
  readonly #reading: Promise<void>
  /** Output that was not yielded yet. */
  #ready: Uint8Array[] = []
  /** Plain bytes so far. */
  #length = 0
  /** The last four compressed bytes. */
  #tail = new Uint8Array(0)
  #failure: unknown
  /** Called when output is ready. */
  #onReady: () => void = () => {}

  constructor() {
    const { writable, readable } = new DecompressionStream('gzip')
    this.#writer = writable.getWriter()
    this.#reading = this.#read(readable.getReader())
  }

  async #read(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<void> {
    try {
      for (;;) {
        const { done, value } = await reader.read()
        if (done) return
        this.#ready.push(value)
        this.#length += value.length
        this.#onReady()
      }
    } catch (error) {
      this.#failure ??= error
    }
  }

  /**
   * Decompresses a piece, and yields output as soon as it is ready: where the platform decompresses in another thread,
   * that continues while the reader works on the output. Throws DamagedGzip, after all output, when there was an error.
   */
  async *decompress(piece: Uint8Array): AsyncGenerator<Uint8Array> {
    const writing = { isDone: false }
    const written = this.#write(piece).then(() => {
      writing.isDone = true
    })
    while (!writing.isDone) {
      const ready = new Promise<void>((resolve) => {
        this.#onReady = resolve
      })
      if (this.#ready.length === 0) await Promise.race([written, ready])
      yield* this.#take()
    }
    yield* this.#take()
    this.#check()
  }

  /** Whether the bytes written so far end with a trailer: the length of the plain data, modulo 2^32. */
  endsHere(): boolean {
    if (this.#tail.length < 4) return false
    return new DataView(this.#tail.buffer).getUint32(0, true) === this.#length % 2 ** 32
  }

  /** The rest of the output. Throws DamagedGzip at the end when something is missing. */
  async *close(): AsyncGenerator<Uint8Array> {
    try {
      await this.#writer.close()
    } catch (error) {
      this.#failure ??= error
    }
    await this.#reading
    yield* this.#take()
    this.#check()
  }

  /** Resolves when all output of a piece is ready, that is, when a turn of the event loop brings no more. */
  async #write(piece: Uint8Array): Promise<void> {
    try {
      await this.#writer.write(piece.slice())
    } catch (error) {
      this.#failure ??= error
    }
    this.#tail = Uint8Array.of(...this.#tail.slice(-4), ...piece.slice(-4)).slice(-4)
    let before
    do {
      before = this.#length
      await yieldToEventLoop()
    } while (this.#length > before)
  }

  #take(): readonly Uint8Array[] {
    const ready = this.#ready
    this.#ready = []
    return ready
  }

  #check(): void {
    if (this.#failure === undefined) return
    throw new DamagedGzip(this.#failure instanceof Error ? this.#failure.message : 'no reason given')
  }
}

/** How many bytes at the end may be the beginning of a header. */
function partialHeaderLength(bytes: Uint8Array): number {
  if (bytes.at(-1) === HEADER[0]) return 1
  return bytes.at(-2) === HEADER[0] && bytes.at(-1) === HEADER[1] ? 2 : 0
}

/** The chunks, cut anew so that no header spans two of them. */
async function* withWholeHeaders(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let held = new Uint8Array(0)
  for await (const chunk of chunks) {
    const bytes = new Uint8Array(held.length + chunk.length)
    bytes.set(held)
    bytes.set(chunk, held.length)
    const end = bytes.length - partialHeaderLength(bytes)
    held = bytes.slice(end)
    yield bytes.subarray(0, end)
  }
  yield held
}

/** The plain bytes of gzip data of one or more members. Throws DamagedGzip after the last readable byte. */
export async function* gunzip(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let member = new Member()
  for await (const chunk of withWholeHeaders(chunks)) {
    for (let from = 0; from < chunk.length;) {
      let header = headerIn(chunk, from)
      if (header === from) {
        if (member.endsHere()) {
          yield* member.close()
          member = new Member()
        }
        header = headerIn(chunk, from + 1)
      }
      const to = Math.min(header < 0 ? chunk.length : header, from + PIECE_BYTES)
      yield* member.decompress(chunk.subarray(from, to))
      from = to
    }
  }
  yield* member.close()
}
