/** Runs `flowtrace history export`: writes the records of a history as a capture. */
import { openWriter, type CaptureWriter } from '../../../src/capture/capture-writer.ts'
import { type CaptureHeader, EMPTY_HEADER } from '../../../src/capture/format/capture-header.ts'
import { print } from '../../../src/filter/language/print.ts'
import { asksFor } from '../../../src/filter/tree/asks-for.ts'
import { matcher } from '../../../src/filter/tree/evaluate.ts'
import { ALL } from '../../../src/filter/tree/expression.ts'
import type { LabelledKey } from '../../../src/flows/flow.ts'
import { formatPlural, isoTime } from '../../../src/lib/format.ts'
import { visibleText } from '../../../src/lib/visible-text.ts'
import { flowsOfPage } from '../../history/page-flows.ts'
import type {
  HistoryLimits,
  HistoryRange,
  HistorySelection,
  HistoryStore,
} from '../../history/history-store.ts'
import { UsageError } from '../../lib/usage-error.ts'
import { writeOutput } from '../captures/capture-output.ts'
import { joined } from '../captures/run-write.ts'
import { Progress } from '../captures/progress.ts'
import { openRedaction, redactedWriter } from '../output-redaction.ts'
import type { ExportCommand } from './history-command-options.ts'
import { chosenCluster, type HistoryContext, READ_WHEN_LOCKED, withHistory } from './with-history.ts'

const HOUR_SECONDS = 3600
/** A question of so many seconds at once, so that an engine sorts no more than that. */
const READ_SECONDS = { raw: HOUR_SECONDS, hour: 24 * HOUR_SECONDS } as const
/** Of one question. */
const LIMITS: Omit<HistoryLimits, 'signal'> = {
  maxRows: 1_000_000_000,
  maxMs: 600_000,
  maxMemory: 1024 ** 3,
}
/** About so many records are written at once. */
const RECORDS_AT_ONCE = 500
const STEP_SECONDS = { raw: 15, hour: HOUR_SECONDS } as const

/**
 * Resolves with 2 where a part of the history could not be read, and all else is written; otherwise with 0. Throws
 * {@link UsageError} for a history without records in the range, or one that cannot be read, and for a file that cannot
 * be written.
 */
export async function runExport(command: ExportCommand, context: HistoryContext): Promise<0 | 2> {
  const { place, format, output } = command
  const { stderr } = context.streams
  const redaction = await openRedaction(command.redaction, stderr)
  const writer = redactedWriter(await openWriter(format), redaction)
  const exportFrom = async (store: HistoryStore) => {
    const cluster = await chosenCluster(store, command.cluster)
    const range = await rangeOf(store, cluster, command)
    const exported = new Exported(store, { cluster, range, command, context })
    await writeOutput(exported.chunks(writer), output, context)
    return exported
  }
  const { incomplete, summary } = await withHistory(place, 'read', context, exportFrom, READ_WHEN_LOCKED)
  if (summary !== null) {
    const name = output.path === null ? 'standard output' : visibleText(output.path)
    stderr.write(`Exported to ${name}: ${summary}\n`)
  }
  for (const loss of writer.losses()) stderr.write(`Not in the output: ${loss}\n`)
  await redaction.end()
  if (incomplete === null) return 0
  stderr.write(`Not in the output: a part of the history. ${visibleText(incomplete)}\n`)
  return 2
}

/** The range that is asked for, as far as there can be records in it: an hour of the roll-up is exported whole. */
async function rangeOf(
  store: HistoryStore,
  cluster: string,
  { from, to, grain }: ExportCommand,
): Promise<HistoryRange> {
  const { oldest, newest, oldestHour } = await store.keptTimes(cluster)
  const step = STEP_SECONDS[grain]
  const first = grain === 'hour' ? (oldestHour ?? oldest) : oldest
  // Sums by the hour are of records that were there, and may outlive them all.
  const last = newest ?? (grain === 'hour' ? Date.now() / 1000 : null)
  if (first !== null && last !== null) {
    const begin = Math.floor(Math.max(from ?? first, first) / step) * step
    const end = Math.ceil(Math.min(to ?? last, last) / step) * step
    if (begin < end) return { from: begin, to: end }
  }
  throw noRecords(cluster, { from, to })
}

