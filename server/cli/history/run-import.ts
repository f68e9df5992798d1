/** Runs `flowtrace history import`: puts the records of captures into a history. */
import { access, constants } from 'node:fs/promises'
import { Readable } from 'node:stream'
import type { CaptureHeader } from '../../../src/capture/format/capture-header.ts'
import { recordedGaps } from '../../../src/capture/format/joined-headers.ts'
import { readCapture } from '../../../src/capture/read.ts'
import type { Flow } from '../../../src/flows/flow.ts'
import { unreachable } from '../../../src/lib/assert.ts'
import { formatPlural, isoTime } from '../../../src/lib/format.ts'
import { visibleText } from '../../../src/lib/visible-text.ts'
import type { HistoryStore, PutOutcome } from '../../history/history-store.ts'
import { bytesOf } from '../../lib/readable-bytes.ts'
import { UsageError } from '../../lib/usage-error.ts'
import { type FilteredInputs, withFilter, withTemporaryFolder } from '../captures/capture-input.ts'
import { readErrorOf } from '../read-error.ts'
import { mergeInputs } from '../captures/merged-inputs.ts'
import { Progress } from '../captures/progress.ts'
import { SortedRuns } from '../captures/sorted-runs.ts'
import { BoundedPuts } from './bounded-puts.ts'
import { type CapturedBucket, capturedBuckets, LeftOutRecords } from './captured-buckets.ts'
import type { ImportCommand } from './history-command-options.ts'
import { type HistoryContext, withHistory } from './with-history.ts'

const HOUR_SECONDS = 3600
/** So many gaps of captures are noted: each is a transaction. */
const MAX_GAPS = 100
/** So many lines are read again at once. */
const LINES_AT_ONCE = 500

/**
 * The records are sorted by their start first, in a temporary folder, because a bucket is stored whole. Throws {@link
 * UsageError} for captures that cannot be read, that have no records, or whose cluster nobody says; and for a history
 * that cannot be written.
 */
export async function runImport(command: ImportCommand, context: HistoryContext): Promise<0> {
  const { inputs, filter, place } = command
  await checkFiles(inputs)
  const run = (store: HistoryStore) =>
    withFilter(filter, inputs, context, (filtered) =>
      withTemporaryFolder((folder) => importInto(store, filtered, command, new SortedRuns(folder), context)),
    )
  await withHistory(
    place,
    'written',
    context,
    run,
    '; stop the gateway that has it, or import into ClickHouse',
  )
  return 0
}

/** Before a folder is made for the history: throws {@link UsageError} for a file that is not there. */
async function checkFiles(inputs: ImportCommand['inputs']): Promise<void> {
  for (const { path, name } of inputs) {
    try {
      if (path !== null) await access(path, constants.R_OK)
    } catch (error) {
      throw readErrorOf(error, name)
    }
  }
}

async function importInto(
  store: HistoryStore,
  { inputs, test }: FilteredInputs,
  command: ImportCommand,
  runs: SortedRuns,
  context: HistoryContext,
): Promise<void> {
  const { streams, signal } = context
  const leftOut = new LeftOutRecords(Date.now())
  const storable = { inputs, test: (flow: Flow) => test(flow) && leftOut.takes(flow) }
  const headers = await mergeInputs(storable, command.filter, runs, context)
  const cluster = clusterOf(command.cluster, headers)
  const tally = new Tally()
  const progress = new Progress(streams.stderr)
  try {
    const puts = new BoundedPuts(store, (captured, outcome) => {
      tally.add(captured, outcome)
      progress.showRecords('Storing', tally.records)
    })
    try {
      for await (const captured of capturedBuckets(sortedFlows(runs, signal), cluster, leftOut)) {
        signal.throwIfAborted()
        await puts.add(captured)
      }
    } finally {
      await puts.end()
    }
  } finally {
    progress.clear()
    // What was stored until then is there.
    for (const line of [...tally.lines(cluster), ...leftOut.lines()]) streams.stderr.write(`${line}\n`)
  }
  const left = await noteGaps(store, cluster, headers)
  if (left > 0)
    streams.stderr.write(`Not noted: ${formatPlural(left, 'gap')} of the captures, over ${MAX_GAPS}\n`)
  if (tally.stored > 0) await store.rollUp(cluster, wholeHour(Date.now() / 1000))
}

