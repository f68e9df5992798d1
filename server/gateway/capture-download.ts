/** The capture that the server was started with, for the page to read. */
import { open, type FileHandle } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { pipeline } from 'node:stream/promises'
import { codeOf } from '../bridge/credentials.ts'

export interface Capture {
  readonly path: string
  /** The file name that the page shows, and by which it tells the format. */
  readonly name: string
}

/** Streams the file as it is; the page reads it while it arrives. */
export async function serveCapture(
  capture: Capture,
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
    // Up to the size that was promised: a file that still grows is read as it stood.
    await pipeline(file.createReadStream({ start: 0, end: size - 1, autoClose: false }), response)
  } catch (error) {
    if (response.headersSent) return void response.destroy()
    response.writeHead(500, { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' })
    response.end(`The capture cannot be read (${codeOf(error)}).\n`)
  } finally {
    await file?.close()
  }
}
