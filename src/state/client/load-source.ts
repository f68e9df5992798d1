/** Loads which sources the server offers, from its `config.json`. */
import { ALL } from '../../filter/tree/expression.ts'
import { visibleText } from '../../lib/visible-text.ts'
import { type ConfiguredSource, loadConfig } from '../../source/config.ts'
import { toTrouble, type Trouble } from '../../source/trouble.ts'
import type { Offer, Source } from './flowtrace.ts'

/** Seconds before now at which a live stream starts: all that Goldmane's ring holds. */
const HISTORY_SECONDS = 3600

export type Loaded =
  | { readonly ok: true; readonly offer: Offer }
  | { readonly ok: false; readonly trouble: Trouble }

/** Never rejects: any error becomes a Trouble. */
export async function loadOffer(signal: AbortSignal): Promise<Loaded> {
  try {
    const { source, clusters, viewer } = await loadConfig(document.baseURI, signal)
    const offered = (each: ConfiguredSource): Source => sourceOf(each, viewer)
    return { ok: true, offer: { source: offered(source), clusters: clusters.map(offered) } }
  } catch (error) {
    return { ok: false, trouble: toTrouble(error) }
  }
}

/** The first offer, asked for before the page's main script is there. */
export interface EarlyOffer {
  readonly answer: Promise<Loaded>
  /** Null until the server has answered. */
  readonly known: Loaded | null
}

function sourceOf(source: ConfiguredSource, viewer: string | undefined): Source {
  const name = visibleText(source.name)
  const { policies, history } = source
  if (source.kind === 'capture') return { name, policies, open: { kind: 'url', url: source.url, name } }
  const live = { kind: 'live', endpoint: source.endpoint, history: HISTORY_SECONDS, scope: ALL } as const
  const open = viewer === undefined ? live : { ...live, viewer }
  return { name, policies, history, open, ...(source.demo === true ? { demo: true } : {}) }
}
