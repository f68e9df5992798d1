/**
 * The history over plain objects: answers every question in the most obvious way. The oracle of the engines, and the store
 * of tests that are about something else.
 */
import { BUCKET_SECONDS } from '../../../src/flows/bucket.ts'
import { fieldNamed } from '../../../src/flows/field.ts'
import { withoutField } from '../../../src/filter/tree/clauses.ts'
import { labelValue, matcher } from '../../../src/filter/tree/evaluate.ts'
import type { LabelledKey } from '../../../src/flows/flow.ts'
import { groupId, signatureId } from '../entry-id.ts'
import { HistoryError } from '../history-error.ts'
import type {
  Bucket,
  EntryId,
  HeldBucket,
  HistoryAnswer,
  HistoryGap,
  HistoryLimits,
  HistoryQueries,
  HistoryQuestion,
  HistoryRange,
  HistorySelection,
  HistoryStats,
  HistoryStore,
  KeptTimes,
  PutOutcome,
  RecordPage,
  RecordStep,
  Salvage,
} from '../history-store.ts'
import {
  byEntry,
  columnsOf,
  type Fact,
  factOf,
  flowOf,
  groupedBy,
  HOUR,
  portOf,
  summedByStep,
  sumsOf,
  withoutBucket,
} from './memory-facts.ts'

interface StoredBucket extends HeldBucket {
  readonly facts: readonly Fact[]
}

interface ClusterHistory {
  readonly buckets: Map<number, StoredBucket>
  readonly hours: Map<number, { readonly facts: readonly Fact[]; readonly of: string }>
  readonly keys: Map<EntryId, LabelledKey>
  gaps: readonly HistoryGap[]
}

export class MemoryHistory implements HistoryStore {
  readonly engine = 'memory'
  readonly #clusters = new Map<string, ClusterHistory>()
  /** Records that ended before it were dropped: an hour that it cuts, and that is rolled up, stays as it is. */
  #rawSince = 0
  /** Thrown by each call of `put`, as by an engine that is down, until it is null again. */
  trouble: HistoryError | null = null

  async open(): Promise<void> {}

  async put(bucket: Bucket): Promise<PutOutcome> {
    if (this.trouble !== null) throw this.trouble
    const { buckets, keys } = this.#of(bucket.cluster)
    const held = buckets.get(bucket.start)
    if (held !== undefined && held.version >= bucket.version) return 'known'
    if (held !== undefined && held.rows > bucket.entries.length) return 'poorer'
    const facts = [...bucket.entries].map((entry, row) => factOf(bucket, entry, row))
    for (const { entry } of facts) if (!keys.has(entry)) keys.set(entry, bucket.keyOf(entry))
    const { start, seconds, version } = bucket
    buckets.set(start, { start, seconds, version, rows: facts.length, facts })
    return 'stored'
  }

