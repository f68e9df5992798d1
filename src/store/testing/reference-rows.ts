/** The parts of the reference store: its records, the table rows that they are grouped into, and the rows' ids. */
import { fieldOf } from '../../flows/field.ts'
import type { Counters, Flow, FlowKey, LabelledKey } from '../../flows/flow.ts'
import type { KeyFieldId } from '../keys/field-parts.ts'
import { KeyDictionary } from '../keys/key-dictionary.ts'
import type { Measure, Row, RowKind, TimeRange } from '../protocol.ts'
import { GROUP, RollUp, SIGNATURE } from '../keys/roll-up.ts'
import { TraceFacts } from '../keys/trace-facts.ts'
import { valueOfLabel } from './reference-filter.ts'

export interface ReferenceRecord {
  readonly flow: Flow
  /** Equal for records of one key. */
  readonly name: string
  /** How many records were appended before this one. */
  readonly sequence: number
  /** The number of the chunk that the columns would have it in. */
  readonly chunk: number
}

/** A table row with the records that it stands for. A filter and a sort look at `subject`, which has their sums. */
export interface ReferenceRow {
  readonly id: string
  readonly records: readonly ReferenceRecord[]
  readonly subject: Flow
  readonly keys: number
}

export const compareTexts = (a: string, b: string): number => (a < b ? -1 : Number(a > b))
export const nameOf = (key: FlowKey): string => JSON.stringify(key)

/** The id of the flow of a row of flows or intervals. */
export const flowPart = (id: string): string => id.split('-')[0] ?? ''

function add(a: number | null, b: number | null): number | null {
  return a === null || b === null ? (a ?? b) : a + b
}

function sumOf(flows: readonly Counters[]): Counters {
  return flows.reduce((sum, flow) => ({
    packetsIn: add(sum.packetsIn, flow.packetsIn),
    packetsOut: add(sum.packetsOut, flow.packetsOut),
    bytesIn: add(sum.bytesIn, flow.bytesIn),
    bytesOut: add(sum.bytesOut, flow.bytesOut),
    numConnectionsStarted: add(sum.numConnectionsStarted, flow.numConnectionsStarted),
    numConnectionsCompleted: add(sum.numConnectionsCompleted, flow.numConnectionsCompleted),
    numConnectionsLive: add(sum.numConnectionsLive, flow.numConnectionsLive),
  }))
}

export function groupBy<T>(items: readonly T[], name: (item: T) => string): readonly (readonly T[])[] {
  const groups = new Map<string, T[]>()
  for (const item of items) {
    const group = groups.get(name(item))
    if (group === undefined) groups.set(name(item), [item])
    else group.push(item)
  }
  return [...groups.values()]
}

/** The sums of records as one flow, with the key and labels of `labelled`. */
export function subjectOf(records: readonly ReferenceRecord[], labelled: LabelledKey): Flow {
  return {
    ...sumOf(records.map(({ flow }) => flow)),
    key: labelled.key,
    sourceLabels: labelled.sourceLabels,
    destLabels: labelled.destLabels,
    startTime: records.reduce((min, { flow }) => Math.min(min, flow.startTime), Number.POSITIVE_INFINITY),
    endTime: records.reduce((max, { flow }) => Math.max(max, flow.endTime), Number.NEGATIVE_INFINITY),
  }
}

/** The record with the latest start, the last appended one of several. */
export function newestOf(records: readonly ReferenceRecord[]): ReferenceRecord {
  return records.reduce((a, b) => (b.flow.startTime >= a.flow.startTime ? b : a))
}

/** The distinct values of a field, as texts. */
export function valuesOf(subject: LabelledKey, id: KeyFieldId, label?: string): readonly string[] {
  const field = fieldOf(id)
  const values =
    field.type === 'label'
      ? field
          .labels(subject)
          .flatMap((each) => (label === undefined ? each : (valueOfLabel(each, label) ?? [])))
      : field.values(subject).map(String)
  return [...new Set(values)]
}

function trendOf(
  records: readonly ReferenceRecord[],
  { from, to }: TimeRange,
  measure: Measure,
): readonly number[] {
  const steps = Math.max(1, Math.min(20, Math.ceil((to - from) / 15)))
  const trend = Array.from({ length: steps }, () => 0)
  const inSpan = records.filter(({ flow }) => flow.startTime >= from && flow.startTime < to)
  const valueOf = (flow: Flow): number | null => (measure === 'records' ? 1 : fieldOf(measure).of(flow))
  const isMeasured = inSpan.some(({ flow }) => valueOf(flow) !== null)
  for (const { flow } of inSpan) {
    const step = Math.min(steps - 1, Math.floor(((flow.startTime - from) / (to - from)) * steps))
    trend[step] = (trend[step] ?? 0) + (isMeasured ? (valueOf(flow) ?? 0) : 1)
  }
  return trend
}

/**
 * The ids of the store. They are hashes of the key, so that the product's own functions compute them here too; which rows
 * there are is decided without them.
 */
export class Ids {
  readonly #known = new Map<string, string>()

  flow(key: FlowKey): string {
    return this.#of(key, 'flow', (keys, flow) => keys.idOf(flow))
  }

  signature(key: FlowKey): string {
    return this.#of(key, 'signature', (keys, flow) => {
      const signatures = new RollUp(keys, SIGNATURE, new TraceFacts(keys))
      return signatures.idOf(signatures.ofFlows()[flow] ?? 0)
    })
  }

  group(key: FlowKey): string {
    return this.#of(key, 'group', (keys, flow) => {
      const groups = new RollUp(keys, GROUP, new TraceFacts(keys))
      return groups.idOf(groups.ofFlows()[flow] ?? 0)
    })
  }

  #of(key: FlowKey, kind: string, make: (keys: KeyDictionary, flow: number) => string): string {
    const name = kind + nameOf(key)
    const known = this.#known.get(name)
    if (known !== undefined) return known
    const keys = new KeyDictionary()
    const id = make(keys, keys.flowOf[keys.internLabelledKey({ key, sourceLabels: [], destLabels: [] })] ?? 0)
    this.#known.set(name, id)
    return id
  }
}

export function rowOf(
  kind: RowKind,
  { id, subject, records, keys }: ReferenceRow,
  span: TimeRange | null,
  measure: Measure,
  facts: Pick<Row, 'ports' | 'portCount' | 'scan' | 'attention' | 'staged'>,
): Row {
  const { startTime, endTime, ...rest } = subject
  return {
    ...rest,
    id,
    firstSeen: startTime,
    lastSeen: endTime,
    records: records.length,
    keys,
    trend: kind === 'intervals' || span === null ? [] : trendOf(records, span, measure),
    ...facts,
  }
}