function noRecords(cluster: string, { from, to }: Pick<ExportCommand, 'from' | 'to'>): UsageError {
  const begin = from === null ? '' : ` from ${isoTime(from)}`
  const end = to === null ? '' : ` to ${isoTime(to)}`
  return new UsageError(`The history has no records of cluster ${visibleText(cluster)}${begin}${end}`)
}

class Exported {
  /** Why a part is missing; null if none is. */
  incomplete: string | null = null
  /** What was written; null until all of it was, as when the reader of a pipe has enough. */
  summary: string | null = null
  readonly #store: HistoryStore
  readonly #cluster: string
  readonly #range: HistoryRange
  readonly #command: ExportCommand
  readonly #context: HistoryContext

  constructor(
    store: HistoryStore,
    of: {
      readonly cluster: string
      readonly range: HistoryRange
      readonly command: ExportCommand
      readonly context: HistoryContext
    },
  ) {
    this.#store = store
    this.#cluster = of.cluster
    this.#range = of.range
    this.#command = of.command
    this.#context = of.context
  }

  async *chunks(writer: CaptureWriter): AsyncGenerator<string | Uint8Array> {
    const { filter } = this.#command
    // Ages are counted from the end of what is exported, and the history counts them from the end of each question.
    const isAged = asksFor(filter, 'age')
    const test = isAged ? matcher(filter, this.#range.to) : () => true
    const progress = new Progress(this.#context.streams.stderr)
    let records = 0
    let [first, last] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
    try {
      const header = await this.#header()
      let parts = [writer.header(header)]
      for await (const range of this.#ranges()) {
        const keys: LabelledKey[] = []
        for await (const page of this.#pages(range, isAged)) {
          this.incomplete ??= page.incomplete
          for (const key of page.keys) keys.push(key)
          for (const flow of flowsOfPage(page, keys)) {
            if (!test(flow)) continue
            records += 1
            first = Math.min(first, flow.startTime)
            last = Math.max(last, flow.endTime)
            parts.push(writer.record(flow, null))
            if (parts.length < RECORDS_AT_ONCE) continue
            yield joined(parts)
            parts = []
          }
          progress.showRecords('Exporting', records)
        }
      }
      if (records === 0 && filter.kind === 'all') throw noRecords(this.#cluster, this.#command)
      yield joined([...parts, writer.end()])
      this.summary = [
        `${formatPlural(records, 'record')} of cluster ${visibleText(this.#cluster)}`,
        ...(records === 0 ? [] : [`${isoTime(first)} to ${isoTime(last)}`]),
        ...(header.gaps === null ? [] : [formatPlural(header.gaps.length, 'gap')]),
      ].join(', ')
    } finally {
      progress.clear()
    }
  }

  #pages(range: HistoryRange, isAged: boolean): ReturnType<HistoryStore['records']> {
    const { filter, grain } = this.#command
    const selection: HistorySelection = {
      cluster: this.#cluster,
      range,
      filter: isAged ? ALL : filter,
      namespaces: 'all',
      grain,
    }
    const limits = { ...LIMITS, signal: this.#context.signal }
    return this.#store.records(selection, { step: STEP_SECONDS[grain] }, limits)
  }

  /** The ranges that are asked one after another: of raw records, those in which there are any. */
  async *#ranges(): AsyncGenerator<HistoryRange> {
    const { grain } = this.#command
    const length = READ_SECONDS[grain]
    for (let from = this.#range.from; from < this.#range.to;) {
      this.#context.signal.throwIfAborted()
      const to = Math.min(Math.floor(from / length + 1) * length, this.#range.to)
      // oxlint-disable-next-line no-await-in-loop -- one question at a time, so that memory is bounded
      const hasAny = grain === 'hour' || (await this.#store.have(this.#cluster, { from, to })).length > 0
      if (hasAny) yield { from, to }
      from = to
    }
  }

  async #header(): Promise<CaptureHeader> {
    const { filter } = this.#command
    const gaps = await this.#store.gaps(this.#cluster, this.#range)
    return {
      ...EMPTY_HEADER,
      tool: this.#context.tool,
      source: { kind: 'history', name: null },
      cluster: this.#cluster,
      window: this.#range,
      filter: filter.kind === 'all' ? null : print(filter),
      // Nobody notes a gap of what was imported, so none noted is not none.
      gaps: gaps.length === 0 ? null : gaps.map(({ from, to, cause }) => ({ from, to, reason: cause })),
    }
  }
}
