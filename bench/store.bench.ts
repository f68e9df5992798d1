/**
 * Measures the store: every query of the page over a million records, beside plain objects and beside a bare scan of the
 * columns that the query reads; then decoding, exports, memory, and data sets with as many keys as rows or beyond the
 * budget.
 */
import type { Figures } from './figures.ts'
import { ObjectSet, copyOf } from './plain-objects.ts'
import { decode } from './store/decoding.ts'
import { exportRecords } from './store/exporting.ts'
import { emptyStore, fill } from './store/filling.ts'
import { hardSets } from './store/hard-sets.ts'
import { keystrokes } from './store/keystrokes.ts'
import { compareWithObjects } from './store/queries.ts'
import { formatTable, formatWhole, usedBytes } from './timing.ts'
import { type Traffic, traffic } from './traffic.ts'

const ROWS = 1_000_000
const KEYS = 11_000

/** Bytes of a list of as many deep copies as JSON.parse would make. */
function bytesOfCopies({ rows, flow }: Traffic): number {
  const before = usedBytes()
  const copies = Array.from({ length: rows }, (_, i) => copyOf(flow(i)))
  const bytes = usedBytes() - before
  copies.length = 0
  return bytes
}

export async function run(figures: Figures): Promise<void> {
  const set = traffic(ROWS, KEYS, 'full')
  const store = emptyStore(false)
  fill(store, set)
  const { bytes, keys } = store.holdings()
  const copyBytes = bytesOfCopies(set)
  const before = usedBytes()
  const objects = new ObjectSet(Array.from({ length: ROWS }, (_, i) => set.flow(i)))
  const objectBytes = usedBytes() - before
  console.log(
    `Store: ${formatWhole(ROWS)} records, ${formatWhole(keys)} keys; medians, all variants in turns\n`,
  )
  const columns = ['what', 'aim', 'columns', 'plain objects', 'ratio', 'bare scan']
  console.log(formatTable(columns, compareWithObjects(store, objects, figures)))
  const whatAimFigure = ['what', 'aim', 'figure']
  const memory = figures.add(
    { what: 'memory a row, keys included', unit: 'B', aims: [{ under: 60 }] },
    bytes / ROWS,
  )
  const share = (what: string, of: number) => figures.add({ what, unit: '', aims: [] }, bytes / of)
  console.log(
    `\n${formatTable(whatAimFigure, [
      memory,
      share('memory as a share of objects that share their keys', objectBytes),
      figures.add(
        { what: 'memory as a share of deep copies', unit: '', aims: [{ under: 0.04 }] },
        bytes / copyBytes,
      ),
      ...keystrokes(store, set, figures),
    ])}`,
  )
  objects.flows.length = 0
  for (const weight of ['light', 'full'] as const)
    console.log(`\n${formatTable(whatAimFigure, await decode(weight, figures))}`)
  console.log(`\n${formatTable(whatAimFigure, await exportRecords(figures))}`)
  console.log(`\n${formatTable(whatAimFigure, hardSets(figures))}`)
}
