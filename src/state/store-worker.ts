/** Starts the workers that hold the flows, and keeps them informed that the page is there. */
import { later } from '../lib/later.ts'
import type { Port, Ports, StoreClient } from './store-client.ts'

/** Milliseconds: well below the silence after which a worker takes a page to be gone. */
const STILL_HERE = 60_000

/** The script is one for both kinds, so that it is loaded once. */
function dedicated(): Port {
  return new Worker(new URL('../store/worker.ts', import.meta.url), { type: 'module', name: 'captures' })
}

/** One store and one stream for all tabs: Goldmane serves few streams, and browsers open few connections. */
function shared(): Port | null {
  if (typeof SharedWorker === 'undefined') return null
  const { port } = new SharedWorker(new URL('../store/worker.ts', import.meta.url), {
    type: 'module',
    name: 'flows',
  })
  port.start()
  return port
}

export function startWorkers(): Ports {
  let own: Port | null = null
  const files = () => (own ??= dedicated())
  // Started before it is needed: when a capture is opened, the server may be away.
  later(async () => files())
  return { live: shared() ?? files(), files }
}

/** Tells the workers when the page goes and comes back, and between that it is there. */
export function keepInTouch(client: StoreClient): void {
  setInterval(() => client.stay(), STILL_HERE)
  window.addEventListener('pagehide', () => client.leave())
  window.addEventListener('pageshow', (event) => {
    if (event.persisted) client.comeBack()
  })
}
