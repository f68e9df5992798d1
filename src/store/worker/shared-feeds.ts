/** Shares feeds between pages: one for each live source and scope, open for as long as a page reads it. */
import { expressionKey } from '../../filter/tree/normalise.ts'
import { lazyChunk } from '../../lib/preload.ts'
import type { OpenSource } from '../protocol.ts'
import type { RecordingRequest } from '../recording-messages.ts'
import { Feed } from './feed.ts'

const recordingDesk = lazyChunk(() => import('./recording-desk.ts'))

export class SharedFeeds {
  readonly #live = new Map<string, Feed>()

  /** Begins a recording of a feed; null where no live source is open. */
  record(request: RecordingRequest, feed: Feed | null): void {
    void recordingDesk().then(({ deskOf }) => deskOf(this, request.folder).begin(request, feed))
  }

  /** The feed of a source. A live one is shared if it is open; a capture is read anew for each page. */
  open(source: OpenSource, budget: number): Feed {
    if (source.kind !== 'live') return new Feed(source, budget)
    const name = JSON.stringify([source.endpoint, source.history, expressionKey(source.scope), source.viewer])
    const shared = this.#live.get(name)
    if (shared !== undefined) return shared
    const feed = new Feed(source, budget)
    this.#live.set(name, feed)
    return feed
  }

  /** Closes a feed that no page reads any more. Called after a page unsubscribed from it. */
  release(feed: Feed): void {
    if (feed.readerCount > 0) return
    feed.close()
    for (const [name, live] of this.#live) if (live === feed) this.#live.delete(name)
  }
}
