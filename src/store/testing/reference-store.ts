/**
 * The store over plain objects: answers every question in the most obvious way, from a list of records. Property tests
 * hold the columns to it. It shares the vocabulary (fields, columns, identity) with them, and nothing that computes.
 */
import { clausesOf } from '../../filter/tree/clauses.ts'
import { ALL, type Expression } from '../../filter/tree/expression.ts'
import { fieldOf, type MeasureFieldId } from '../../flows/field.ts'
import type { Flow } from '../../flows/flow.ts'
import { conversationIdentity, groupIdentity, signatureIdentity } from '../../flows/identity.ts'
import { ensure, unreachable } from '../../lib/assert.ts'
import type {
  Facet,
  FacetRequest,
  Histogram,
  Row,
  RowKind,
  SelectedRow,
  TimeRange,
  ViewRequest,
  TableWindow,
} from '../protocol.ts'
import { compareTexts, flowPart, groupBy, Ids, nameOf, newestOf, rowOf, subjectOf } from './reference-rows.ts'
import type { ReferenceRecord, ReferenceRow } from './reference-rows.ts'
import { factsOf, type ReferenceFacts } from './reference-facts.ts'
import { greatestSumOf, sortedRows } from './reference-order.ts'
import { facetOf, type FacetSubject } from './reference-facets.ts'
import { isAboutSums, isMatch } from './reference-filter.ts'

interface ReferenceOptions {
  readonly live: boolean
  readonly chunkRows?: number
  /** The play head: records from it on are never there, and ages count from it. */
  readonly until?: number
}

function newestStart(records: readonly ReferenceRecord[]): number {
  return Math.max(...records.map(({ flow }) => flow.startTime))
}

const STEPS = [15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 28_800, 86_400]

export class ReferenceStore {
  #records: ReferenceRecord[] = []
  #endSequence = Number.POSITIVE_INFINITY
  #appended = 0
  readonly #live: boolean
  readonly #chunkRows: number
  readonly #until: number
  readonly #ids = new Ids()
  #evictedThrough = 0
  evicted = 0
  duplicates = 0

  constructor({ live, chunkRows = 65_536, until = Number.POSITIVE_INFINITY }: ReferenceOptions) {
    this.#live = live
    this.#until = until
    this.#chunkRows = chunkRows
  }

