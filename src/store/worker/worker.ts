/// <reference lib="webworker" />
/**
 * The entry of the worker: one script for a SharedWorker of all tabs of the origin and for a dedicated worker of one page.
 * Each page has a session; live sources are streamed once for all of them.
 */
import type { FromWorker, ToWorker } from '../protocol.ts'
import { PageSession } from './page-session.ts'
import { SharedFeeds } from './shared-feeds.ts'

declare const self: DedicatedWorkerGlobalScope | SharedWorkerGlobalScope

const feeds = new SharedFeeds()

/** The worker's end of a message channel: its global object, or the port of a page. */
interface Channel {
  postMessage(message: FromWorker): void
  addEventListener(type: 'message', listener: (event: MessageEvent<ToWorker>) => void): void
}

function serve(channel: Channel): void {
  // The rule is about windows: the other end of a worker's channel has no origin to name.
  // oxlint-disable-next-line unicorn/require-post-message-target-origin
  const session = new PageSession((message) => channel.postMessage(message), feeds)
  channel.addEventListener('message', (event) => session.receive(event.data))
}

if ('onconnect' in self) {
  self.addEventListener('connect', ({ ports: [port] }) => {
    if (port === undefined) return
    serve(port)
    port.start()
  })
} else serve(self)
