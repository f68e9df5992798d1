/**
 * What the page and the worker tell each other while a comparison is made: how far its sides are read, and that the reader
 * gave it up. A channel of its own for each question, so that the messages between page and worker stay as they are.
 */

/** How far a side is read. */
export interface CompareProgress {
  readonly side: 'A' | 'B'
  /** A side of another source is read first; then its records, or those held, are added up. */
  readonly stage: 'reading' | 'adding'
  /** Records read or held so far. */
  readonly records: number
  /** From 0 to 1; null where it is not known how much there is. */
  readonly part: number | null
}

type ChannelMessage =
  | { readonly news: 'progress'; readonly progress: CompareProgress }
  | { readonly order: 'cancel' }

/** An end of the channel. It does not hear what it sends itself. */
export interface ProgressChannel {
  progress(progress: CompareProgress): void
  cancel(): void
  close(): void
}

let lastNumber = 0

/** A name that no other question has; two tabs may ask the same worker. */
export function newChannelName(): string {
  return `flowtrace-compare ${Date.now()} ${Math.random()} ${++lastNumber}`
}

/** Opens an end. Without BroadcastChannel nothing is told, and the answer comes all the same. */
export function openProgressChannel(
  name: string,
  on: { readonly progress?: (progress: CompareProgress) => void; readonly cancel?: () => void },
): ProgressChannel {
  if (typeof BroadcastChannel === 'undefined')
    return { progress: () => {}, cancel: () => {}, close: () => {} }
  const channel = new BroadcastChannel(name)
  channel.addEventListener('message', ({ data }: MessageEvent<ChannelMessage>) => {
    if ('news' in data) on.progress?.(data.progress)
    else on.cancel?.()
  })
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a channel has none
  const send = (message: ChannelMessage) => channel.postMessage(message)
  return {
    progress: (progress) => send({ news: 'progress', progress }),
    cancel: () => send({ order: 'cancel' }),
    close: () => channel.close(),
  }
}
