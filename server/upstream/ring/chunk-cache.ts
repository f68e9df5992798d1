import type { EncodedRecords } from './frame-encoder.ts'

/** What a cached chunk takes besides its frames, about. */
const CHUNK_OVERHEAD_BYTES = 400

/**
 * Encoded frames that were sent lately, so that readers of one view at one position share them: all that follow the live
 * tail, and those that read back side by side. Bounded in bytes; the oldest chunks leave first.
 */
export class ChunkCache {
  readonly #maxBytes: number
  readonly #chunks = new Map<string, EncodedRecords>()
  #bytes = 0

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
  }

  get byteLength(): number {
    return this.#bytes
  }

  get(key: string): EncodedRecords | undefined {
    return this.#chunks.get(key)
  }

  put(key: string, chunk: EncodedRecords): void {
    this.#chunks.set(key, chunk)
    this.#bytes += chunk.frames.length + CHUNK_OVERHEAD_BYTES
    for (const [oldest, { frames }] of this.#chunks) {
      if (this.#bytes <= this.#maxBytes) break
      this.#chunks.delete(oldest)
      this.#bytes -= frames.length + CHUNK_OVERHEAD_BYTES
    }
  }
}
