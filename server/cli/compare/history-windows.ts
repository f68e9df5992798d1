/** Reads the two windows of `flowtrace compare --history` from a store, as records. */
import { nearestSteps } from '../../../src/compare/whole-steps.ts'
import { ALL, type Expression } from '../../../src/filter/tree/expression.ts'
import type { LabelledKey } from '../../../src/flows/flow.ts'
import type { HistoryLimits, HistoryStore } from '../../history/history-store.ts'
import { flowsOfPage } from '../../history/page-flows.ts'
import { chosenCluster, type HistoryContext, READ_WHEN_LOCKED, withHistory } from '../history/with-history.ts'
import type { ReadSides, RecordSink } from './capture-sides.ts'
import type { ComparedInput } from './compare-options.ts'
import { ComparedSide } from './compared-side.ts'

const HOUR_SECONDS = 3600
/** A longer window is read from the hourly roll-up, as on the page. */
const MAX_RAW_SECONDS = 24 * HOUR_SECONDS
/** Records of up to 24 h are summed to this: fine enough to see how often something runs. */
const RAW_STEP = 300

const LIMITS: Omit<HistoryLimits, 'signal'> = { maxRows: 50_000_000, maxMs: 600_000, maxMemory: 1024 ** 3 }

/** What is read of a history. */
export interface HistorySource extends Extract<ComparedInput, { kind: 'history' }> {
  readonly filter: Expression
}

/** Whether both windows are read from the hourly roll-up. */
function isByHour({ a, b }: Pick<HistorySource, 'a' | 'b'>): boolean {
  return Math.max(a.to - a.from, b.to - b.from) > MAX_RAW_SECONDS
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
    const cluster = await chosenCluster(store, source.cluster)
    const a = await readWindow(store, source, { cluster, name: 'a', add })
    const b = await readWindow(store, source, { cluster, name: 'b', add })
    const incomplete = a.incomplete ?? b.incomplete
    return { a: a.side, b: b.side, incomplete, refused: 0, unknown: 0 }
  }
  return withHistory(source.place, 'compared', context, readBoth, READ_WHEN_LOCKED)
}

async function readWindow(
  store: HistoryStore,
  source: HistorySource,
  { cluster, name, add }: { readonly cluster: string; readonly name: 'a' | 'b' } & Pick<RecordSink, 'add'>,
): Promise<{ readonly side: ComparedSide; readonly incomplete: string | null }> {
  const { filter } = source
  const byHour = isByHour(source)
  const range = byHour ? nearestSteps(source[name], HOUR_SECONDS) : source[name]
  const side = new ComparedSide(cluster, range)
  side.stepSeconds = byHour ? HOUR_SECONDS : RAW_STEP
  for (const gap of await store.gaps(cluster, range)) side.addGap(gap)
  const selection = { cluster, range, filter, namespaces: 'all', grain: byHour ? 'hour' : 'raw' } as const
  const limits = { ...LIMITS, signal: new AbortController().signal }
  let incomplete: string | null = null
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
    const whole = byHour ? HOUR_SECONDS : 1
    side.holds(Math.floor(first / whole) * whole, Math.ceil(last / whole) * whole)
    if (side.read === 0) side.read = records
  }
  return { side, incomplete }
}
