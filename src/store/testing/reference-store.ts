/**
 * The store over plain objects: every question answered in the most obvious way, on the vocabulary and its own
 * functions. The tests hold the columns to it; nothing else uses it.
 */
import { clausesOf, labelKeysAsked, withAll, withoutField } from '../../filter/tree/clauses.ts'
import { labelValue, matcher } from '../../filter/tree/evaluate.ts'
import { ALL, type Expression } from '../../filter/tree/expression.ts'
import { columnOf } from '../../flows/column.ts'
import { fieldOf, type MeasureFieldId } from '../../flows/field.ts'
import type { Flow } from '../../flows/flow.ts'
import { conversationIdentity, signatureIdentity } from '../../flows/identity.ts'
import { unreachable } from '../../lib/assert.ts'
import { isMeasured } from '../../filter/tree/asks-for.ts'
import type {
  RecordCounts,
  Facet,
  FacetCount,
  FacetRequest,
  Histogram,
  Row,
  Shape,
  TimeRange,
  ViewRequest,
  TableWindow,
} from '../protocol.ts'
import {
  compareTexts,
  flowPart,
  type Group,
  groupBy,
  Ids,
  nameOf,
  newestOf,
  type Record,
  rowOf,
  subjectOf,
  valuesOf,
} from './reference-rows.ts'

export interface ReferenceOptions {
  readonly live: boolean
  readonly chunkRows?: number
}

function newestStart(records: readonly Record[]): number {
  return Math.max(...records.map(({ flow }) => flow.startTime))
}

export class ReferenceStore {
  #records: Record[] = []
  #mark = Number.POSITIVE_INFINITY
  #appended = 0
  readonly #live: boolean
  readonly #chunkRows: number
  readonly #ids = new Ids()
  evicted = 0
  duplicates = 0

  constructor({ live, chunkRows = 65_536 }: ReferenceOptions) {
    this.#live = live
    this.#chunkRows = chunkRows
  }

  append(flow: Flow): void {
    const name = nameOf(flow.key)
    if (
      this.#live &&
      this.#records.some((each) => each.name === name && each.flow.startTime >= flow.startTime)
    ) {
      this.duplicates++
      return
    }
    const sequence = this.#appended++
    this.#records.push({ flow, name, sequence, chunk: Math.floor(sequence / this.#chunkRows) })
  }

