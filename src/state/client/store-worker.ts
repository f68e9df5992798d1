/** Starts the workers that hold the flows, and sends them heartbeats of the page. */
import { lazyChunk } from '../../lib/preload.ts'
import type { StoreClient } from './store-client.ts'
import type { Port, Ports } from './worker-ports.ts'

/** A worker takes a page that was silent for 5 minutes to be gone (src/store/worker/page-session.ts). */
const HEARTBEAT_MS = 60_000

/** Called when a worker fails: its script did not load, or an exception was not caught. */
export type OnFailure = (port: Port, detail: string) => void

function watch(worker: AbstractWorker, port: Port, onFailure: OnFailure): void {
  worker.addEventListener('error', (event) => {
    // A script that does not load has an event without a message.
    const detail =
      event instanceof ErrorEvent && event.message !== '' ? event.message : 'a worker did not load'
    onFailure(port, detail)
  })
}

/** The worker of this page, for files. It has the script of the shared worker, so that one script is loaded. */
function dedicated(onFailure: OnFailure): Port {
  const worker = new Worker(new URL('../../store/worker/worker.ts', import.meta.url), {
    type: 'module',
    name: 'captures',
  })
  watch(worker, worker, onFailure)
  return worker
}

/**
 * One store and one stream for all tabs: Goldmane serves few streams, and a browser opens 6 connections to a host over
 * HTTP/1.1. Null where there are no shared workers, as in Chrome on Android.
 */
function shared(onFailure: OnFailure): Port | null {
  if (typeof SharedWorker === 'undefined') return null
  const worker = new SharedWorker(new URL('../../store/worker/worker.ts', import.meta.url), {
    type: 'module',
    name: 'flows',
  })
  const { port } = worker
  watch(worker, port, onFailure)
  port.start()
  return port
}

export function startWorkers(onFailure: OnFailure): Ports {
  let own: Port | null = null
  const files = () => (own ??= dedicated(onFailure))
  // Preloaded, because the server may be away when a capture is opened.
  lazyChunk(async () => files())
  return { live: shared(onFailure) ?? files(), files }
}

/** Tells the worker when the page goes away and comes back, and every minute that it is there. */
export function keepInTouch(client: StoreClient): void {
  setInterval(() => client.stay(), HEARTBEAT_MS)
  window.addEventListener('pagehide', () => client.leave())
  window.addEventListener('pageshow', (event) => {
    if (event.persisted) client.comeBack()
  })
}
