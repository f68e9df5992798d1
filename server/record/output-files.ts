/** The files of a recording: FILE, then FILE.1, FILE.2 and so on, of which the newest are kept. */
import { constants } from 'node:fs'
import { open, stat, unlink, type FileHandle } from 'node:fs/promises'
import { errorCode } from '../lib/error-code.ts'
import { type ByteSink, FileSink, StreamSink } from './byte-sink.ts'
import type { OutputFiles } from './recording-output.ts'
import type { Writable } from 'node:stream'

/** Names that are taken are passed over, up to this many. */
const MAX_NAMES = 100_000

/** The file is there already. The message is its path. */
export class FileExistsError extends Error {
  override readonly name = 'FileExistsError'
}

/** Standard output, once. */
export function streamFiles(stream: Writable): OutputFiles {
  let next: ByteSink | null = new StreamSink(stream)
  return {
    next: async () => {
      const sink = next
      next = null
      return sink
    },
  }
}

export class RotatedFiles implements OutputFiles {
  readonly #path: string
  readonly #maxFiles: number
  /** Opened before anything is recorded, so that a path that cannot be written is told at once. */
  #first: FileHandle | null
  #number = 0
  readonly #kept: string[] = []
  #removed = 0

  private constructor(path: string, maxFiles: number, first: FileHandle) {
    this.#path = path
    this.#maxFiles = maxFiles
    this.#first = first
  }

  /**
   * `maxFiles` is the number of files to keep; 1 for a recording that ends with its first file. Rejects with a
   * {@link FileExistsError}, or the error of the system.
   */
  static async open(path: string, maxFiles: number): Promise<RotatedFiles> {
    return new RotatedFiles(path, maxFiles, await openFirst(path))
  }

  /** The files that are there, oldest first. */
  get kept(): readonly string[] {
    return this.#kept
  }

  /** How many were removed to make room. */
  get removed(): number {
    return this.#removed
  }

  async next(): Promise<ByteSink | null> {
    const first = this.#first
    if (first !== null) {
      this.#first = null
      this.#kept.push(this.#path)
      return new FileSink(first)
    }
    if (this.#maxFiles === 1) return null
    const { path, file } = await this.#openNext()
    this.#kept.push(path)
    while (this.#kept.length > this.#maxFiles) await this.#removeOldest()
    return new FileSink(file)
  }

  async #openNext(): Promise<{ path: string; file: FileHandle }> {
    for (;;) {
      this.#number += 1
      const path = `${this.#path}.${this.#number}`
      try {
        return { path, file: await open(path, 'wx') }
      } catch (error) {
        if (errorCode(error) !== 'EEXIST' || this.#number >= MAX_NAMES) throw error
      }
    }
  }

  async #removeOldest(): Promise<void> {
    const oldest = this.#kept.shift()
    if (oldest === undefined) return
    this.#removed += 1
    try {
      await unlink(oldest)
    } catch (error) {
      // Somebody has moved it away, which makes room as well.
      if (errorCode(error) !== 'ENOENT') throw error
    }
  }
}

/** A file that has something in it is never written over. An empty one, a pipe or a device may be there already. */
async function openFirst(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'wx')
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw error
    const found = await stat(path)
    if (found.isFile() && found.size > 0) throw new FileExistsError(path, { cause: error })
    return open(path, constants.O_WRONLY)
  }
}
