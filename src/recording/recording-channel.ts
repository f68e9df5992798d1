/**
 * The messages about recordings between all pages and workers of the origin. A broadcast channel, because a recording
 * belongs to no page: any tab shows, pauses and stops it, whichever worker runs it and whatever the tab has open.
 */
import type { Recording, RecordingLimits } from './recording.ts'

/** To the worker that records. */
export type RecordingOrder =
  /** Asks for a {@link RecordingNews}; nobody answers when nothing is recorded. */
  | { readonly order: 'report' }
  | { readonly order: 'pause' }
  | { readonly order: 'go-on' }
  | { readonly order: 'stop'; readonly end: 'stopped' | 'login' }
  | { readonly order: 'limit'; readonly limits: RecordingLimits }
  /** Writes what waits, because a page is being closed, which may be the last one. */
  | { readonly order: 'flush' }

/** To the pages. */
export type RecordingNews =
  /** How far the recording is; it has ended if its state says so. */
  | { readonly news: 'progress'; readonly recording: Recording }
  /** Why the recording of that id could not begin. */
  | { readonly news: 'refused'; readonly id: string; readonly say: string }
  /** What is kept was changed by a page. */
  | { readonly news: 'kept' }

export type RecordingMessage = RecordingOrder | RecordingNews

/** An end of the channel. It does not hear what it sends itself. */
export interface RecordingChannel {
  send(message: RecordingMessage): void
  onMessage(callback: (message: RecordingMessage) => void): void
}

/** `folder`: the path of the page, which keeps apart two gateways below one origin. */
export function openRecordingChannel(folder: string): RecordingChannel {
  const channel = new BroadcastChannel(`flowtrace-recordings ${folder}`)
  return {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a channel has none
    send: (message) => channel.postMessage(message),
    onMessage: (callback) =>
      channel.addEventListener('message', ({ data }: MessageEvent<RecordingMessage>) => callback(data)),
  }
}
