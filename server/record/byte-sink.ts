/** Where the bytes of a recording go: a file, or standard output. */
import { once } from 'node:events'
import type { Writable } from 'node:stream'

export interface ByteSink {
  /** Appends all of the bytes, or rejects with the error of the system. */
  append(bytes: Uint8Array): Promise<void>
  close(): Promise<void>
}

/** What of a FileHandle is used. */
export interface AppendableFile {
  write(
    bytes: Uint8Array,
    at: number,
    length: number,
    position: null,
  ): Promise<{ readonly bytesWritten: number }>
  truncate(size: number): Promise<void>
  close(): Promise<void>
}

/**
 * Appends to a file that is empty. When an append fails half-way, as on a full disk, its part is cut off again, so that
 * the file ends with what was appended before.
 */
export class FileSink implements ByteSink {
  readonly #file: AppendableFile
  #size = 0

  constructor(file: AppendableFile) {
    this.#file = file
  }

  async append(bytes: Uint8Array): Promise<void> {
    try {
      let at = 0
      while (at < bytes.length) {
        const { bytesWritten } = await this.#file.write(bytes, at, bytes.length - at, null)
        at += bytesWritten
      }
    } catch (error) {
      // A device or a pipe cannot be cut, and then the first error is still the one to tell.
      await this.#file.truncate(this.#size).catch(() => undefined)
      throw error
    }
    this.#size += bytes.length
  }

  async close(): Promise<void> {
    await this.#file.close()
  }
}

/** Writes with backpressure. The stream stays its owner's. */
export class StreamSink implements ByteSink {
  readonly #stream: Writable
  #error: Error | null = null

  constructor(stream: Writable) {
    this.#stream = stream
    stream.on('error', (error) => {
      this.#error ??= error
    })
  }

  async append(bytes: Uint8Array): Promise<void> {
    if (this.#error !== null) throw this.#error
    // `once` rejects with an error that comes before the drain.
    if (!this.#stream.write(bytes)) await once(this.#stream, 'drain')
  }

  async close(): Promise<void> {
    if (this.#error === null)
      await new Promise<void>((resolve) => void this.#stream.write('', () => resolve()))
  }
}
