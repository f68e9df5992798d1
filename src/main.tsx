import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'

import { ErrorScreen } from './app/ErrorScreen.tsx'
import { Flowtrace } from './app/Flowtrace.tsx'
import { loadTheRest } from './app/later.ts'
import './index.css'
import { ensure } from './lib/assert.ts'
import { StoreClient } from './state/store-client.ts'
import { startStoreWorker } from './state/store-worker.ts'

const client = new StoreClient(startStoreWorker())

createRoot(ensure(document.getElementById('root'), 'index.html has an element with the id root')).render(
  <StrictMode>
    <ErrorScreen>
      <Flowtrace client={client} />
    </ErrorScreen>
  </StrictMode>,
)

window.addEventListener('load', () => setTimeout(() => void loadTheRest(), 0))
