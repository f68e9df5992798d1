/** What the server offers to open, said by its config.json. */
import { ALL } from '../../filter/tree/expression.ts'
import { loadConfig } from '../../source/config.ts'
import { toTrouble, type Trouble } from '../../source/trouble.ts'
import type { Source } from './flowtrace.ts'

/** Seconds of history asked for at first: all that Goldmane's ring holds. */
const HISTORY = 3600

export type Loaded =
  | { readonly ok: true; readonly source: Source }
  | { readonly ok: false; readonly trouble: Trouble }

/** Total: whatever goes wrong is a Trouble. */
export async function loadSource(signal: AbortSignal): Promise<Loaded> {
  try {
    const { source } = await loadConfig(document.baseURI, signal)
    return {
      ok: true,
      source:
        source.kind === 'live'
          ? {
              name: source.name,
              open: { kind: 'live', endpoint: source.endpoint, history: HISTORY, scope: ALL },
            }
          : { name: source.name, open: { kind: 'url', url: source.url, name: source.name } },
    }
  } catch (error) {
    return { ok: false, trouble: toTrouble(error) }
  }
}
