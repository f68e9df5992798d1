/** A process that stores buckets until it is killed, and what is known of each bucket beforehand. */
import process from 'node:process'
import { COUNTER_NAMES } from '../../../src/flows/counters.ts'
import type { LabelledKey } from '../../../src/flows/flow.ts'
import { buildKey } from '../../../src/flows/testing/build.ts'
import { ensure } from '../../../src/lib/assert.ts'
import { openDuckDbHistory } from '../duckdb/duckdb-history.ts'
import { entryId } from '../entry-id.ts'
import { HistoryError } from '../history-error.ts'
import type { Bucket, CounterColumns, EntryId } from '../history-store.ts'
import { limitsOf, selectionOf } from './history-buckets.ts'

/** Midnight, UTC. */
export const FIRST_START = 1_790_035_200
const ROWS = 300
/** The first argument of the process that is to write; then come the folder and the number of the first bucket. */
export const WRITE = 'write-until-killed'

/** Another first argument: sum the hours of the folder, write its day anew, and print what came of it. */
export const ROLL_UP = 'roll-up'

/** Another first argument: read back what is set aside in the folder, until the signal is asked for the time that the third one counts. */
export const SALVAGE = 'salvage-until-killed'

/** Buckets that are put at the same time, of which one transaction is made. */
const AT_ONCE = 3

const subjects: readonly LabelledKey[] = Array.from({ length: 900 }, (_, i) => ({
  key: buildKey({ sourceName: `client-${i}-*` }),
  sourceLabels: [],
  destLabels: [],
}))
const sorted = subjects
  .map((subject) => ({ subject, entry: entryId(subject) }))
  .toSorted((a, b) => (a.entry < b.entry ? -1 : 1))

/** The bucket of a number: its records are a part of the keys, and new ones come for a while; each counter is start and version. */
export function numberedBucket(number: number, version: number): Bucket {
  const rows = sorted.filter((_, i) => i % 3 === number % 3).slice(0, ROWS)
  const entries = BigUint64Array.from(rows, ({ entry }) => entry)
  const byEntry = new Map<EntryId, LabelledKey>(rows.map(({ entry, subject }) => [entry, subject]))
  const columns = COUNTER_NAMES.map((name) => [
    name,
    new Float64Array(rows.length).fill(number * 10 + version),
  ])
  return {
    ...(Object.fromEntries(columns) as unknown as CounterColumns), // one column for each counter
    cluster: 'prod',
    start: FIRST_START + number * 15,
    seconds: 15,
    version,
    entries,
    keyOf: (entry) => ensure(byEntry.get(entry), 'key'),
  }
}

/** Stores buckets from a number on, each again in a second version, and prints number and version of those that are acknowledged. */
async function writeUntilKilled(folder: string, first: number): Promise<void> {
  const history = openDuckDbHistory(folder)
  await history.open()
  for (let number = first; ; number += AT_ONCE) {
    for (const version of [1, 2]) {
      await Promise.all(
        Array.from({ length: AT_ONCE }, async (_, i) => {
          await history.put(numberedBucket(number + i, version))
          process.stdout.write(`${number + i} ${version}\n`)
        }),
      )
    }
  }
}

/** Prints the trouble, if any, and the records that are found afterwards. */
async function rollUpOnce(folder: string): Promise<void> {
  const history = openDuckDbHistory(folder)
  await history.open()
  let outcome = 'rolled'
  try {
    await history.rollUp('prod', FIRST_START + 2 * 86_400)
  } catch (error) {
    outcome = error instanceof HistoryError ? error.trouble : String(error)
  }
  const { rows, incomplete } = await history.query('totals', {}, selectionOf('prod'), limitsOf())
  process.stdout.write(`${outcome} ${rows[0]?.records} ${incomplete}\n`)
  await history.close()
}

/** Between any two steps the signal is asked whether to go on: one of these times kills the process. */
async function salvageUntilKilled(folder: string, asked: number): Promise<void> {
  const history = openDuckDbHistory(folder)
  await history.open()
  let count = 0
  AbortSignal.prototype.throwIfAborted = function (this: AbortSignal) {
    count += 1
    if (count === asked) process.kill(process.pid, 'SIGKILL')
    if (this.aborted) throw this.reason
  }
  await history.salvage(new AbortController().signal)
  await history.close()
}

const [, , command, folder = '', first = '0'] = process.argv
if (command === WRITE) void writeUntilKilled(folder, Number(first))
if (command === SALVAGE) void salvageUntilKilled(folder, Number(first))
if (command === ROLL_UP) void rollUpOnce(folder)
