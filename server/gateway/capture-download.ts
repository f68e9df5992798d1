/** Serves the capture file that the server was started with. */
import { constants } from 'node:fs'
import { open, type FileHandle } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { pipeline } from 'node:stream/promises'
import { errorCode } from '../lib/error-code.ts'

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

export interface OpenCapture {
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

/** Streams the bytes of the file. Answers 500 with the error's code when it cannot be read. */
export async function serveCapture(
  capture: ServedCapture,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  let opened: OpenCapture | null = null
  try {
    // The file may have become another, or a FIFO, since the start.
    opened = await openCapture(capture.path)
    const { file, size } = opened
    response.writeHead(200, {
      'content-type': 'application/octet-stream',
      'content-length': size,
      'content-disposition': `attachment; filename*=UTF-8''${encodeURIComponent(capture.name)}`,
      'cache-control': 'no-store',
    })
    if (request.method === 'HEAD' || size === 0) return void response.end()
    // Not beyond the content-length, although the file may have grown since.
    await pipeline(file.createReadStream({ start: 0, end: size - 1, autoClose: false }), response)
  } catch (error) {
    if (response.headersSent) return void response.destroy()
    response.writeHead(500, { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' })
    response.end(`The capture cannot be read (${errorCode(error)}).\n`)
  } finally {
    await opened?.file.close()
  }
}
