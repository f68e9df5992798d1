/** Starts the workers that hold the flows, and keeps them informed that the page is there. */
import { lazyChunk } from '../../lib/preload.ts'
import type { Port, Ports, StoreClient } from './store-client.ts'

/** Milliseconds: well below the silence after which a worker takes a page to be gone. */
const STILL_HERE = 60_000

/** Told of a worker that failed: its script did not load, or it threw where nobody caught it. */
export type OnFailure = (port: Port, words: string) => void

function watch(worker: AbstractWorker, port: Port, onFailure: OnFailure): void {
  worker.addEventListener('error', (event) => {
    // A script that does not load says no more than that.
    const words =
      event instanceof ErrorEvent && event.message !== '' ? event.message : 'a worker did not load'
    onFailure(port, words)
  })
}

/** The script is one for both kinds, so that it is loaded once. */
function dedicated(onFailure: OnFailure): Port {
  const worker = new Worker(new URL('../../store/worker/worker.ts', import.meta.url), {
    type: 'module',
    name: 'captures',
  })
  watch(worker, worker, onFailure)
  return worker
}

/** One store and one stream for all tabs: Goldmane serves few streams, and browsers open few connections. */
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
  // Started before it is needed: when a capture is opened, the server may be away.
  lazyChunk(async () => files())
  return { live: shared(onFailure) ?? files(), files }
}

/** Tells the workers when the page goes and comes back, and between that it is there. */
export function keepInTouch(client: StoreClient): void {
  setInterval(() => client.stay(), STILL_HERE)
  window.addEventListener('pagehide', () => client.leave())
  window.addEventListener('pageshow', (event) => {
    if (event.persisted) client.comeBack()
  })
}
