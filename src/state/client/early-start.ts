/**
 * What the page begins before its main script is there: asks the server what it offers, and opens it in the worker. An
 * address that names another source, or a part of one, is left to the main script, which can read it.
 */
import type { OpenSource } from '../../store/protocol.ts'
import { DEFAULT_BUDGET } from '../remembered/default-budget.ts'
import { type EarlyOffer, type Loaded, loadOffer } from './load-source.ts'
import type { Port } from './worker-ports.ts'

const SOURCE_PARAMETERS = ['cluster', 'capture', 'scope']

export class EarlyStart implements EarlyOffer {
  readonly answer: Promise<Loaded>
  #known: Loaded | null = null
  #opened: OpenSource | null = null
  /** Whether the main script opens sources from now on. */
  #isOver = false

  /** `port` is that of the worker for live sources, if there is one; `search` is the query string of the address. */
  constructor(port: Port | null, search: string, load: () => Promise<Loaded> = loadNow) {
    this.answer = load().then((loaded) => {
      this.#known = loaded
      if (loaded.ok) this.#open(loaded, port, search)
      return loaded
    })
  }

  get known(): Loaded | null {
    return this.#known
  }

  /** Hands over to the main script. Returns the source that was opened with {@link DEFAULT_BUDGET}; null if none was. */
  end(): OpenSource | null {
    this.#isOver = true
    return this.#opened
  }

  #open({ offer }: Extract<Loaded, { ok: true }>, port: Port | null, search: string): void {
    const { open } = offer.clusters[0] ?? offer.source
    const params = new URLSearchParams(search)
    if (port === null || open.kind !== 'live') return
    if (this.#isOver || SOURCE_PARAMETERS.some((name) => params.has(name))) return
    this.#opened = open
    // A worker's port has no origin to name.
    // oxlint-disable-next-line unicorn/require-post-message-target-origin
    port.postMessage({ type: 'open', source: open, budget: DEFAULT_BUDGET })
  }
}

async function loadNow(): Promise<Loaded> {
  return loadOffer(new AbortController().signal)
}
