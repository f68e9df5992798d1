/**
 * A range of the history as a capture in our own format (docs/format.md), in bytes: the records as they came where they are
 * few enough, and otherwise summed by 5 minutes or by the hour. Whatever reads a capture reads it.
 */
import { type CaptureHeader, EMPTY_HEADER, MAX_GAPS } from '../../../src/capture/format/capture-header.ts'
import { BUCKET_SECONDS, bucketStart } from '../../../src/flows/bucket.ts'
import { COUNTER_NAMES } from '../../../src/flows/counters.ts'
import type { LabelledKey } from '../../../src/flows/flow.ts'
import { HistoryError } from '../history-error.ts'
import type {
  HistoryGap,
  HistoryLimits,
  HistoryRange,
  HistorySelection,
  HistoryStore,
  KeptTimes,
  RecordPage,
} from '../history-store.ts'
import { aligned, type HistoryPart, partsOf, stepsFor } from './history-parts.ts'
import { type AskedSelection, type AskedStep, HOUR } from './history-question.ts'
import { MAX_KEY_BYTES, openOutput, type RecordFormat, type RecordOutput } from './record-output.ts'
import { engineFilter, type HistoryViewer, ShownKeys } from './shown-keys.ts'
import { rangeTooLarge, type SelectedAmount } from './too-large.ts'

/** Records as they came are sent up to so many: the page reads about 100,000 a second. Beyond, their sums do. */
const MAX_UNSUMMED_ROWS = 250_000
/** More than may be sent: counting costs less than the records themselves. */
const MAX_COUNTED_ROWS = 2_000_000_000

const ENGINE_NAMES = { duckdb: 'DuckDB', clickhouse: 'ClickHouse', memory: 'memory' } as const

export interface AskedRecords extends AskedSelection, HistoryViewer {
  readonly cluster: string
  readonly step: AskedStep
  readonly format: RecordFormat
  /** The program that writes the capture, with its version. */
  readonly tool: string
  /** Unix seconds. */
  readonly now: number
  /** Bytes of keys that are kept for the answer; {@link MAX_KEY_BYTES} unless another bound is given. */
  readonly maxKeyBytes?: number
}

/** Begun questions, of which the first pages have been read, so that none is refused any more. */
interface BegunRecords {
  readonly step: number
  readonly range: HistoryRange
  readonly parts: readonly BegunPart[]
}

interface BegunPart {
  readonly first: IteratorResult<RecordPage, unknown>
  readonly rest: AsyncIterator<RecordPage>
}

/**
 * The bytes of the capture. Rejects with a {@link HistoryError} before the first of them, `too large` with a narrower range
 * ({@link rangeTooLarge}). What goes wrong later is said in a header at the end, as `incomplete`.
 */
export async function openRecords(
  store: HistoryStore,
  asked: AskedRecords,
  limits: HistoryLimits,
): Promise<AsyncGenerator<Uint8Array>> {
  const begun = await begin(store, asked, await store.keptTimes(asked.cluster), limits)
  const gaps = await gapsBeside(store, asked.cluster, begun)
  const header: CaptureHeader = {
    ...EMPTY_HEADER,
    tool: asked.tool,
    source: { kind: 'history', name: ENGINE_NAMES[store.engine] },
    cluster: asked.cluster,
    window: begun.range,
    filter: asked.filterText,
    gaps: gaps.slice(-MAX_GAPS).map(({ from, to, cause }) => ({ from, to, reason: cause })),
    step: begun.step === BUCKET_SECONDS ? null : begun.step,
  }
  return writeRecords(header, begun, asked)
}

/** The gaps of what was begun, which is ended where they cannot be read: each part holds a connection of the engine. */
async function gapsBeside(
  store: HistoryStore,
  cluster: string,
  { range, parts }: BegunRecords,
): Promise<readonly HistoryGap[]> {
  try {
    return await store.gaps(cluster, range)
  } catch (error) {
    await endParts(parts)
    throw error
  }
}

async function begin(
  store: HistoryStore,
  asked: AskedRecords,
  held: KeptTimes,
  limits: HistoryLimits,
): Promise<BegunRecords> {
  const steps = stepsFor(asked.range, asked.step, held)
  let isForMemory = false
  for (const step of steps) {
    const range = step === BUCKET_SECONDS ? asked.range : aligned(asked.range, step)
    const isFinest = step === BUCKET_SECONDS && steps.length > 1
    const maxRows = isFinest ? Math.min(MAX_UNSUMMED_ROWS, limits.maxRows) : limits.maxRows
    // A step that was asked for by name and is shorter than an hour has no roll-up.
    const parts = step < HOUR ? [{ range, grain: 'raw' } as const] : partsOf(range, held, asked.now)
    const begun = await beginParts(store, asked, { parts, step }, { ...limits, maxRows })
    if (Array.isArray(begun)) return { step, range, parts: begun }
    isForMemory = begun === 'too much memory'
  }
  const step = steps.at(-1) ?? BUCKET_SECONDS
  const amount = await countedAmount(store, asked, partsOf(asked.range, held, asked.now), limits)
  const { maxRows } = limits
  const isFiltered = asked.filterText !== null
  throw rangeTooLarge(asked.range, { step, maxRows, isFiltered, isForMemory }, amount)
}

