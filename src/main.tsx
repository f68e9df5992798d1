import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'

import { ErrorBoundary } from './app/ErrorBoundary.tsx'
import { AppRoot } from './app/AppRoot.tsx'
import './index.css'
import { ensure } from './lib/assert.ts'
import { preloadChunks } from './lib/preload.ts'
import { followView, paceDrawing } from './state/view/navigation.ts'
import { StoreClient } from './state/client/store-client.ts'
import { keepInTouch, startWorkers } from './state/client/store-worker.ts'

const client: StoreClient = new StoreClient(startWorkers((port, words) => client.fail(port, words)))
keepInTouch(client)
// The worker is asked before the screen is drawn anew: it works meanwhile.
followView(({ filter, shape, time, sort, open }) =>
  client.setWish({ filter, shape, time, sort, selected: open }),
)
paceDrawing((draw) => client.whenAnswered(draw))

createRoot(ensure(document.getElementById('root'), 'index.html has an element with the id root')).render(
  <StrictMode>
    <ErrorBoundary>
      <AppRoot client={client} />
    </ErrorBoundary>
  </StrictMode>,
)

/** The document says when all of the page is here. */
async function complete(): Promise<void> {
  if (await preloadChunks()) document.documentElement.dataset['loaded'] = 'all'
}

window.addEventListener('load', () => setTimeout(() => void complete(), 0))
