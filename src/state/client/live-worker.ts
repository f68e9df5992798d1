/** Starts the shared worker of live sources. Apart from the other workers, because it is started before the page's main script. */
import type { Port } from './worker-ports.ts'

/** The part of the port of a shared worker that the page uses. Messages wait until it is started. */
export type SharedPort = Port & Pick<MessagePort, 'start'>

export interface LiveWorker {
  readonly port: SharedPort
  /** Resolves with why the worker's script did not load; otherwise never. */
  readonly failure: Promise<string>
}

/**
 * One store and one stream for all tabs: Goldmane serves few streams, and a browser opens 6 connections to a host over
 * HTTP/1.1. Null where there are no shared workers, as in Chrome on Android.
 */
export function startLiveWorker(): LiveWorker | null {
  if (typeof SharedWorker === 'undefined') return null
  const worker = new SharedWorker(new URL('../../store/worker/worker.ts', import.meta.url), {
    type: 'module',
    name: 'flows',
  })
  const failure = new Promise<string>((resolve) => {
    worker.addEventListener('error', (event) => resolve(failureOf(event)), { once: true })
  })
  return { port: worker.port, failure }
}

/** What an `error` event of a worker says. */
export function failureOf(event: Event): string {
  // A script that does not load has an event without a message.
  return event instanceof ErrorEvent && event.message !== '' ? event.message : 'a worker did not load'
}