/** The trouble when there are too many records for one of the parts, or too little memory for them. */
async function beginParts(
  store: HistoryStore,
  asked: AskedRecords,
  { parts, step }: { parts: readonly HistoryPart[]; step: number },
  limits: HistoryLimits,
): Promise<BegunPart[] | 'too large' | 'too much memory'> {
  const begun: BegunPart[] = []
  for (const part of parts) {
    const rest = store.records(selectionOf(asked, part), { step }, limits)[Symbol.asyncIterator]()
    try {
      begun.push({ first: await rest.next(), rest })
    } catch (error) {
      await endParts(begun)
      const trouble = error instanceof HistoryError ? error.trouble : null
      if (trouble === 'too large' || trouble === 'too much memory') return trouble
      throw error
    }
  }
  return begun
}

/** Null where it cannot be counted, as when that takes too long. */
async function countedAmount(
  store: HistoryStore,
  asked: AskedRecords,
  parts: readonly HistoryPart[],
  limits: HistoryLimits,
): Promise<SelectedAmount | null> {
  const counting = { ...limits, maxRows: MAX_COUNTED_ROWS }
  try {
    let [records, keys] = [0, 0]
    for (const part of parts) {
      const { rows } = await store.query('totals', {}, selectionOf(asked, part), counting)
      records += rows[0]?.records ?? 0
      keys = Math.max(keys, rows[0]?.keys ?? 0)
    }
    return records === 0 ? null : { records, keys }
  } catch (error) {
    if (error instanceof HistoryError) return null
    throw error
  }
}

function selectionOf(asked: AskedRecords, part: HistoryPart): HistorySelection {
  const { cluster, namespaces, filter } = asked
  return { ...part, cluster, filter: engineFilter(asked, filter), namespaces }
}

async function* writeRecords(
  header: CaptureHeader,
  { parts, step }: BegunRecords,
  asked: AskedRecords,
): AsyncGenerator<Uint8Array> {
  const missing = new Set<string>()
  const keys = new KeysOfParts()
  const output = openOutput(
    asked.format,
    header,
    (entry) => keys.take(entry),
    asked.maxKeyBytes ?? MAX_KEY_BYTES,
  )
  // The sum of an hour that goes on ends now.
  const latest = step === BUCKET_SECONDS ? Number.POSITIVE_INFINITY : bucketStart(asked.now)
  try {
    const opening = output.take()
    if (opening.length > 0) yield opening
    for (const part of parts)
      yield* writePart(part, keys.begin(new ShownKeys(asked, asked.filter)), { output, latest, missing })
  } catch (error) {
    if (!(error instanceof HistoryError)) throw error
    missing.add(error.message)
  } finally {
    await endParts(parts)
  }
  yield output.end([...missing])
}

/** The keys of the parts of an answer, each of which counts its entries from 0, by numbers over all of them. */
class KeysOfParts {
  readonly #parts: { readonly first: number; readonly keys: ShownKeys }[] = []

  /** The keys of the next part, and the number of its first entry. */
  begin(keys: ShownKeys): { readonly first: number; readonly keys: ShownKeys } {
    const before = this.#parts.at(-1)
    const part = { first: before === undefined ? 0 : before.first + before.keys.length, keys }
    this.#parts.push(part)
    return part
  }

  take(entry: number): LabelledKey {
    const part = this.#parts.findLast(({ first }) => first <= entry)
    if (part === undefined) throw new Error(`no part has entry ${entry}`)
    return part.keys.take(entry - part.first)
  }
}

async function* writePart(
  part: BegunPart,
  { first, keys }: { readonly first: number; readonly keys: ShownKeys },
  { output, latest, missing }: { output: RecordOutput; latest: number; missing: Set<string> },
): AsyncGenerator<Uint8Array> {
  const values = new Float64Array(2 + COUNTER_NAMES.length)
  for (let next = part.first; next.done !== true; next = await part.rest.next()) {
    const page = next.value
    for (const key of page.keys) keys.add(key)
    if (page.incomplete !== null) missing.add(page.incomplete)
    for (let row = 0; row < page.keyIndexes.length; row++) {
      const entry = page.keyIndexes[row]!
      if (!keys.isShown(entry, page, row)) continue
      values[0] = page.starts[row]!
      const end = Math.min(page.starts[row]! + page.seconds[row]!, latest)
      values[1] = Math.max(page.starts[row]! + BUCKET_SECONDS, end)
      for (let i = 0; i < COUNTER_NAMES.length; i++) values[2 + i] = page[COUNTER_NAMES[i]!][row]!
      output.add(first + entry, values)
    }
    const bytes = output.take()
    if (bytes.length > 0) yield bytes
  }
}

async function endParts(parts: readonly BegunPart[]): Promise<void> {
  for (const { rest } of parts) await rest.return?.()
}
