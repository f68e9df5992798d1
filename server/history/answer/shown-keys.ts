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

/** The rows of an answer by entry, each with its key as the viewer gets it; without those whose key is not shown. */
export async function rowsWithShownKeys<Row>(
  store: HistoryStore,
  viewer: Pick<HistoryViewer, 'show'> & { readonly cluster: string },
  rows: readonly Row[],
  entryOf: (row: Row) => EntryId,
): Promise<readonly { readonly row: Row; readonly shown: LabelledKey }[]> {
  const keys = await store.keysOf(viewer.cluster, rows.map(entryOf))
  return rows.flatMap((row, i) => {
    const recorded = keys[i]
    const shown = recorded === undefined ? null : shownKey(viewer, recorded)
    return shown === null ? [] : [{ row, shown }]
  })
}

/** In the place of a key, of which an answer may have tens of thousands. */
const TAKEN = Symbol('taken')

/** The keys of one answer as the viewer gets them. */
export class ShownKeys {
  readonly #viewer: HistoryViewer
  readonly #matches: ((flow: Flow) => boolean) | null
  /** Null where the query tells records of one key apart, so that each record is tested. */
  readonly #isByKey: boolean
  /** Null for a key that is not shown; {@link TAKEN} for one that was taken. */
  readonly #keys: (LabelledKey | typeof TAKEN | null)[] = []

  constructor(viewer: HistoryViewer, filter: Expression) {
    this.#viewer = viewer
    this.#matches = viewer.show === null || filter.kind === 'all' ? null : matcher(filter, 0)
    this.#isByKey = !isMeasured(filter)
  }

  get length(): number {
    return this.#keys.length
  }

  add(recorded: LabelledKey): void {
    const shown = shownKey(this.#viewer, recorded)
    const isLeftOut =
      shown !== null &&
      this.#isByKey &&
      this.#matches?.({ ...shown, ...UNRECORDED, startTime: 0, endTime: 0 }) === false
    this.#keys.push(isLeftOut ? null : shown)
  }

  /** The key of that number, once: it is kept only where its records are tested one by one. */
  take(index: number): LabelledKey {
    const key = this.#keys[index] ?? null
    if (key === null || key === TAKEN) throw new Error(`no key ${index} is shown, or it was taken`)
    if (this.#matches === null || this.#isByKey) this.#keys[index] = TAKEN
    return key
  }

  /** Whether a row of a page, of the key with that number, is sent. */
  isShown(index: number, page: RecordPage, row: number): boolean {
    const key = this.#keys[index] ?? null
    if (key === null) return false
    if (this.#matches === null || this.#isByKey || key === TAKEN) return true
    const counters: Record<(typeof COUNTER_NAMES)[number], number | null> = { ...UNRECORDED }
    for (const name of COUNTER_NAMES) {
      const value = page[name][row] ?? Number.NaN
      counters[name] = Number.isNaN(value) ? null : value
    }
    const startTime = page.starts[row] ?? 0
    return this.#matches({ ...key, ...counters, startTime, endTime: startTime + (page.seconds[row] ?? 0) })
  }
}
