import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'

import { ErrorBoundary } from './app/ErrorBoundary.tsx'
import { AppRoot } from './app/AppRoot.tsx'
import { earlyStart, liveWorker } from './early.ts'
import './index.css'
import { ensure } from './lib/assert.ts'
import { untilIdle } from './lib/idle.ts'
import { holdChunks, preloadChunks } from './lib/preload.ts'
import { untilFirstRows } from './state/client/first-rows.ts'
import { navigation } from './state/view/navigation.ts'
import { StoreClient } from './state/client/store-client.ts'
import { keepInTouch, startWorkers } from './state/client/store-worker.ts'

// No popup has a closing animation, and Base UI waits for a frame to see that. Until then the focus is in a popup that is
// gone for the reader, and a key that is pressed just after Escape would be lost.
Object.assign(globalThis, { BASE_UI_ANIMATIONS_DISABLED: true })

const client: StoreClient = new StoreClient(
  startWorkers(liveWorker, (port, words) => client.fail(port, words)),
)
const opened = earlyStart.end()
if (opened !== null) client.adopt(opened)
keepInTouch(client)
const firstRows = untilFirstRows(client)
holdChunks(firstRows)
// Before the screen is rendered, so that the worker and the page work at the same time.
navigation.onBeforeRender(({ filter, shape, time, at, sort, open }) =>
  client.setView({ filter, shape, time, until: at, sort, selected: open }),
)
navigation.renderBy((render) => client.scheduleRender(render))

createRoot(ensure(document.getElementById('root'), 'index.html has an element with the id root')).render(
  <StrictMode>
    <ErrorBoundary>
      <AppRoot client={client} early={earlyStart} />
    </ErrorBoundary>
  </StrictMode>,
)

/**
 * Preloads what the first paint did not need, then keeps the page for times without a network. Says both in the document:
 * when nothing more needs the server, and when the page opens without it.
 */
async function preload(): Promise<void> {
  const { dataset } = document.documentElement
  await firstRows
  if (!(await preloadChunks(untilIdle))) return
  dataset['loaded'] = 'all'
  const { pageCopy } = await import('./state/offline/page-copy.ts')
  await pageCopy.keep()
  dataset['offline'] = pageCopy.get()
}

void preload()
