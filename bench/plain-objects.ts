/** Answers the store's queries over an array of plain objects: the baseline of the benchmarks. */
import { labelValue, matcher } from '../src/filter/tree/evaluate.ts'
import type { Expression } from '../src/filter/tree/expression.ts'
import { columnOf } from '../src/flows/column.ts'
import { type FieldId, fieldOf } from '../src/flows/field.ts'
import type { Flow, PolicyHit } from '../src/flows/flow.ts'

function copyHits(hits: readonly PolicyHit[]): readonly PolicyHit[] {
  return hits.map((hit) =>
    Object.assign({}, hit, { trigger: hit.trigger === null ? null : { ...hit.trigger } }),
  )
}

/** A deep copy, as JSON.parse would make, except that strings are shared: a JavaScript engine may intern them too. */
export function copyOf(flow: Flow): Flow {
  const { enforced, pending } = flow.key.policies
  return {
    ...flow,
    key: { ...flow.key, policies: { enforced: copyHits(enforced), pending: copyHits(pending) } },
    sourceLabels: [...flow.sourceLabels],
    destLabels: [...flow.destLabels],
  }
}

export function filterObjects(flows: readonly Flow[], filter: Expression): readonly Flow[] {
  return flows.filter(matcher(filter, 0))
}

/** The first 50 flows of the sorted list, by sorting all of them. */
export function sortObjects(flows: readonly Flow[], column: 'seen' | 'source' | 'bytes'): readonly Flow[] {
  const { sort } = columnOf(column)
  if (sort.by === 'text') {
    const keyed = flows.map((flow) => ({ flow, text: sort.of(flow) }))
    keyed.sort((a, b) => (a.text < b.text ? -1 : Number(a.text > b.text)))
    return keyed.slice(0, 50).map(({ flow }) => flow)
  }
  const number = (flow: Flow): number => (sort.by === 'last' ? flow.endTime : flow.bytesIn + flow.bytesOut)
  return flows.toSorted((a, b) => number(b) - number(a)).slice(0, 50)
}

export function histogramOfObjects(
  flows: readonly Flow[],
  from: number,
  step: number,
  steps: number,
): Float64Array[] {
  const bins = [new Float64Array(steps), new Float64Array(steps), new Float64Array(steps)]
  for (const { key, startTime } of flows) {
    const kind = key.action === 'Allow' ? 0 : key.action === 'Deny' ? 1 : 2
    const bin = Math.floor((startTime - from) / step)
    bins[kind]![bin] = (bins[kind]![bin] ?? 0) + 1
  }
  return bins
}

/** The number of flows for each value of each field, without a filter. */
export function facetsOfObjects(
  flows: readonly Flow[],
  fields: readonly FieldId[],
): readonly Map<string, number>[] {
  return fields.map((id) => {
    const field = fieldOf(id)
    const counts = new Map<string, number>()
    for (const flow of flows) {
      const values =
        field.type === 'text' || field.type === 'number'
          ? field.values(flow)
          : field.type === 'label'
            ? field.labels(flow).flatMap((label) => labelValue(label, 'app') ?? [])
            : []
      for (const value of values) counts.set(String(value), (counts.get(String(value)) ?? 0) + 1)
    }
    return counts
  })
}
