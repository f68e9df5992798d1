/** Counts the records of each value of a field, with the denied ones among them. */
import { labelValue } from '../../filter/tree/evaluate.ts'
import type { FieldId, LabelFieldId, NumberFieldId, TextFieldId } from '../../flows/field.ts'
import { fieldOf } from '../../flows/field.ts'
import { compareTexts } from '../keys/text-ranks.ts'
import { type KeyFieldId, PARTS_OF_FIELD } from '../keys/field-parts.ts'
import { type KeyDictionary, partIndex } from '../keys/key-dictionary.ts'
import type { EntryCounts } from './matching-rows.ts'
import type { Facet, FacetRequest, RecordCounts } from '../protocol.ts'
import type { ValueIndex, ValueIndexCache } from '../keys/value-index.ts'

const ACTION = partIndex('action')

/** Whether a field's values can be counted; counters and age have no list of values. */
function isCountable(id: FieldId): id is TextFieldId | NumberFieldId | LabelFieldId {
  const { type } = fieldOf(id)
  return type !== 'measure' && type !== 'age'
}

/** Record counts by value id. */
interface CountsByValue {
  readonly records: Float64Array
  readonly denied: Float64Array
}

function zeroCounts(size: number): CountsByValue {
  return { records: new Float64Array(size), denied: new Float64Array(size) }
}

/** A field to count, and the dictionaries of its values. */
interface CountedField {
  readonly field: KeyFieldId
  readonly index: ValueIndex
  readonly indexes: ValueIndexCache
  /** By flow: the code of its action; and the code of Deny. */
  readonly actions: Uint32Array
  readonly deny: number
}

/** The records that match when the clauses on one label key are left out of the filter. */
interface LabelKeyCounts {
  readonly labelKey: string
  readonly counts: EntryCounts
}

/**
 * The most frequent values of a field among the records in `counts`. Where the values are whole labels (`k=v`), those of
 * the keys in `byLabelKey` are counted among the records given there.
 */
export function facetOf(
  request: FacetRequest,
  counts: EntryCounts,
  byLabelKey: readonly LabelKeyCounts[],
  keys: KeyDictionary,
  indexes: ValueIndexCache,
): Facet {
  const { field, label } = request
  const named = label === undefined ? { field } : { field, label }
  const actions = keys.codes[ACTION]!
  const deny = keys.enums.internText('Deny')
  const totals = totalsOf(counts, actions, deny)
  if (!isCountable(field)) return { ...named, values: [], distinct: 0, ...totals }
  const index = indexes.of(field, label)
  const counted: CountedField = { field, index, indexes, actions, deny }
  const byValue = countValues(counted, counts)
  const totalsByValue = new Map<number, RecordCounts>()
  for (const { labelKey, counts: ofKey } of byLabelKey) {
    const own = countValues(counted, ofKey)
    const ownTotals = totalsOf(ofKey, actions, deny)
    for (let id = 0; id < index.size; id++) {
      if (labelValue(String(index.value(id)), labelKey) === undefined) continue
      byValue.records[id] = own.records[id]!
      byValue.denied[id] = own.denied[id]!
      totalsByValue.set(id, ownTotals)
    }
  }
  return { ...named, ...topValues(request, counted, byValue, totalsByValue), ...totals }
}

/** All records that were counted: not the sum over the values, because a record may have no value, or several. */
function totalsOf({ count, flows, records }: EntryCounts, actions: Uint32Array, deny: number): RecordCounts {
  let total = 0
  let denied = 0
  for (let i = 0; i < count; i++) {
    total += records[i]!
    if (actions[flows === null ? i : flows[i]!] === deny) denied += records[i]!
  }
  return { records: total, denied }
}

function countValues(counted: CountedField, counts: EntryCounts): CountsByValue {
  return PARTS_OF_FIELD[counted.field].length === 1
    ? countOnePart(counted, counts)
    : countSeveralParts(counted, counts)
}

/** Counts a field that is one part of the key: by the part's code first, then once for each value of a code. */
function countOnePart(
  { field, index, indexes, actions, deny }: CountedField,
  { count, flows, entries, records }: EntryCounts,
): CountsByValue {
  const [part] = PARTS_OF_FIELD[field]
  const byCode = zeroCounts(index.codes)
  const { codes, by } = indexes.codesOf(part ?? 'action')
  const ids = by === 'flow' ? flows : entries
  for (let i = 0; i < count; i++) {
    const more = records[i]!
    if (more === 0) continue
    const code = codes[ids === null ? i : ids[i]!]!
    byCode.records[code]! += more
    if (actions[flows === null ? i : flows[i]!] === deny) byCode.denied[code]! += more
  }
  const byValue = zeroCounts(index.size)
  for (let code = 0; code < byCode.records.length; code++) {
    if (byCode.records[code] === 0) continue
    index.forEachValue(code, (id) => {
      byValue.records[id]! += byCode.records[code]!
      byValue.denied[id]! += byCode.denied[code]!
    })
  }
  return byValue
}

/** Counts a field of either end. A record counts once for a value that both its ends have. */
function countSeveralParts(
  { field, index, indexes, actions, deny }: CountedField,
  { count, flows, entries, records }: EntryCounts,
): CountsByValue {
  const parts = PARTS_OF_FIELD[field].map((part) => {
    const { codes, by } = indexes.codesOf(part)
    return { codes, ids: by === 'flow' ? flows : entries }
  })
  const byValue = zeroCounts(index.size)
  /** By value: one more than the number of the last flow or entry that was counted for it. */
  const lastCounted = new Uint32Array(index.size)
  for (let i = 0; i < count; i++) {
    const more = records[i]!
    if (more === 0) continue
    const isDenied = actions[flows === null ? i : flows[i]!] === deny
    for (const { codes, ids } of parts) {
      index.forEachValue(codes[ids === null ? i : ids[i]!]!, (id) => {
        if (lastCounted[id] === i + 1) return
        lastCounted[id] = i + 1
        byValue.records[id]! += more
        if (isDenied) byValue.denied[id]! += more
      })
    }
  }
  return byValue
}

/** The most frequent values that contain the searched text: top-k by insertion, as `limit` is about ten. */
function topValues(
  { search, limit }: FacetRequest,
  { field, index }: CountedField,
  { records, denied }: CountsByValue,
  totalsByValue: ReadonlyMap<number, RecordCounts>,
): Pick<Facet, 'values' | 'distinct'> {
  const registered = fieldOf(field)
  const shown = registered.type === 'text' ? registered.shown : undefined
  const wanted = search.toLowerCase()
  const contains = (value: string): boolean =>
    value.toLowerCase().includes(wanted) || (shown?.(value).toLowerCase().includes(wanted) ?? false)
  const compare = (a: number, b: number): number =>
    records[b]! - records[a]! || compareTexts(String(index.value(a)), String(index.value(b)))
  let distinct = 0
  const top: number[] = []
  for (let id = 0; id < records.length; id++) {
    if (records[id] === 0 || (wanted !== '' && !contains(String(index.value(id))))) continue
    distinct++
    const worst = top.at(-1)
    if (top.length >= limit && (worst === undefined || compare(id, worst) > 0)) continue
    const at = top.findIndex((each) => compare(id, each) < 0)
    top.splice(at < 0 ? top.length : at, 0, id)
    if (top.length > limit) top.pop()
  }
  const values = top.map((id) => {
    const of = totalsByValue.get(id)
    const count = { value: String(index.value(id)), records: records[id]!, denied: denied[id]! }
    return of === undefined ? count : { ...count, of }
  })
  return { values, distinct }
}
