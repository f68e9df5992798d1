import type { Port } from './store-client.ts'

/** Starts the worker that holds the flows. */
export function startStoreWorker(): Port {
  return new Worker(new URL('../store/worker.ts', import.meta.url), { type: 'module', name: 'flows' })
}
