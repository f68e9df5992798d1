/** Reads the two windows of `flowtrace compare --history` from a store, as records. */
import { nearestSteps } from '../../../src/compare/whole-steps.ts'
import { ALL, type Expression } from '../../../src/filter/tree/expression.ts'
import type { LabelledKey } from '../../../src/flows/flow.ts'
import { isoTime } from '../../../src/lib/format.ts'
import { needsHours, partsOf } from '../../history/answer/history-parts.ts'
import { DAY, HOUR } from '../../history/answer/history-question.ts'
import type { HistoryLimits, HistoryStore, KeptTimes } from '../../history/history-store.ts'
import { flowsOfPage } from '../../history/page-flows.ts'
import { UsageError } from '../../lib/usage-error.ts'
import { chosenCluster, type HistoryContext, READ_WHEN_LOCKED, withHistory } from '../history/with-history.ts'
import type { ReadSides, RecordSink } from './capture-sides.ts'
import type { ComparedInput } from './compare-options.ts'
import { ComparedSide } from './compared-side.ts'

/** Records of up to 24 h are summed to this: fine enough to see how often something runs. */
const RAW_STEP = 300

const LIMITS: Omit<HistoryLimits, 'signal'> = { maxRows: 50_000_000, maxMs: 600_000, maxMemory: 1024 ** 3 }

/** What is read of a history. */
export interface HistorySource extends Extract<ComparedInput, { kind: 'history' }> {
  readonly filter: Expression
}

/** How both windows are read. */
interface Reading {
  readonly cluster: string
  readonly kept: KeptTimes
  /** Whether both are read as sums of an hour, because one of them is long or its records are deleted; as on the page. */
  readonly byHour: boolean
}

/** Throws {@link UsageError} for a window that is shorter than what is kept of the time. */
async function readingOf(store: HistoryStore, source: HistorySource): Promise<Reading> {
  const cluster = await chosenCluster(store, source.cluster)
  const kept = await store.keptTimes(cluster)
  const lengthOf = (name: 'a' | 'b'): number => source[name].to - source[name].from
  const summed = (['a', 'b'] as const).filter((name) => needsHours(source[name], kept))
  const deleted = summed.find((name) => lengthOf(name) <= DAY)
  const short = (['a', 'b'] as const).find((name) => lengthOf(name) < HOUR)
  // Two short windows side by side would both become the same hour.
  if (deleted !== undefined && short !== undefined) {
    const unsummed = kept.oldest === null ? '' : `, or take both from ${isoTime(kept.oldest)} on`
    throw new UsageError(
      `Of ${deleted.toUpperCase()} only sums of an hour are kept, and ${short.toUpperCase()} is shorter: give both windows an hour or more${unsummed}`,
    )
  }
  return { cluster, kept, byHour: summed.length > 0 }
}

/**
 * Calls `add` with the records of A, then with those of B. Throws {@link UsageError} for what the history cannot answer.
 */
export function readHistory(
  source: HistorySource,
  context: Pick<HistoryContext, 'openHistory'>,
  add: RecordSink['add'],
): Promise<ReadSides> {
  const readBoth = async (store: HistoryStore): Promise<ReadSides> => {
    const reading = await readingOf(store, source)
    const a = await readWindow(store, source, reading, { name: 'a', add })
    const b = await readWindow(store, source, reading, { name: 'b', add })
    const incomplete = a.incomplete ?? b.incomplete
    return { a: a.side, b: b.side, incomplete, refused: 0, unknown: 0 }
  }
  return withHistory(source.place, 'compared', context, readBoth, READ_WHEN_LOCKED)
}

async function readWindow(
  store: HistoryStore,
  source: HistorySource,
  { cluster, kept, byHour }: Reading,
  { name, add }: { readonly name: 'a' | 'b' } & Pick<RecordSink, 'add'>,
): Promise<{ readonly side: ComparedSide; readonly incomplete: string | null }> {
  const range = byHour ? nearestSteps(source[name], HOUR) : source[name]
  const side = new ComparedSide(cluster, range)
  side.stepSeconds = byHour ? HOUR : RAW_STEP
  for (const gap of await store.gaps(cluster, range)) side.addGap(gap)
  const limits = { ...LIMITS, signal: new AbortController().signal }
  let incomplete: string | null = null
  let recorded = 0
  const parts = byHour ? partsOf(range, kept, source.now) : [{ range, grain: 'raw' } as const]
  for (const part of parts) {
    const selection = { ...part, cluster, filter: source.filter, namespaces: 'all' } as const
    const keys: LabelledKey[] = []
    for await (const page of store.records(selection, { step: side.stepSeconds }, limits)) {
      incomplete ??= page.incomplete
      for (const labelled of page.keys) keys.push(labelled)
      for (const flow of flowsOfPage(page, keys)) {
        side.count(true)
        add(name, flow)
      }
    }
    // What was recorded, whatever the filter: a part of the window, or none.
    const { rows } = await store.query('totals', {}, { ...selection, filter: ALL }, limits)
    for (const { records, first, last } of rows) {
      const whole = byHour ? HOUR : 1
      side.holds(Math.floor(first / whole) * whole, Math.ceil(last / whole) * whole)
      recorded += records
    }
  }
  if (side.read === 0) side.read = recorded
  return { side, incomplete }
}
