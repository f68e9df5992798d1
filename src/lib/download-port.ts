/**
 * What the worker, the page and its service worker say to each other about a file that the browser saves while it is
 * written. The worker writes into one end of a message channel. The other end is the page's, which reads `begin` and then
 * hands the end to the service worker, whose answer to a request is made of the rest.
 */

/** From the worker. Bytes are sent only when they were asked for. */
export type FromFileWriter = FileBeginning | Uint8Array<ArrayBuffer> | 'end' | 'abort'

export interface FileBeginning {
  readonly type: 'begin'
  /** Unix seconds: the time that the file covers, for its name. */
  readonly span: { readonly from: number; readonly to: number } | null
}

/** To the worker: how many more chunks are asked for, or that the browser wants no more of the file. */
export type ToFileWriter = number | 'cancelled'

/** From the page to its service worker, with the channel's end and a port on which that it was taken is answered. */
export interface SaveRequest {
  readonly type: 'save-file'
  readonly id: string
  readonly name: string
  readonly mediaType: string
}

/** Where the browser asks the service worker for the file, relative to the page. */
export const SAVED_FILES_FOLDER = 'saved-files/'
