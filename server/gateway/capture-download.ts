/** Serves the capture file that the server was started with. */
import { open, type FileHandle } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { pipeline } from 'node:stream/promises'
import { errorCode } from '../lib/error-code.ts'

export interface ServedCapture {
  readonly path: string
  /** The file name that the page shows. */
  readonly name: string
}

/** Streams the bytes of the file. Answers 500 with the error's code when it cannot be read. */
export async function serveCapture(
  capture: ServedCapture,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  let file: FileHandle | null = null
  try {
    file = await open(capture.path)
    const { size } = await file.stat()
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
    await file?.close()
  }
}
