/**
 * Decompresses one gzip member with the platform's DecompressionStream, which in browsers runs in another thread and is
 * several times as fast as our own inflate. It is fed in small pieces and drained after each.
 */
import { yieldToEventLoop } from '../../lib/yield-to-event-loop.ts'

export class PlatformGunzip {
  readonly #writer: WritableStreamDefaultWriter<BufferSource>
  readonly #reading: Promise<void>
  /** Output that was not yielded yet. */
  #ready: Uint8Array[] = []
  /** Plain bytes so far, with those that were not yielded yet. */
  #length = 0
  /** The last four compressed bytes. */
  #tail = new Uint8Array(0)
  #hasFailed = false
  /** Called when output is ready. */
  #onReady: () => void = () => {}

  constructor() {
    const { writable, readable } = new DecompressionStream('gzip')
    this.#writer = writable.getWriter()
    this.#reading = this.#read(readable.getReader())
  }

  /** How many plain bytes were yielded. What the platform had ready when it met an error is not among them. */
  given = 0

  /** Whether the platform met an error. Nothing must be written afterwards. */
  get hasFailed(): boolean {
    return this.#hasFailed
  }

  /** Whether the bytes written so far end with the length of the plain data modulo 2^32, as a member does. */
  get endsHere(): boolean {
    if (this.#tail.length < 4) return false
    return new DataView(this.#tail.buffer).getUint32(0, true) === this.#length % 2 ** 32
  }

  /**
   * Decompresses a piece, and yields output as soon as it is ready: where the platform decompresses in another thread,
   * that continues while the reader works on the output.
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
  }

  /** Ends the member, and yields the rest of its output. */
  async *close(): AsyncGenerator<Uint8Array> {
    try {
      await this.#writer.close()
    } catch {
      this.#hasFailed = true
    }
    await this.#reading
    yield* this.#take()
  }

  /** Releases the decompressor. */
  abort(): void {
    void this.#writer.abort().catch(() => undefined)
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
    } catch {
      this.#hasFailed = true
    }
  }

  /** Resolves when all output of a piece is ready, that is, when a turn of the event loop brings no more. */
  async #write(piece: Uint8Array): Promise<void> {
    try {
      await this.#writer.write(piece.slice())
    } catch {
      this.#hasFailed = true
    }
    this.#tail = Uint8Array.of(...this.#tail.slice(-4), ...piece.slice(-4)).slice(-4)
    let before
    do {
      before = this.#length
      await yieldToEventLoop()
    } while (this.#length > before)
  }

  *#take(): Generator<Uint8Array> {
    const ready = this.#ready
    this.#ready = []
    for (const plain of ready) {
      this.given += plain.length
      yield plain
    }
  }
}
