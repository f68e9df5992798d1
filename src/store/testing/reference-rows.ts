/** What the plain-object store is made of: records, the rows that they group into, and their ids. */
import { labelValue } from '../../filter/tree/evaluate.ts'
import { fieldOf } from '../../flows/field.ts'
import type { Counters, Flow, FlowKey, LabelledKey } from '../../flows/flow.ts'
import type { KeyFieldId } from '../keys/field-parts.ts'
import { KeyDictionary } from '../keys/key-dictionary.ts'
import type { Row, Shape, TimeRange } from '../protocol.ts'
import { Signatures } from '../keys/signatures.ts'

export interface Record {
  readonly flow: Flow
  readonly name: string
  readonly sequence: number
  readonly chunk: number
}

/** A table row with the records that it stands for, and how it looks to a filter. */
export interface Group {
  readonly id: string
  readonly records: readonly Record[]
  readonly subject: Flow
  readonly keys: number
}

export const compareTexts = (a: string, b: string): number => (a < b ? -1 : Number(a > b))
export const nameOf = (key: FlowKey): string => JSON.stringify(key)

/** The flow's id in an interval's. */
export const flowPart = (id: string): string => id.split('-')[0] ?? ''

function add(a: number | null, b: number | null): number | null {
  return a === null || b === null ? (a ?? b) : a + b
}

export function sumOf(flows: readonly Counters[]): Counters {
  return flows.reduce((sum, flow) => ({
    packetsIn: sum.packetsIn + flow.packetsIn,
    packetsOut: sum.packetsOut + flow.packetsOut,
    bytesIn: sum.bytesIn + flow.bytesIn,
    bytesOut: sum.bytesOut + flow.bytesOut,
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

export function subjectOf(records: readonly Record[], labelled: LabelledKey): Flow {
  return {
    ...sumOf(records.map(({ flow }) => flow)),
    key: labelled.key,
    sourceLabels: labelled.sourceLabels,
    destLabels: labelled.destLabels,
    startTime: records.reduce((min, { flow }) => Math.min(min, flow.startTime), Number.POSITIVE_INFINITY),
    endTime: records.reduce((max, { flow }) => Math.max(max, flow.endTime), Number.NEGATIVE_INFINITY),
  }
}

export function newestOf(records: readonly Record[]): Record {
  return records.reduce((a, b) => (b.flow.startTime >= a.flow.startTime ? b : a))
}

export function valuesOf(subject: LabelledKey, id: KeyFieldId, label?: string): readonly string[] {
  const field = fieldOf(id)
  const values =
    field.type === 'label'
      ? field
          .labels(subject)
          .flatMap((each) => (label === undefined ? each : (labelValue(each, label) ?? [])))
      : field.values(subject).map(String)
  return [...new Set(values)]
}

function trendOf(records: readonly Record[], { from, to }: TimeRange): readonly number[] {
  const steps = Math.max(1, Math.min(24, Math.ceil((to - from) / 15)))
  const trend = Array.from({ length: steps }, () => 0)
  for (const { flow } of records) {
    if (flow.startTime < from || flow.startTime >= to) continue
    const step = Math.min(steps - 1, Math.floor(((flow.startTime - from) / (to - from)) * steps))
    trend[step] = (trend[step] ?? 0) + 1
  }
  return trend
}

/** The same ids as the store's, from a key alone. */
export class Ids {
  readonly #known = new Map<string, string>()

  flow(key: FlowKey): string {
    return this.#of(key, 'flow', (keys, flow) => keys.idOf(flow))
  }

  signature(key: FlowKey): string {
    return this.#of(key, 'signature', (keys, flow) => {
      const signatures = new Signatures(keys)
      return signatures.idOf(signatures.ofFlows()[flow] ?? 0)
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

export function rowOf(shape: Shape, { id, subject, records, keys }: Group, span: TimeRange | null): Row {
  const { startTime, endTime, ...rest } = subject
  return {
    ...rest,
    id,
    firstSeen: startTime,
    lastSeen: endTime,
    records: records.length,
    keys,
    trend: shape === 'intervals' || span === null ? [] : trendOf(records, span),
  }
}
