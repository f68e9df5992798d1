/**
 * The service worker, a script of its own (scripts/service-worker.mjs): keeps the files of the page of one version in the
 * browser, so that the page opens without a network after a first visit. Another version is kept beside it, and used once
 * no page of this one is open, or when a page asks for it.
 */
import { clientsClaim } from 'workbox-core'
import { matchPrecache, precache } from 'workbox-precaching'

import type { SaveRequest } from '../lib/download-port.ts'
import { type Access, answerTo } from './page-files.ts'
import { SavedFiles } from './saved-files.ts'

/** A file of the page. `integrity` is the hash of its content: what a proxy answers in its place is not kept. */
interface PageFile {
  readonly url: string
  /** Null where the name has a hash of the content in it. */
  readonly revision: string | null
  readonly integrity: string
}

/** Put in by scripts/service-worker.mjs. */
declare const __PAGE_FILES__: readonly PageFile[]

/** The parts of the global scope of a service worker that are used here; TypeScript's types of the page have none. */
interface ServiceWorkerScope {
  readonly registration: { readonly scope: string }
  readonly skipWaiting: () => Promise<void>
  readonly addEventListener: (
    type: 'fetch' | 'message',
    listener: (event: {
      readonly request: Request
      readonly data: 'use-this-version' | SaveRequest
      readonly ports: readonly MessagePort[]
      readonly respondWith: (answer: Response | Promise<Response>) => void
    }) => void,
  ) => void
}

const scope = globalThis as unknown as ServiceWorkerScope // this script runs as a service worker only

precache(__PAGE_FILES__.map((file) => ({ ...file })))
clientsClaim()

const access: Access = {
  scope: scope.registration.scope,
  files: new Set(__PAGE_FILES__.map(({ url }) => url)),
  kept: (path) => matchPrecache(path),
  fetch: (request) => fetch(request),
}

const savedFiles = new SavedFiles(scope.registration.scope)

scope.addEventListener('fetch', (event) => {
  const answer = savedFiles.answerTo(event.request) ?? answerTo(event.request, access)
  if (answer !== null) event.respondWith(answer)
})

scope.addEventListener('message', ({ data, ports: [port, answer] }) => {
  if (data === 'use-this-version') void scope.skipWaiting()
  else if (port !== undefined) {
    savedFiles.add(data, port)
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a port's takes none
    answer?.postMessage('taken')
  }
})
