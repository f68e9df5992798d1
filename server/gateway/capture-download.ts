/** Serves the capture file that the server was started with. */
import { constants } from 'node:fs'
import { open, type FileHandle } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Clock } from '../../src/lib/clock.ts'
import type { Viewer } from '../auth/viewer.ts'
import { ClientPlaces } from '../lib/client-places.ts'
import { sendText } from '../http/plain-answer.ts'
import { errorCode } from '../lib/error-code.ts'
import { scopedLines } from './scoped-capture.ts'

export interface ServedCapture {
  readonly path: string
  /** The file name that the page shows. */
  readonly name: string
}

/** The capture is a directory, a FIFO, a socket or a device. */
class NotARegularFileError extends Error {
  override readonly name = 'NotARegularFileError'
  readonly code = 'not a regular file'
}

interface OpenCapture {
  readonly file: FileHandle
  readonly size: number
}

/**
 * Opens a regular file. Without O_NONBLOCK (which Windows does not have) opening a FIFO would wait for a writer, in a
 * thread that nothing can cancel. Throws the error of the file system, or {@link NotARegularFileError}.
 */
export async function openCapture(path: string): Promise<OpenCapture> {
  const file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))
  try {
    const stat = await file.stat()
    if (!stat.isFile()) throw new NotARegularFileError(`${path} is not a regular file`)
    return { file, size: stat.size }
  } catch (error) {
    await file.close()
    throw error
  }
}

/** Downloads at a time. Each holds the file open. */
const WHOLE_LIMITS = { all: 200, perClient: 20 }
/** Reading every flow takes a second of CPU for 100,000 of them. */
const SCOPED_LIMITS = { all: 8, perClient: 2 }
/** Milliseconds in which a reader that has taken no chunk (64 KB) is given up, so that it frees its place. */
export const DOWNLOAD_STALL_MS = 60_000

export interface CaptureDownloadOptions {
  readonly clock: Clock
  /** Who the request is from, for the limit of each client. */
  readonly addressOf: (request: IncomingMessage) => string
}

export class CaptureDownload {
  readonly #capture: ServedCapture
  readonly #options: CaptureDownloadOptions
  readonly #wholePlaces = new ClientPlaces(WHOLE_LIMITS)
  readonly #scopedPlaces = new ClientPlaces(SCOPED_LIMITS)

  constructor(capture: ServedCapture, options: CaptureDownloadOptions) {
    this.#capture = capture
    this.#options = options
  }

  /**
   * Streams the bytes of the file, or for a viewer of some namespaces the flows that they may see. Answers 500 with the
   * error's code when it cannot be read, and 503 when too many are reading it.
   */
  async serve(request: IncomingMessage, response: ServerResponse, viewer: Viewer): Promise<void> {
    const places = viewer.namespaces === 'all' ? this.#wholePlaces : this.#scopedPlaces
    const place = places.take(this.#options.addressOf(request))
    if (typeof place !== 'function') {
      response.setHeader('retry-after', '10')
      return sendText(response, 503, 'Others are reading the capture now. Try again.')
    }
    try {
      await this.#serve(request, response, viewer)
    } finally {
      place()
    }
  }

  async #serve(request: IncomingMessage, response: ServerResponse, viewer: Viewer): Promise<void> {
    let opened: OpenCapture | null = null
    try {
      // The file may have become another, or a FIFO, since the start.
      opened = await openCapture(this.#capture.path)
      await (viewer.namespaces === 'all'
        ? this.#sendWhole(opened, request, response)
        : this.#sendScoped(opened, request, response, viewer))
    } catch (error) {
      if (response.headersSent) return void response.destroy()
      sendText(response, 500, `The capture cannot be read (${errorCode(error)}).`)
    } finally {
      await opened?.file.close()
    }
  }

  async #sendWhole(
    { file, size }: OpenCapture,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    response.writeHead(200, { ...this.#headers(), 'content-length': size })
    if (request.method === 'HEAD' || size === 0) return void response.end()
    await this.#send(bytesOf(file, size), response)
  }

  async #sendScoped(
    { file, size }: OpenCapture,
    request: IncomingMessage,
    response: ServerResponse,
    viewer: Viewer,
  ): Promise<void> {
    response.writeHead(200, this.#headers())
    if (request.method === 'HEAD' || size === 0) return void response.end()
    await this.#send(scopedLines(bytesOf(file, size), viewer), response)
  }

  /** Writes as fast as the reader takes it, and gives up one that has stalled. */
  async #send(chunks: AsyncIterable<Buffer | string>, response: ServerResponse): Promise<void> {
    const { clock } = this.#options
    const startStall = () => clock.after(DOWNLOAD_STALL_MS, () => response.destroy())
    let cancelStall = startStall()
    const restart = () => {
      cancelStall()
      cancelStall = startStall()
    }
    const watched = async function* () {
      for await (const chunk of chunks) {
        restart()
        yield chunk
      }
      restart()
    }
    try {
      await pipeline(watched, response)
    } finally {
      cancelStall()
    }
  }

  #headers(): Record<string, string> {
    return {
      'content-type': 'application/octet-stream',
      'content-disposition': `attachment; filename*=UTF-8''${encodeURIComponent(this.#capture.name)}`,
      'cache-control': 'no-store',
    }
  }
}

/** Not beyond the size that was announced, although the file may have grown since. */
function bytesOf(file: FileHandle, size: number): Readable {
  return file.createReadStream({ start: 0, end: size - 1, autoClose: false })
}