  /** Drops chunks, the one with the oldest newest row first, until so many records are gone. */
  evictTo(evicted: number): void {
    while (this.evicted < evicted) {
      const open = Math.floor((this.#appended - 1) / this.#chunkRows)
      const chunks = groupBy(
        this.#records.filter(({ chunk }) => chunk !== open),
        ({ chunk }) => String(chunk),
      )
      const oldest = chunks.reduce((a, b) => (newestStart(b) < newestStart(a) ? b : a))
      const gone = new Set(oldest)
      this.#records = this.#records.filter((record) => !gone.has(record))
      this.evicted += gone.size
    }
  }

  keyCount(): number {
    return new Set(this.#records.map(({ name }) => name)).size
  }

  view(request: ViewRequest, now: number): TableWindow {
    this.#freeze(request)
    const scope = this.#scope(request.time)
    const { shape, sort, offset, limit, selected } = request
    const matching = this.#sorted(this.#rows(shape, scope, request.filter, this.#nowOf(now)), request)
    const shown = sort.descending ? matching.toReversed() : matching
    const unfiltered = (records: readonly Record[]): Group | undefined =>
      this.#rows(shape, records, ALL, now).find(({ id }) => id === selected)
    const index = shown.findIndex(({ id }) => id === selected)
    const found = shown[index] ?? unfiltered(scope)
    const open = found ?? unfiltered(this.#scope(null))
    const span = this.#span(request.time, scope)
    const openSpan = found === undefined ? this.#span(null, this.#scope(null)) : span
    return {
      offset,
      rows: shown.slice(offset, offset + limit).map((group) => rowOf(shape, group, span)),
      total: matching.length,
      held: this.#rows(shape, scope, ALL, now).length,
      waiting: Number.isFinite(this.#mark) ? this.#appended - this.#mark : 0,
      selected: selected === null || open === undefined ? null : { index, row: rowOf(shape, open, openSpan) },
    }
  }

  facets(request: ViewRequest, facets: readonly FacetRequest[], now: number): readonly Facet[] {
    this.#freeze(request)
    return facets.map((facet) => {
      const { field, label, limit } = facet
      const filter = withoutField(request.filter, field, label)
      const asked = label === undefined ? labelKeysAsked(filter, field) : []
      const keyOf = (value: string) => asked.findLast((key) => labelValue(value, key) !== undefined)
      const all = this.#counted(request, facet, filter, now)
      const values = [
        ...all.values.filter(({ value }) => keyOf(value) === undefined),
        ...asked.flatMap((key) => {
          const own = this.#counted(request, facet, withoutField(filter, field, key), now)
          return own.values
            .filter(({ value }) => keyOf(value) === key)
            .map((value) => ({ ...value, of: own.totals }))
        }),
      ].sort((a, b) => b.records - a.records || compareTexts(a.value, b.value))
      return {
        field,
        ...(label === undefined ? {} : { label }),
        values: values.slice(0, limit),
        distinct: values.length,
        ...all.totals,
      }
    })
  }

  /** All values of a facet under a filter, and what they were counted among. */
  #counted(
    request: ViewRequest,
    { field, label, search }: FacetRequest,
    filter: Expression,
    now: number,
  ): { readonly values: readonly FacetCount[]; readonly totals: RecordCounts } {
    const rows = this.#rows(request.shape, this.#scope(request.time), filter, this.#nowOf(now))
    const registered = fieldOf(field)
    const counts = new Map<string, { records: number; denied: number }>()
    const totals = { records: 0, denied: 0 }
    for (const { subject, records } of this.#facetSubjects(request.shape, rows)) {
      const denied = subject.key.action === 'Deny' ? records : 0
      totals.records += records
      totals.denied += denied
      if (registered.type === 'measure' || registered.type === 'age') continue
      for (const value of valuesOf(subject, registered.id, label)) {
        const shown = registered.type === 'text' ? (registered.shown?.(value) ?? value) : value
        if (![value, shown].some((each) => each.toLowerCase().includes(search.toLowerCase()))) continue
        const count = counts.get(value) ?? { records: 0, denied: 0 }
        counts.set(value, { records: count.records + records, denied: count.denied + denied })
      }
    }
    return { values: Array.from(counts, ([value, count]) => ({ value, ...count })), totals }
  }

  histogram(
    request: ViewRequest,
    steps: number,
    measure: MeasureFieldId | 'records',
    now: number,
  ): Histogram | null {
    this.#freeze(request)
    const scope = this.#scope(request.time)
    const span = this.#span(request.time, scope)
    if (span === null) return null
    const step = 15 * Math.max(1, Math.ceil((span.to - span.from) / 15 / Math.max(1, steps - 1)))
    const from = Math.floor(span.from / step) * step
    const count = Math.max(1, Math.ceil((span.to - from) / step))
    const histogram = {
      from,
      step,
      allowed: new Float64Array(count),
      denied: new Float64Array(count),
      other: new Float64Array(count),
      gaps: new Uint8Array(count),
    }
    for (const { records } of this.#rows(request.shape, scope, request.filter, this.#nowOf(now))) {
      for (const { flow } of records) {
        if (flow.startTime < span.from || flow.startTime >= span.to) continue
        const bin = Math.floor((flow.startTime - from) / step)
        const { action } = flow.key
        const bins =
          action === 'Allow' ? histogram.allowed : action === 'Deny' ? histogram.denied : histogram.other
        bins[bin] = (bins[bin] ?? 0) + (measure === 'records' ? 1 : (fieldOf(measure).of(flow) ?? 0))
      }
    }
    for (const bucket of this.#missingBuckets()) {
      for (let bin = 0; bin < count; bin++) {
        const start = from + bin * step
        if (bucket + 15 > start && bucket < start + step) histogram.gaps[bin] = 1
      }
    }
    return histogram
  }

  count(filter: Expression, time: TimeRange | null, now: number): number {
    return this.#rows('intervals', this.#scope(time), filter, this.#nowOf(now)).length
  }

  conversation(id: string): readonly Row[] {
    const all = this.#rows('flows', this.#records, ALL, 0)
    const wanted = all.find((each) => each.id === flowPart(id))
    if (wanted === undefined) return []
    return all
      .filter(({ subject }) => conversationIdentity(subject.key) === conversationIdentity(wanted.subject.key))
      .map((group) => rowOf('flows', group, this.#span(null, this.#records)))
      .sort((a, b) => b.lastSeen - a.lastSeen || compareTexts(a.id, b.id))
  }

  gaps(): number {
    const missing = this.#missingBuckets()
    return missing.filter((bucket) => !missing.includes(bucket - 15)).length
  }

  /** Starts of the buckets, between the first and the last with records, that have none. */
  #missingBuckets(): readonly number[] {
    if (!this.#live) return []
    const starts = this.#records.map(({ flow }) => flow.startTime).filter((start) => start > 0)
    const held = new Set(starts.map((start) => Math.floor(start / 15)))
    const missing: number[] = []
    for (let bucket = Math.min(...held) + 1; bucket < Math.max(...held); bucket++) {
      if (!held.has(bucket)) missing.push(bucket * 15)
    }
    return missing
  }

  #freeze({ frozen }: ViewRequest): void {
    if (!frozen) this.#mark = Number.POSITIVE_INFINITY
    else if (!Number.isFinite(this.#mark)) this.#mark = this.#appended
  }

  #scope(time: TimeRange | null): readonly Record[] {
    return this.#records.filter(
      ({ flow, sequence }) =>
        sequence < this.#mark && (time === null || (flow.startTime >= time.from && flow.startTime < time.to)),
    )
  }

  #nowOf(now: number): number {
    const newest = Math.max(0, ...this.#records.map(({ flow }) => flow.endTime))
    return this.#live || newest === 0 ? now : newest
  }

  #span(time: TimeRange | null, scope: readonly Record[]): TimeRange | null {
    if (time !== null) return time
    const starts = scope.map(({ flow }) => flow.startTime).filter((start) => start !== 0)
    return starts.length === 0 ? null : { from: Math.min(...starts), to: Math.max(...starts) + 15 }
  }

  #rows(shape: Shape, scope: readonly Record[], filter: Expression, now: number): readonly Group[] {
    switch (shape) {
      case 'intervals': {
        const matches = matcher(filter, now)
        const met = new Map<string, number>()
        return scope.flatMap((record) => {
          const first = `${this.#ids.flow(record.flow.key)}-${record.flow.startTime.toString(36)}`
          const times = (met.get(first) ?? 0) + 1
          met.set(first, times)
          const id = times === 1 ? first : `${first}-${times}`
          return matches(record.flow) ? [{ id, records: [record], subject: record.flow, keys: 1 }] : []
        })
      }
      case 'flows': {
        const matches = matcher(filter, now)
        return this.#flows(scope).filter(({ subject }) => matches(subject))
      }
      case 'signatures': {
        const clauses = clausesOf(filter)
        const ofKeys = matcher(withAll(clauses.filter((clause) => !isMeasured(clause))), now)
        const ofSums = matcher(withAll(clauses.filter(isMeasured)), now)
        const flows = this.#flows(scope).filter(({ subject }) => ofKeys(subject))
        return groupBy(flows, ({ subject: { key } }) => signatureIdentity(key))
          .map((group) => {
            const newest = group.reduce((a, b) => (this.#isNewer(b, a) ? b : a))
            const records = group.flatMap((each) => each.records)
            return {
              id: this.#ids.signature(newest.subject.key),
              records,
              subject: subjectOf(records, newest.subject),
              keys: group.length,
            }
          })
          .filter(({ subject }) => ofSums(subject))
      }
      default:
        return unreachable(shape, 'shape')
    }
  }

  #isNewer(a: Group, b: Group): boolean {
    const startA = newestOf(a.records).flow.startTime
    const startB = newestOf(b.records).flow.startTime
    return startA === startB ? a.id > b.id : startA > startB
  }

  #flows(scope: readonly Record[]): readonly Group[] {
    return groupBy(scope, ({ name }) => name).map((records) => {
      const subject = subjectOf(records, newestOf(records).flow)
      return { id: this.#ids.flow(subject.key), records, subject, keys: 1 }
    })
  }

  /** What facets count: the matching rows; of signatures the flows that they stand for. */
  #facetSubjects(shape: Shape, rows: readonly Group[]): readonly { subject: Flow; records: number }[] {
    const groups = shape === 'signatures' ? rows.flatMap(({ records }) => this.#flows(records)) : rows
    return groups.map(({ subject, records }) => ({ subject, records: records.length }))
  }

  #sorted(groups: readonly Group[], { shape, sort }: ViewRequest): readonly Group[] {
    const by = columnOf(sort.column).sort
    const tie = (a: Group, b: Group): number =>
      shape === 'intervals'
        ? (a.records[0]?.sequence ?? 0) - (b.records[0]?.sequence ?? 0)
        : compareTexts(a.id, b.id)
    const number = ({ subject }: Group): number => {
      if (by.by === 'measure') return fieldOf(by.field).of(subject) ?? -1
      return by.by === 'first' ? subject.startTime : subject.endTime
    }
    return groups.toSorted((a, b) =>
      by.by === 'text'
        ? compareTexts(by.of(a.subject), by.of(b.subject)) || tie(a, b)
        : number(a) - number(b) || tie(a, b),
    )
  }
}
