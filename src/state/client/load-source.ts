/** Loads which source the server offers, from its `config.json`. */
import { ALL } from '../../filter/tree/expression.ts'
import { loadConfig } from '../../source/config.ts'
import { toTrouble, type Trouble } from '../../source/trouble.ts'
import type { Source } from './flowtrace.ts'

/** Seconds before now at which a live stream starts: all that Goldmane's ring holds. */
const HISTORY_SECONDS = 3600

export type Loaded =
  | { readonly ok: true; readonly source: Source }
  | { readonly ok: false; readonly trouble: Trouble }

/** Never rejects: any error becomes a Trouble. */
export async function loadSource(signal: AbortSignal): Promise<Loaded> {
  try {
    const { source } = await loadConfig(document.baseURI, signal)
    return {
      ok: true,
      source:
        source.kind === 'live'
          ? {
              name: source.name,
              open: { kind: 'live', endpoint: source.endpoint, history: HISTORY_SECONDS, scope: ALL },
            }
          : { name: source.name, open: { kind: 'url', url: source.url, name: source.name } },
    }
  } catch (error) {
    return { ok: false, trouble: toTrouble(error) }
  }
}