/** Notes what the captures say is missing, without what the history has. Returns how many gaps were too many. */
async function noteGaps(
  store: HistoryStore,
  cluster: string,
  headers: readonly CaptureHeader[],
): Promise<number> {
  const gaps = recordedGaps(headers)
  for (const { from, to, reason } of gaps.slice(0, MAX_GAPS))
    await store.addGap(cluster, { from, to, cause: reason || 'The capture has a gap' })
  return Math.max(0, gaps.length - MAX_GAPS)
}

/** The cluster of --cluster, or else the one that all headers with a cluster name. */
function clusterOf(asked: string | null, headers: readonly CaptureHeader[]): string {
  if (asked !== null) return asked
  const named = new Set(headers.flatMap(({ cluster }) => cluster ?? []))
  const [only, ...others] = named
  if (only !== undefined && others.length === 0) return only
  throw new UsageError(
    only === undefined
      ? 'The captures name no cluster: --cluster NAME has to'
      : `The captures are of several clusters: --cluster NAME has to choose what they are stored as; they name ${[...named].map(visibleText).join(', ')}`,
  )
}

/**
 * The sorted lines are read like a capture: its cache reads a line of a known key fast, and gives it the same objects.
 */
async function* sortedFlows(runs: SortedRuns, signal: AbortSignal): AsyncGenerator<readonly Flow[]> {
  for await (const { flows } of readCapture(bytesOf(Readable.from(chunksOf(runs))), { signal })) yield flows
}

async function* chunksOf(runs: SortedRuns): AsyncGenerator<Buffer> {
  let lines: string[] = []
  for await (const { line } of runs.sorted()) {
    if (lines.push(line) < LINES_AT_ONCE) continue
    yield Buffer.from(lines.join(''))
    lines = []
  }
  yield Buffer.from(lines.join(''))
}

function wholeHour(seconds: number): number {
  return Math.floor(seconds / HOUR_SECONDS) * HOUR_SECONDS
}

/** What became of the buckets. */
class Tally {
  records = 0
  stored = 0
  #storedRecords = 0
  #known = 0
  #tooOld = { buckets: 0, records: 0 }
  #poorer = 0
  #from = Number.POSITIVE_INFINITY
  #to = Number.NEGATIVE_INFINITY

  add({ bucket, records }: CapturedBucket, outcome: PutOutcome): void {
    this.records += records
    switch (outcome) {
      case 'stored':
        this.stored += 1
        this.#storedRecords += records
        this.#from = Math.min(this.#from, bucket.start)
        this.#to = Math.max(this.#to, bucket.start + bucket.seconds)
        return
      case 'known':
        this.#known += 1
        return
      case 'poorer':
        this.#poorer += 1
        return
      case 'too old':
        this.#tooOld.buckets += 1
        this.#tooOld.records += records
        return
      default:
        unreachable(outcome, 'outcome')
    }
  }

  lines(cluster: string): readonly string[] {
    const range = this.stored === 0 ? '' : `, ${isoTime(this.#from)} to ${isoTime(this.#to)}`
    const kept: readonly (readonly [number, string])[] = [
      [this.#known, 'held as they are, or newer'],
      [this.#poorer, 'held with more records'],
    ]
    return [
      `Stored: ${formatPlural(this.#storedRecords, 'record')} of cluster ${visibleText(cluster)} in ${formatPlural(this.stored, 'bucket')}${range}`,
      ...kept.flatMap(([count, how]) =>
        count === 0 ? [] : [`Not touched: ${formatPlural(count, 'bucket')} ${how}`],
      ),
      ...(this.#tooOld.buckets === 0
        ? []
        : [
            `Not stored: ${formatPlural(this.#tooOld.records, 'record')} in ${formatPlural(this.#tooOld.buckets, 'bucket')}, too old for the days that the history keeps`,
          ]),
    ]
  }
}
