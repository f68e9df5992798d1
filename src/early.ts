/**
 * The first script of the page, a chunk of its own that runs while the main one is still being loaded: starts the worker,
 * asks the server what it offers, and opens it. All that takes about as long as the main script.
 */
import { startLiveWorker } from './state/client/live-worker.ts'
import { askEarly, namesSource } from './state/client/load-source.ts'
import { DEFAULT_BUDGET } from './state/remembered/default-budget.ts'

export const liveWorker = startLiveWorker()
/** The page's head preloads `config.json`, so that it is here already. */
export const earlyOffer = askEarly()

// The main script opens it once more, with the reader's budget: opening the same stream again is nothing.
void earlyOffer.answer.then((loaded) => {
  if (!loaded.ok || namesSource(location.search)) return
  const { open } = loaded.offer.clusters[0] ?? loaded.offer.source
  if (open.kind !== 'live') return
  // A worker's port has no origin to name.
  // oxlint-disable-next-line unicorn/require-post-message-target-origin
  liveWorker?.port.postMessage({ type: 'open', source: open, budget: DEFAULT_BUDGET })
})
