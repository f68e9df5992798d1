/** What a viewer sees of a key, and whether the records of it match the query. */
import { isMeasured } from '../../../src/filter/tree/asks-for.ts'
import { matcher } from '../../../src/filter/tree/evaluate.ts'
import { ALL, type Expression } from '../../../src/filter/tree/expression.ts'
import { COUNTER_NAMES, UNRECORDED } from '../../../src/flows/counters.ts'
import type { Flow, LabelledKey } from '../../../src/flows/flow.ts'
import type { EntryId, HistoryStore, RecordPage } from '../history-store.ts'

/** Who asks. */
export interface HistoryViewer {
  readonly namespaces: 'all' | ReadonlySet<string>
  /** The key as it is shown; null for one that is not. Null where keys are shown as they are. */
  readonly show: ((key: LabelledKey) => LabelledKey | null) | null
}

/**
 * Where names are hidden, the query is evaluated on keys as they are shown, here and not in the engine. On the recorded
 * key it would tell by what comes back what the hidden end is.
 */
export function engineFilter({ show }: HistoryViewer, filter: Expression): Expression {
  return show === null ? filter : ALL
}

/** Null for a key that is not shown. */
function shownKey({ show }: Pick<HistoryViewer, 'show'>, recorded: LabelledKey): LabelledKey | null {
  return show === null ? recorded : show(recorded)
}

/** Keys that {@link rowsWithShownKeys} has in memory together: of 20,000 with traces of their own all would take 130 MB. */
const KEYS_AT_ONCE = 1000

/** The rows of an answer by entry, each with its key as the viewer gets it; without those whose key is not shown. */
export async function* rowsWithShownKeys<Row>(
  store: HistoryStore,
  viewer: Pick<HistoryViewer, 'show'> & { readonly cluster: string },
  rows: readonly Row[],
  entryOf: (row: Row) => EntryId,
): AsyncGenerator<{ readonly row: Row; readonly shown: LabelledKey }> {
  for (let from = 0; from < rows.length; from += KEYS_AT_ONCE) {
    const some = rows.slice(from, from + KEYS_AT_ONCE)
    const keys = await store.keysOf(viewer.cluster, some.map(entryOf))
    for (const [i, row] of some.entries()) {
      const recorded = keys[i]
      const shown = recorded === undefined ? null : shownKey(viewer, recorded)
      if (shown !== null) yield { row, shown }
    }
  }
}

/** In the place of a key, of which an answer may have tens of thousands. */
const TAKEN = Symbol('taken')

/** The keys of one answer as the viewer gets them. */
export class ShownKeys {
  readonly #viewer: HistoryViewer
  /** Tests keys, of which all records match then. Null where nothing is tested, or {@link #recordMatches} is. */
  readonly #keyMatches: ((flow: Flow) => boolean) | null
  /** Tests each record, where the query tells those of one key apart; otherwise null. */
  readonly #recordMatches: ((flow: Flow) => boolean) | null
  /** Null for a key that is not shown; {@link TAKEN} for one that was taken. */
  readonly #keys: (LabelledKey | typeof TAKEN | null)[] = []

  constructor(viewer: HistoryViewer, filter: Expression) {
    this.#viewer = viewer
    const matches = viewer.show === null || filter.kind === 'all' ? null : matcher(filter, 0)
    this.#keyMatches = isMeasured(filter) ? null : matches
    this.#recordMatches = isMeasured(filter) ? matches : null
  }

  get length(): number {
    return this.#keys.length
  }

  add(recorded: LabelledKey): void {
    const shown = shownKey(this.#viewer, recorded)
    const isLeftOut =
      shown !== null && this.#keyMatches?.({ ...shown, ...UNRECORDED, startTime: 0, endTime: 0 }) === false
    this.#keys.push(isLeftOut ? null : shown)
  }

  /** The key of that number, once: it is kept only where its records are tested one by one. */
  take(index: number): LabelledKey {
    const key = this.#keys[index] ?? null
    if (key === null || key === TAKEN) throw new Error(`no key ${index} is shown, or it was taken`)
    if (this.#recordMatches === null) this.#keys[index] = TAKEN
    return key
  }

  /** Whether a row of a page, of the key with that number, is sent. */
  isShown(index: number, page: RecordPage, row: number): boolean {
    const key = this.#keys[index] ?? null
    if (key === null) return false
    if (this.#recordMatches === null || key === TAKEN) return true
    const counters: Record<(typeof COUNTER_NAMES)[number], number | null> = { ...UNRECORDED }
    for (const name of COUNTER_NAMES) {
      const value = page[name][row] ?? Number.NaN
      counters[name] = Number.isNaN(value) ? null : value
    }
    const startTime = page.starts[row] ?? 0
    return this.#recordMatches({
      ...key,
      ...counters,
      startTime,
      endTime: startTime + (page.seconds[row] ?? 0),
    })
  }
}
