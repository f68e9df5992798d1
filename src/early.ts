/**
 * The first script of the page, a chunk of its own that runs while the main one is still being loaded: starts the worker,
 * asks the server what it offers, and opens it. All that takes about as long as the main script.
 */
import { EarlyStart } from './state/client/early-start.ts'
import { startLiveWorker } from './state/client/live-worker.ts'

export const liveWorker = startLiveWorker()
/** The page's head preloads `config.json`, so that it is here already. */
export const earlyStart = new EarlyStart(liveWorker?.port ?? null, location.search)
