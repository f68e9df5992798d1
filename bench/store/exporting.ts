/** From columns into a file: what the worker writes when the reader exports what is shown. */
import type { FileFormat } from '../../src/export/export-format.ts'
import type { RecordStore } from '../../src/store/keys/record-store.ts'
import { UNWATCHED, WHOLE_VIEW } from '../../src/store/testing/exported-store.ts'
import { writeExport } from '../../src/store/worker/export-job.ts'
import type { Figures } from '../figures.ts'
import { median } from '../timing.ts'
import { START, traffic } from '../traffic.ts'
import { emptyStore, fill } from './filling.ts'

const ROUNDS = 3
const WRITTEN = 200_000
const KEYS = 11_000
/** A million in 8 s, in records a second. */
const MIN_RATE = 125_000

async function writeOnce(store: RecordStore, format: FileFormat, onlySize: boolean): Promise<number> {
  const started = performance.now()
  await writeExport(
    { store, view: WHOLE_VIEW, now: START },
    { format, view: WHOLE_VIEW, columns: [], source: 'bench', link: null, onlySize },
    UNWATCHED,
  )
  return performance.now() - started
}

/** The median of some rounds, in milliseconds. */
async function timeOf(store: RecordStore, format: FileFormat, onlySize = false): Promise<number> {
  const times: number[] = []
  for (let round = 0; round < ROUNDS; round++) times.push(await writeOnce(store, format, onlySize))
  return median(times)
}

/** Records a second from columns into NDJSON, plain and packed, and the time of an estimate; rows of a table. */
export async function exportRecords(figures: Figures): Promise<readonly (readonly string[])[]> {
  const store = emptyStore(false)
  fill(store, traffic(WRITTEN, KEYS, 'light'))
  const rate = async (what: string, format: FileFormat, over: number | null) =>
    figures.add(
      { what, unit: '/s', aims: over === null ? [] : [{ over }] },
      (WRITTEN / (await timeOf(store, format))) * 1000,
    )
  return [
    await rate('export of records to NDJSON', 'json-lines', MIN_RATE),
    await rate('export of records to NDJSON.gz', 'capture', null),
    figures.add(
      { what: 'estimate of the size of NDJSON.gz', unit: 'ms', aims: [] },
      await timeOf(store, 'capture', true),
    ),
  ]
}
