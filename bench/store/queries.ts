/** Compares the store's answers with those of plain objects, in turns. */
import { ALL } from '../../src/filter/tree/expression.ts'
import { BUCKET_SECONDS } from '../../src/flows/bucket.ts'
import type { RecordStore } from '../../src/store/keys/record-store.ts'
import { FlowView } from '../../src/store/query/flow-view.ts'
import type { Figures } from '../figures.ts'
import type { ObjectSet, SortedBy } from '../plain-objects.ts'
import { formatMs, mediansInTurns } from '../timing.ts'
import { START } from '../traffic.ts'
import { FACETS, NOW, request, someFilter, someWord, STEPS } from './requests.ts'

const ROUNDS = 5

/** A lower bound for any query of rows: reads each value of these columns once. */
function scanColumns(store: RecordStore, columns: readonly ('entries' | 'starts')[]): void {
  let sum = 0
  for (const chunk of store.rows.chunks) {
    for (const column of columns) {
      const values = chunk[column]
      for (let row = 0; row < chunk.length; row++) sum += values[row] ?? 0
    }
  }
  if (Number.isNaN(sum)) throw new Error('a scan that adds up to nothing')
}

interface Variants {
  readonly what: string
  /** Milliseconds. */
  readonly under: number
  readonly store: (round: number) => void
  readonly objects: (round: number) => void
  readonly scan: () => void
  /** Runs before each turn, after one more record was appended. */
  readonly before?: () => void
}

/** Every query of the page over columns, over plain objects, and over a bare scan of the columns; a table. */
export function compareWithObjects(
  store: RecordStore,
  objects: ObjectSet,
  figures: Figures,
): readonly (readonly string[])[] {
  const middle = objects.flows.length >> 1
  const reader = new FlowView(store)
  const facets = FACETS.map((field) => ({ field, search: '', limit: 10 }))
  const entries = (): void => scanColumns(store, ['entries'])
  const both = (): void => scanColumns(store, ['entries', 'starts'])
  const places = {
    first: 'first window sorted by',
    again: 'first window again, with one more record, by',
    middle: 'window in the middle sorted by',
  } as const
  const sorted = (column: SortedBy, place: keyof typeof places, under: number): Variants => ({
    what: `${places[place]} ${column}`,
    under,
    store: () => {
      reader.view({ ...request('intervals', ALL, column), offset: place === 'middle' ? middle : 0 }, NOW)
    },
    objects: () => objects.window(column, place === 'middle' ? middle : 0, 50),
    scan: both,
    // A list in another order, so that the cached list cannot be extended.
    before: () => {
      if (place !== 'again') reader.view(request('intervals', ALL, 'packets'), NOW)
    },
  })
  const variants: readonly Variants[] = [
    {
      what: 'filter: and, or, not of four fields',
      under: 5,
      store: (round) => reader.count('intervals', someFilter(round), null, NOW),
      objects: (round) => objects.filter(someFilter(round)),
      scan: entries,
    },
    {
      what: 'text filter over names, policies and labels',
      under: 15,
      store: (round) => reader.count('intervals', someWord(round), null, NOW),
      objects: (round) => objects.filter(someWord(round)),
      scan: entries,
    },
    sorted('seen', 'first', 20),
    sorted('source', 'first', 20),
    sorted('bytes', 'first', 20),
    sorted('source', 'again', 20),
    sorted('bytes', 'again', 20),
    sorted('seen', 'middle', 60),
    sorted('bytes', 'middle', 60),
    {
      what: 'histogram by verdict',
      under: 10,
      store: () => reader.histogram(request('intervals', ALL), STEPS, 'records', NOW),
      objects: () => objects.histogram(START, 4 * BUCKET_SECONDS, STEPS + 1),
      scan: both,
    },
    {
      what: '7 facets',
      under: 5,
      store: () => reader.facets(request('intervals', ALL), facets, NOW),
      objects: () => objects.facets(FACETS),
      scan: entries,
    },
  ]
  const [oneMore] = objects.flows
  return variants.map(({ what, under, store: columns, objects: plain, scan: bare, before }) => {
    // One more record before each turn invalidates what is cached of the rows, as records that arrive do.
    const medians = mediansInTurns(ROUNDS, { columns, plain, bare }, () => {
      if (oneMore !== undefined) store.append(oneMore)
      before?.()
    })
    return [
      ...figures.add({ what, unit: 'ms', aims: [{ under }] }, medians.columns, {
        what: 'bare scan',
        value: medians.bare,
      }),
      `${formatMs(medians.plain)} ms`,
      (medians.columns / medians.plain).toFixed(3),
      `${formatMs(medians.bare)} ms`,
    ]
  })
}
