import { constants } from 'node:fs'
import { open } from 'node:fs/promises'

const MAX_FILE_BYTES = 65_536

/** A small text file that is read again when it has changed, as a mounted Secret does. */
export class WatchedFile {
  readonly path: string
  #version = ''
  #text = ''

  constructor(path: string) {
    this.path = path
  }

  /** The content now. Throws the error of the file system, or an Error that says why the file is of no use. */
  async read(): Promise<string> {
    // Opening a FIFO for reading would wait for a writer for ever.
    const file = await open(this.path, constants.O_RDONLY | constants.O_NONBLOCK)
    try {
      const entry = await file.stat({ bigint: true })
      const { mtimeNs, ctimeNs, ino, size } = entry
      if (!entry.isFile()) throw new Error('is not a regular file')
      if (size > MAX_FILE_BYTES) throw new Error(`is larger than ${MAX_FILE_BYTES} bytes`)
      const version = [mtimeNs, ctimeNs, ino, size].join(' ')
      if (version !== this.#version) {
        this.#text = await file.readFile('utf8')
        this.#version = version
      }
      return this.#text
    } finally {
      await file.close()
    }
  }
}