  async have(cluster: string, { from, to }: HistoryRange): Promise<readonly HeldBucket[]> {
    return [...this.#of(cluster).buckets.values()]
      .filter(({ start }) => start >= from && start < to)
      .map(({ start, seconds, version, rows }) => ({ start, seconds, version, rows }))
      .sort((a, b) => a.start - b.start)
  }

  async addGap(cluster: string, gap: HistoryGap): Promise<void> {
    const history = this.#of(cluster)
    const merged: HistoryGap[] = []
    for (const next of [...history.gaps, gap].sort((a, b) => a.from - b.from)) {
      const last = merged.at(-1)
      if (last === undefined || last.to < next.from || last.cause !== next.cause) merged.push(next)
      else merged[merged.length - 1] = { ...last, to: Math.max(last.to, next.to) }
    }
    history.gaps = merged
  }

  async gaps(cluster: string, { from, to }: HistoryRange): Promise<readonly HistoryGap[]> {
    const { gaps, buckets } = this.#of(cluster)
    return gaps
      .flatMap((gap) => [...buckets.values()].reduce<readonly HistoryGap[]>(withoutBucket, [gap]))
      .map((gap) => ({ ...gap, from: Math.max(gap.from, from), to: Math.min(gap.to, to) }))
      .filter((gap) => gap.from < gap.to)
  }

  async clusters(): Promise<readonly string[]> {
    return [...this.#clusters.keys()].sort()
  }

  async query<Question extends HistoryQuestion>(
    question: Question,
    asked: HistoryQueries[Question]['asked'],
    selection: HistorySelection,
    limits: HistoryLimits,
  ): Promise<HistoryAnswer<HistoryQueries[Question]['row']>> {
    limits.signal.throwIfAborted()
    const read = this.#facts(selection, false)
    if (read.length > limits.maxRows) throw tooLarge(read.length, limits)
    const rows = this.#answer({ question, asked } as Asked, selection)
    return { rows: rows as HistoryQueries[Question]['row'][], filteredAfter: 0, incomplete: null } // of that question
  }

  async *records(
    selection: HistorySelection,
    { step }: RecordStep,
    limits: HistoryLimits,
  ): AsyncIterable<RecordPage> {
    const keys = this.#of(selection.cluster).keys
    const facts = summedByStep(this.#facts(selection, true), step)
    if (facts.length > limits.maxRows) throw tooLarge(facts.length, limits)
    const indexes = new Map<EntryId, number>()
    for (let from = 0; from < facts.length; from += 1000) {
      limits.signal.throwIfAborted()
      const page = facts.slice(from, from + 1000)
      const fresh = [...new Set(page.map(({ entry }) => entry))].filter((entry) => !indexes.has(entry))
      for (const entry of fresh) indexes.set(entry, indexes.size)
      yield {
        ...columnsOf(page),
        starts: Float64Array.from(page, ({ start }) => start),
        seconds: Float64Array.from(page, ({ seconds }) => seconds),
        keyIndexes: Uint32Array.from(page, ({ entry }) => indexes.get(entry) ?? 0),
        keys: fresh.flatMap((entry) => keys.get(entry) ?? []),
        incomplete: null,
      }
    }
  }

  async keysOf(cluster: string, entries: readonly EntryId[]): Promise<readonly LabelledKey[]> {
    const { keys } = this.#of(cluster)
    return entries.flatMap((entry) => keys.get(entry) ?? [])
  }

  async rollUp(cluster: string, closedBefore: number): Promise<number> {
    const { buckets, hours } = this.#of(cluster)
    const byHour = groupedBy([...buckets.values()], ({ start }) => Math.floor(start / HOUR) * HOUR)
    let rolled = 0
    for (const [hour, inHour] of byHour) {
      if (hour + HOUR > closedBefore) continue
      const of = inHour.map(({ start, version }) => `${start}:${version}`).join()
      if (hours.has(hour) && (hour < this.#rawSince || hours.get(hour)?.of === of)) continue
      hours.set(hour, {
        of,
        facts: summedByStep(
          inHour.flatMap(({ facts }) => facts),
          HOUR,
        ),
      })
      rolled += 1
    }
    return rolled
  }

  async drop({ raw, hours }: { readonly raw: number; readonly hours: number }): Promise<{ rows: number }> {
    let rows = 0
    for (const cluster of this.#clusters.values()) {
      for (const bucket of cluster.buckets.values()) {
        const { start, seconds, rows: held } = bucket
        if (start + seconds > raw) continue
        cluster.gaps = withoutBucket(cluster.gaps, bucket)
        cluster.buckets.delete(start)
        rows += held
        this.#rawSince = Math.max(this.#rawSince, raw)
      }
      for (const [hour, { facts }] of cluster.hours) {
        if (hour + HOUR > hours) continue
        cluster.hours.delete(hour)
        rows += facts.length
      }
    }
    return { rows }
  }

  async keptTimes(cluster: string): Promise<KeptTimes> {
    return keptTimesOf([this.#of(cluster)])
  }

  async stats(): Promise<HistoryStats> {
    const all = [...this.#clusters.values()]
    const buckets = all.flatMap((each) => [...each.buckets.values()])
    return {
      ...keptTimesOf(all),
      engine: 'memory',
      version: '1',
      bytes: 0,
      rows: buckets.reduce((sum, { rows }) => sum + rows, 0),
      entries: all.reduce((sum, { keys }) => sum + keys.size, 0),
      damaged: [],
    }
  }

  async salvage(): Promise<Salvage> {
    return { readBack: [], postponed: [] }
  }

  async close(): Promise<void> {}

  #of(cluster: string): ClusterHistory {
    const found = this.#clusters.get(cluster)
    if (found !== undefined) return found
    const made: ClusterHistory = { buckets: new Map(), hours: new Map(), keys: new Map(), gaps: [] }
    this.#clusters.set(cluster, made)
    return made
  }

  /** The records of the range that the viewer may see; with `filters` those that match the query. */
  #facts(selection: HistorySelection, filters: boolean, filter = selection.filter): readonly Fact[] {
    const { cluster, range, grain, namespaces } = selection
    const { buckets, hours, keys } = this.#of(cluster)
    // Ages count from the end of the range.
    const matches = matcher(filter, range.to)
    const facts =
      grain === 'hour'
        ? [...hours.values()]
            .flatMap((hour) => hour.facts)
            .filter(({ start }) => start + HOUR > range.from && start < range.to)
        : [...buckets.values()]
            .flatMap((bucket) => bucket.facts)
            .filter(({ start }) => start >= range.from && start < range.to)
    return facts
      .filter((fact) => {
        const subject = keys.get(fact.entry)
        if (subject === undefined) return false
        const { sourceNamespace, destNamespace } = subject.key
        const isSeen =
          namespaces === 'all' || namespaces.has(sourceNamespace) || namespaces.has(destNamespace)
        return isSeen && (!filters || matches(flowOf(fact, subject)))
      })
      .sort((a, b) => a.start - b.start || (a.entry < b.entry ? -1 : 1))
  }

  #answer(ask: Asked, selection: HistorySelection): readonly object[] {
    const { keys } = this.#of(selection.cluster)
    const facts = this.#facts(selection, true)
    const subjectOf = (entry: EntryId) => keys.get(entry) as LabelledKey // each stored fact has one
    switch (ask.question) {
      case 'totals':
        return facts.length === 0
          ? []
          : [{ ...sumsOf(facts), keys: new Set(facts.map(({ entry }) => entry)).size }]
      case 'histogram': {
        const { origin, width, step } = ask.asked
        const startOf = ({ start }: Fact) => origin + Math.floor((start - origin) / width) * width
        const bars = groupedBy(facts, (fact) => `${startOf(fact)} ${subjectOf(fact.entry).key.action}`)
        return [...bars.values()]
          .map((of) => {
            const [first] = of
            const sums = new Set(of.map(({ entry, start }) => `${entry} ${Math.floor(start / step)}`))
            const records = step === BUCKET_SECONDS ? sumsOf(of).records : sums.size
            return { start: startOf(first), action: subjectOf(first.entry).key.action, records }
          })
          .sort((a, b) => a.start - b.start || (a.action < b.action ? -1 : 1))
      }
      case 'facets':
        return ask.asked.fields.flatMap((field) => this.#facet(field, ask.asked.top, selection))
      case 'sets': {
        const idOf = ask.asked.by === 'group' ? groupId : signatureId
        return [...groupedBy(facts, ({ entry }) => idOf(subjectOf(entry)))]
          .map(([id, of]) => ({
            id,
            example: of.reduce((least, { entry }) => (entry < least ? entry : least), of[0].entry),
            ports: new Set(of.map(({ entry }) => portOf(subjectOf(entry)))).size,
            ...sumsOf(of),
          }))
          .sort(
            (a, b) =>
              (b.numConnectionsStarted ?? -1) - (a.numConnectionsStarted ?? -1) ||
              b.records - a.records ||
              (a.id < b.id ? -1 : 1),
          )
          .slice(0, ask.asked.top)
      }
      case 'traces':
        return [...groupedBy(facts, ({ entry }) => traceNameOf(subjectOf(entry)))]
          .map(([, of]) => ({
            example: of.reduce((least, { entry }) => (entry < least ? entry : least), of[0].entry),
            ...sumsOf(of),
          }))
          .sort((a, b) => (a.example < b.example ? -1 : 1))
      case 'entries':
        return byEntry(facts)
      default:
        return ask satisfies never
    }
  }

  #facet(name: string, top: number, selection: HistorySelection): readonly object[] {
    const { keys } = this.#of(selection.cluster)
    const [, labelField, label] = /^((?:src\.|dst\.)?label)\.(.+)$/.exec(name) ?? []
    const field = fieldNamed(labelField ?? name)
    if (field === undefined || field.type === 'measure' || field.type === 'age') return []
    const facts = this.#facts(selection, true, withoutField(selection.filter, field.id, label))
    const valuesOf = (subject: LabelledKey): readonly string[] => {
      if (field.type !== 'label') return field.values(subject).map(String)
      const values = field
        .labels(subject)
        .map((each) => (label === undefined ? each : labelValue(each, label)))
      return values.filter((value) => value !== undefined)
    }
    const byValue = new Map<string, Fact[]>()
    for (const fact of facts)
      for (const value of new Set(valuesOf(keys.get(fact.entry) as LabelledKey))) {
        const of = byValue.get(value)
        if (of === undefined) byValue.set(value, [fact])
        else of.push(fact)
      }
    return [...byValue]
      .map(([value, of]) => ({ field: name, value, ...sumsOf(of) }))
      .sort((a, b) => b.records - a.records || (a.value < b.value ? -1 : 1))
      .slice(0, top)
  }
}

type Asked = {
  [Question in HistoryQuestion]: {
    readonly question: Question
    readonly asked: HistoryQueries[Question]['asked']
  }
}[HistoryQuestion]

function keptTimesOf(clusters: readonly ClusterHistory[]): KeptTimes {
  const buckets = clusters.flatMap((each) => [...each.buckets.values()])
  const starts = buckets.map(({ start }) => start)
  const hours = clusters.flatMap((each) => [...each.hours.keys()])
  return {
    oldest: starts.length === 0 ? null : Math.min(...starts),
    newest: buckets.length === 0 ? null : Math.max(...buckets.map(({ start, seconds }) => start + seconds)),
    oldestHour: hours.length === 0 ? null : Math.min(...hours),
  }
}

function traceNameOf({ key }: LabelledKey): string {
  return JSON.stringify([key.reporter, key.sourceNamespace, key.destNamespace, key.policies])
}

function tooLarge(rows: number, { maxRows }: HistoryLimits): HistoryError {
  return new HistoryError('too large', `${rows} records are more than the limit of ${maxRows}`)
}
