/** Starts the workers that hold the flows, and sends them heartbeats of the page. */
import { lazyChunk } from '../../lib/preload.ts'
import { failureOf, type LiveWorker } from './live-worker.ts'
import type { StoreClient } from './store-client.ts'
import type { Port, Ports } from './worker-ports.ts'

/** A worker takes a page that was silent for 5 minutes to be gone (src/store/worker/page-session.ts). */
const HEARTBEAT_MS = 60_000

/** Called when a worker fails: its script did not load, or an exception was not caught. */
export type OnFailure = (port: Port, detail: string) => void

/**
 * The worker of this page, for files. It has the script and the chunks of the shared worker, which are in the browser's
 * cache by then, so that it starts when the server is away.
 */
function startFileWorker(onFailure: OnFailure): Port {
  const worker = new Worker(new URL('../../store/worker/worker.ts', import.meta.url), {
    type: 'module',
    name: 'captures',
  })
  worker.addEventListener('error', (event) => onFailure(worker, failureOf(event)))
  return worker
}

/** The ports to the workers. The one for files is started when it is first used, or where there is no shared one. */
export function startWorkers(shared: LiveWorker | null, onFailure: OnFailure): Ports {
  let own: Port | null = null
  const files = () => (own ??= startFileWorker(onFailure))
  if (shared !== null) {
    shared.port.start()
    void shared.failure.then((detail) => onFailure(shared.port, detail))
  }
  const live = shared?.port ?? files()
  lazyChunk(() => preloadWorker(live))
  return { live, files }
}

/** Lets a worker load the chunks that it has declared. Rejects when it could not load all of them. */
function preloadWorker(port: Port): Promise<void> {
  return new Promise((resolve, reject) => {
    port.addEventListener('message', ({ data }) => {
      if (data.type !== 'preloaded') return
      if (data.complete) resolve()
      else reject(new Error('a chunk of the worker did not load'))
    })
    // Workers and their ports have no origin to name.
    // oxlint-disable-next-line unicorn/require-post-message-target-origin
    port.postMessage({ type: 'preload' })
  })
}

/** Tells the worker when the page goes away and comes back, and every minute that it is there. */
export function keepInTouch(client: StoreClient): void {
  setInterval(() => client.stay(), HEARTBEAT_MS)
  window.addEventListener('pagehide', () => client.leave())
  window.addEventListener('pageshow', (event) => {
    if (event.persisted) client.comeBack()
  })
}