  append(flow: Flow): void {
    const name = nameOf(flow.key)
    const { startTime } = flow
    const ofFlow = this.#records.filter((each) => each.name === name)
    // What may have been evicted counts as held.
    const isHeld = ofFlow.some(
      ({ flow: { startTime: held } }) =>
        held === startTime || (held > startTime && startTime <= this.#evictedThrough),
    )
    if (this.#live && isHeld) return void this.duplicates++
    if (startTime >= this.#until) return
    const sequence = this.#appended++
    this.#records.push({ flow, name, sequence, chunk: Math.floor(sequence / this.#chunkRows) })
  }

  /** Evicts chunks, always the one whose newest start is the oldest, until `evicted` records are gone. */
  evictTo(evicted: number): void {
    while (this.evicted < evicted) {
      const open = Math.floor((this.#appended - 1) / this.#chunkRows)
      const chunks = groupBy(
        this.#records.filter(({ chunk }) => chunk !== open),
        ({ chunk }) => String(chunk),
      )
      const oldest = chunks.reduce((a, b) => (newestStart(b) < newestStart(a) ? b : a))
      const gone = new Set(oldest)
      this.#evictedThrough = Math.max(this.#evictedThrough, newestStart(oldest))
      this.#records = this.#records.filter((record) => !gone.has(record))
      this.evicted += gone.size
    }
  }

  keyCount(): number {
    return new Set(this.#records.map(({ name }) => name)).size
  }

  /** Whether the record that an interval's id names is held, at whatever time. */
  holdsInterval(id: string): boolean {
    return this.#rows('intervals', this.#records, ALL, 0).some((row) => row.id === id)
  }

  /** The rows in an order that is set anew. */
  view(request: ViewRequest, now: number): TableWindow {
    this.#freeze(request)
    const range = this.#inRange(request.time)
    const { shape, offset, limit, selected } = request
    const at = this.#nowOf(now)
    const shown = sortedRows(
      this.#rows(shape, range, request.filter, at),
      request,
      this.#factsOf(range, request, at),
    )
    const span = this.#span(request.time, range)
    const waiting = this.#rows(shape, this.#inRange(request.time, true), request.filter, at).filter(
      ({ id }) => !shown.some((row) => row.id === id),
    )
    return {
      offset,
      rows: this.#rowsOf(shown.slice(offset, offset + limit), range, request, at, span),
      total: shown.length,
      greatestSum: greatestSumOf(shape, shown, request.trendMeasure),
      held: this.#rows(shape, range, ALL, at).length,
      waiting: shown.length === 0 && !Number.isFinite(this.#endSequence) ? 0 : waiting.length,
      arrived: Number.isFinite(this.#endSequence) ? this.#appended - this.#endSequence : 0,
      appended: Number.isFinite(this.#endSequence) ? this.#endSequence : this.#appended,
      selected: selected === null ? null : this.#selected(selected, request, shown, at),
    }
  }

  #selected(
    id: string,
    request: ViewRequest,
    shown: readonly ReferenceRow[],
    now: number,
  ): SelectedRow | null {
    const { time, filter } = request
    const levels = [
      { time, filter },
      { time, filter: ALL },
      { time: null, filter: ALL },
    ]
    for (const level of levels) {
      const range = this.#inRange(level.time)
      const span = this.#span(level.time, range)
      const rows = (kind: RowKind): readonly ReferenceRow[] => this.#rows(kind, range, level.filter, now)
      const made = (kind: RowKind, row: ReferenceRow | undefined): Row | null => {
        const like = { ...request, shape: kind, filter: level.filter }
        return row === undefined ? null : (this.#rowsOf([row], range, like, now, span)[0] ?? null)
      }
      const interval = rows('intervals').find((row) => row.id === id)
      const flow = this.#flows(this.#records).find((row) => row.id === id)
      const group = rows('groups').find(
        (row) =>
          row.id === id ||
          [interval, flow, this.#signatureOf(id)].some(
            (each) =>
              each !== undefined && groupIdentity(each.subject.key) === groupIdentity(row.subject.key),
          ),
      )
      const groupRow = made('groups', group)
      const signatureId =
        group?.id === id
          ? groupRow?.ports[0]?.id
          : flow === undefined
            ? id
            : this.#ids.signature(flow.subject.key)
      const row = interval ?? rows('signatures').find((each) => each.id === signatureId)
      if (row === undefined) continue
      const signature = this.#ids.signature(row.subject.key)
      const wanted = { groups: group?.id, signatures: signature, intervals: interval?.id, keys: undefined }
      const index = shown.findIndex((each) => each.id === wanted[request.shape])
      return {
        index,
        row: ensure(made(interval === undefined ? 'signatures' : 'intervals', row), 'a row'),
        group: groupRow,
      }
    }
    return null
  }

  #signatureOf(id: string): ReferenceRow | undefined {
    return this.#flows(this.#records).find(({ subject }) => this.#ids.signature(subject.key) === id)
  }

  #rowsOf(
    rows: readonly ReferenceRow[],
    range: readonly ReferenceRecord[],
    request: ViewRequest,
    now: number,
    span: TimeRange | null,
  ): readonly Row[] {
    const facts = this.#factsOf(range, request, now)
    return rows.map((row) => rowOf(request.shape, row, span, request.trendMeasure, factsOf(row, facts)))
  }

  #factsOf(
    range: readonly ReferenceRecord[],
    { shape, filter, newSince }: Pick<ViewRequest, 'shape' | 'filter' | 'newSince'>,
    now: number,
  ): ReferenceFacts {
    const flows =
      shape === 'groups' || shape === 'signatures'
        ? this.#rows(shape, range, filter, now).flatMap(({ records }) => this.#flows(records))
        : []
    return {
      kind: shape,
      flows,
      held: this.#records,
      newSince,
      isNewer: (a, b) => this.#isNewer(a, b),
      signatureId: (key) => this.#ids.signature(key),
    }
  }

  facets(request: ViewRequest, facets: readonly FacetRequest[], now: number): readonly Facet[] {
    this.#freeze(request)
    const range = this.#inRange(request.time)
    const subjects = (filter: Expression): readonly FacetSubject[] =>
      this.#facetSubjects(request.shape, this.#rows(request.shape, range, filter, this.#nowOf(now)))
    return facets.map((facet) => facetOf(facet, request.filter, subjects))
  }

  histogram(
    request: ViewRequest,
    steps: number,
    measure: MeasureFieldId | 'records',
    now: number,
  ): Histogram | null {
    this.#freeze(request)
    const range = this.#inRange(request.time)
    const span = this.#span(request.time, range)
    if (span === null) return null
    const least = (span.to - span.from) / Math.max(1, steps - 1)
    const step = STEPS.find((each) => each >= least) ?? Math.ceil(least / 86_400) * 86_400
    const from = Math.floor(span.from / step) * step
    const count = Math.max(1, Math.ceil((span.to - from) / step))
    const histogram = {
      from,
      step,
      measure,
      allowed: new Float64Array(count),
      denied: new Float64Array(count),
      other: new Float64Array(count),
      gaps: new Uint8Array(count),
    }
    for (const { records } of this.#rows(request.shape, range, request.filter, this.#nowOf(now))) {
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

  /** Of all that is held, also after a frozen view was asked for: it is a question beside the table. */
  count(filter: Expression, time: TimeRange | null, now: number): number {
    return this.#rows('intervals', this.#inRange(time, true), filter, this.#nowOf(now)).length
  }

  conversation(id: string): readonly Row[] {
    const all = this.#rows('keys', this.#records, ALL, 0)
    const wanted = all.find(
      (each) => each.id === flowPart(id) || this.#ids.signature(each.subject.key) === id,
    )
    if (wanted === undefined) return []
    return all
      .filter(({ subject }) => conversationIdentity(subject.key) === conversationIdentity(wanted.subject.key))
      .map((row) => {
        const span = this.#span(null, this.#records)
        return rowOf('keys', row, span, 'records', factsOf(row, this.#factsOf([], KEYS, 0)))
      })
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
    this.#endSequence = frozen === null ? Number.POSITIVE_INFINITY : frozen.appended
  }

  #inRange(time: TimeRange | null, frozenToo = false): readonly ReferenceRecord[] {
    return this.#records.filter(
      ({ flow, sequence }) =>
        (frozenToo || sequence < this.#endSequence) &&
        (time === null || (flow.startTime >= time.from && flow.startTime < time.to)),
    )
  }

  #nowOf(now: number): number {
    if (Number.isFinite(this.#until)) return this.#until
    const newest = Math.max(0, ...this.#records.map(({ flow }) => flow.endTime))
    return this.#live || newest === 0 ? now : newest
  }

  #span(time: TimeRange | null, range: readonly ReferenceRecord[]): TimeRange | null {
    if (time !== null) return time
    const starts = range.map(({ flow }) => flow.startTime).filter((start) => start !== 0)
    return starts.length === 0 ? null : { from: Math.min(...starts), to: Math.max(...starts) + 15 }
  }

  #rows(
    shape: RowKind,
    range: readonly ReferenceRecord[],
    filter: Expression,
    now: number,
  ): readonly ReferenceRow[] {
    switch (shape) {
      case 'intervals': {
        const matches = (flow: Flow): boolean => isMatch(filter, flow, now)
        const occurrences = new Map<string, number>()
        return range.flatMap((record) => {
          const first = `${this.#ids.flow(record.flow.key)}-${record.flow.startTime.toString(36)}`
          const times = (occurrences.get(first) ?? 0) + 1
          occurrences.set(first, times)
          const id = times === 1 ? first : `${first}-${times}`
          return matches(record.flow) ? [{ id, records: [record], subject: record.flow, keys: 1 }] : []
        })
      }
      case 'keys': {
        const matches = (flow: Flow): boolean => isMatch(filter, flow, now)
        return this.#flows(range).filter(({ subject }) => matches(subject))
      }
      case 'groups':
      case 'signatures': {
        const clauses = clausesOf(filter)
        const where = clauses.filter((clause) => !isAboutSums(clause))
        const having = clauses.filter(isAboutSums)
        const passes = (terms: readonly Expression[], flow: Flow): boolean =>
          terms.every((term) => isMatch(term, flow, now))
        const flows = this.#flows(range).filter(({ subject }) => passes(where, subject))
        return groupBy(flows, ({ subject: { key } }) =>
          (shape === 'groups' ? groupIdentity : signatureIdentity)(key),
        )
          .map((group) => {
            const newest = group.reduce((a, b) => (this.#isNewer(b, a) ? b : a))
            const records = group.flatMap((each) => each.records)
            return {
              id:
                shape === 'groups'
                  ? this.#ids.group(newest.subject.key)
                  : this.#ids.signature(newest.subject.key),
              records,
              subject: subjectOf(records, newest.subject),
              keys: group.length,
            }
          })
          .filter(({ subject }) => passes(having, subject))
      }
      default:
        return unreachable(shape, 'shape')
    }
  }

  #isNewer(a: ReferenceRow, b: ReferenceRow): boolean {
    const startA = newestOf(a.records).flow.startTime
    const startB = newestOf(b.records).flow.startTime
    return startA === startB ? a.id > b.id : startA > startB
  }

  #flows(range: readonly ReferenceRecord[]): readonly ReferenceRow[] {
    return groupBy(range, ({ name }) => name).map((records) => {
      const subject = subjectOf(records, newestOf(records).flow)
      return { id: this.#ids.flow(subject.key), records, subject, keys: 1 }
    })
  }

  /** What facets count: the matching rows; for signatures the flows that they stand for. */
  #facetSubjects(shape: RowKind, rows: readonly ReferenceRow[]): readonly FacetSubject[] {
    const counted =
      shape === 'signatures' || shape === 'groups'
        ? rows.flatMap(({ records }) => this.#flows(records))
        : rows
    return counted.map(({ subject, records }) => ({ subject, records: records.length }))
  }
}

const KEYS = { shape: 'keys', filter: ALL, newSince: null } as const
