/**
 * The page's part of a file that the browser saves while the worker writes it (src/lib/download-port.ts): it hands the
 * worker's channel to the service worker, and asks for the file in a hidden frame, which the answer, an attachment, leaves
 * as it is. A link with a `download` attribute would pass the service worker by.
 */
import {
  type FileBeginning,
  type FromFileWriter,
  type SaveRequest,
  SAVED_FILES_FOLDER,
} from '../../lib/download-port.ts'

export interface OfferedDownload {
  /** For the worker, which may use it or not. */
  readonly port: MessagePort
  /** Once the file is whole, or given up. */
  readonly close: () => void
}

/**
 * Null where the page has no service worker, or the browser is not Chromium, the only one in which this was tried: others
 * may end a service worker in the middle of a long answer, and do not tell it when the page is gone.
 */
export function offerDownload(
  nameOf: (span: FileBeginning['span']) => string,
  mediaType: string,
): OfferedDownload | null {
  // Only in a secure context, as service workers are.
  if (!('userAgentData' in navigator)) return null
  const worker = navigator.serviceWorker.controller
  if (worker === null) return null
  const { port1, port2 } = new MessageChannel()
  const frame = document.createElement('iframe')
  frame.hidden = true
  // `begin` is the first message. The others wait for the service worker.
  port1.onmessage = ({ data }: MessageEvent<FromFileWriter>) => {
    port1.onmessage = null
    if (typeof data !== 'object' || !('span' in data)) return
    const id = crypto.randomUUID()
    const request: SaveRequest = { type: 'save-file', id, name: nameOf(data.span), mediaType }
    const answer = new MessageChannel()
    // A service worker of an older version does not answer, and would not answer for the file.
    answer.port1.onmessage = () => {
      frame.src = SAVED_FILES_FOLDER + id
      document.body.append(frame)
    }
    worker.postMessage(request, [port1, answer.port2])
  }
  return { port: port2, close: () => frame.remove() }
}
