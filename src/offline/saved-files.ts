/**
 * Files that the browser saves while a worker writes them: the page hands the end of a message channel in, and asks for a
 * URL; the answer is an attachment whose bytes come over that channel. They never touch a network.
 */
import {
  type FromFileWriter,
  type SaveRequest,
  SAVED_FILES_FOLDER,
  type ToFileWriter,
} from '../lib/download-port.ts'

/** Chunks, of about 1 MB, on their way to the browser: enough that the worker never waits for a message. */
const MAX_QUEUED_CHUNKS = 8
/** A page saves one file at a time; what was never asked for is forgotten. */
const MAX_WAITING_FILES = 16

interface WaitingFile {
  readonly request: SaveRequest
  readonly port: MessagePort
}

export class SavedFiles {
  readonly #folder: string
  readonly #waiting = new Map<string, WaitingFile>()

  /** `scope`: the URL below which the service worker answers, with a slash at its end. */
  constructor(scope: string) {
    this.#folder = scope + SAVED_FILES_FOLDER
  }

  /** Takes a file that will be asked for, unless its writer gives up before. */
  add(request: SaveRequest, port: MessagePort): void {
    this.#waiting.set(request.id, { request, port })
    const [oldest] = this.#waiting.keys()
    if (this.#waiting.size > MAX_WAITING_FILES && oldest !== undefined) this.#waiting.delete(oldest)
    port.onmessage = ({ data }: MessageEvent<FromFileWriter>) => {
      if (data === 'abort') this.#waiting.delete(request.id)
    }
  }

  /** The answer to a request for a file; null for any other. A file that is not there is no content: a frame stays as it is. */
  answerTo({ url }: Pick<Request, 'url'>): Response | null {
    if (!url.startsWith(this.#folder)) return null
    const id = url.slice(this.#folder.length)
    const file = this.#waiting.get(id)
    if (file === undefined) return new Response(null, { status: 204 })
    this.#waiting.delete(id)
    const { name, mediaType } = file.request
    return new Response(streamOf(file.port), {
      headers: {
        'content-type': mediaType,
        'content-disposition': `attachment; filename*=UTF-8''${encodeURIComponent(name)}`,
        'cache-control': 'no-store',
        'x-content-type-options': 'nosniff',
      },
    })
  }
}

/** What comes over a port. Errors when the writer gives up or is gone, so that the browser calls the download failed. */
function streamOf(port: MessagePort): ReadableStream<Uint8Array<ArrayBuffer>> {
  const post = (message: ToFileWriter) => port.postMessage(message)
  /** Chunks that were asked for and have not come. */
  let due = 0
  return new ReadableStream(
    {
      start(controller) {
        const fail = () => controller.error(new TypeError('The file was not written to its end.'))
        port.onmessage = ({ data }: MessageEvent<FromFileWriter>) => {
          if (data instanceof Uint8Array) {
            due--
            return controller.enqueue(data)
          }
          port.removeEventListener('close', fail)
          port.close()
          if (data === 'end') controller.close()
          else fail()
        }
        // The page or its worker is gone, as when the tab is closed. Browsers other than Chromium do not tell.
        port.addEventListener('close', fail)
      },
      pull({ desiredSize }) {
        const wanted = (desiredSize ?? 0) - due
        if (wanted <= 0) return
        due += wanted
        post(wanted)
      },
      cancel() {
        post('cancelled')
        port.close()
      },
    },
    { highWaterMark: MAX_QUEUED_CHUNKS },
  )
}
