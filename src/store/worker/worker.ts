/// <reference lib="webworker" />
/**
 * The worker's entry, shared by all tabs of the origin or dedicated to one page: the same script either way. Each page
 * has a session; live sources are followed once for all of them.
 */
import { loadTheRest } from '../../lib/preload.ts'
import type { FromWorker, ToWorker } from '../protocol.ts'
import { Session } from './session.ts'
import { SharedRuns } from './shared-feeds.ts'

declare const self: DedicatedWorkerGlobalScope | SharedWorkerGlobalScope

const runs = new SharedRuns()

/** The one end of a channel that a worker sees: its own scope, or the port of a page. */
interface Channel {
  postMessage(message: FromWorker): void
  addEventListener(type: 'message', listener: (event: MessageEvent<ToWorker>) => void): void
}

function serve(channel: Channel): void {
  // The rule means windows; a worker's channel has no origin to name.
  // oxlint-disable-next-line unicorn/require-post-message-target-origin
  const session = new Session((message) => channel.postMessage(message), runs)
  channel.addEventListener('message', (event) => session.receive(event.data))
}

if ('onconnect' in self) {
  self.addEventListener('connect', ({ ports: [port] }) => {
    if (port === undefined) return
    serve(port)
    port.start()
  })
} else serve(self)

// What fails is loaded again when it is needed.
void loadTheRest()
