import { labelValue } from '../../filter/tree/evaluate.ts'
import type { FieldId, LabelFieldId, NumberFieldId, TextFieldId } from '../../flows/field.ts'
import { fieldOf } from '../../flows/field.ts'
import { compareTexts } from '../keys/column-rank-cache.ts'
import { type KeyFieldId, PARTS_OF_FIELD } from '../keys/field-parts.ts'
import { type KeyDictionary, partIndex } from '../keys/key-dictionary.ts'
import type { Weighed } from './match.ts'
import type { RecordCounts, Facet, FacetRequest } from '../protocol.ts'
import type { ValueIndex, ValueIndexCache } from '../keys/value-index.ts'

const ACTION = partIndex('action')

/** Whether a field's values can be counted; counters and age have no list of values. */
function isCountable(id: FieldId): id is TextFieldId | NumberFieldId | LabelFieldId {
  const { type } = fieldOf(id)
  return type !== 'measure' && type !== 'age'
}

interface Counts {
  readonly records: Float64Array
  readonly denied: Float64Array
}

function noCounts(size: number): Counts {
  return { records: new Float64Array(size), denied: new Float64Array(size) }
}

/** The labels of one key are counted over something else. */
export interface OfKey {
  readonly key: string
  readonly weighed: Weighed
}

/** Records by value of a field, over what is weighed; of whole labels those of some keys over what is weighed for them. */
export function facetOf(
  request: FacetRequest,
  weighed: Weighed,
  ofKeys: readonly OfKey[],
  keys: KeyDictionary,
  indexes: ValueIndexCache,
): Facet {
  const { field, label } = request
  const named = label === undefined ? { field } : { field, label }
  if (!isCountable(field)) return { ...named, values: [], distinct: 0, ...totalsOf(weighed, keys) }
  const index = indexes.of(field, label)
  const denied = keys.enums.internText('Deny')
  const countOver = (some: Weighed): Counts =>
    PARTS_OF_FIELD[field].length === 1
      ? countOne(field, index, some, keys, indexes, denied)
      : countEither(field, index, some, keys, indexes, denied)
  const counts = countOver(weighed)
  const among = new Map<number, RecordCounts>()
  for (const { key, weighed: ofKey } of ofKeys) {
    const own = countOver(ofKey)
    const totals = totalsOf(ofKey, keys)
    for (let id = 0; id < index.size; id++) {
      if (labelValue(String(index.value(id)), key) === undefined) continue
      counts.records[id] = own.records[id]!
      counts.denied[id] = own.denied[id]!
      among.set(id, totals)
    }
  }
  return { ...named, ...mostFrequent(request, field, index, counts, among), ...totalsOf(weighed, keys) }
}

/** All that is counted: a value's share is of these, because a record may have none or several. */
function totalsOf({ count, flows, weights }: Weighed, keys: KeyDictionary): RecordCounts {
  const actions = keys.codes[ACTION]!
  const deny = keys.enums.internText('Deny')
  let records = 0
  let denied = 0
  for (let i = 0; i < count; i++) {
    records += weights[i]!
    if (actions[flows === null ? i : flows[i]!] === deny) denied += weights[i]!
  }
  return { records, denied }
}

/** A field of one part: counted by code, then once for each value of a code. */
function countOne(
  field: KeyFieldId,
  index: ValueIndex,
  { count, flows, entries, weights }: Weighed,
  keys: KeyDictionary,
  indexes: ValueIndexCache,
  deny: number,
): Counts {
  const [source] = PARTS_OF_FIELD[field]
  const byCode = noCounts(index.codes)
  const { codes, by } = indexes.codesOf(source ?? 'action')
  const place = by === 'flow' ? flows : entries
  const actions = keys.codes[ACTION]!
  for (let i = 0; i < count; i++) {
    const weight = weights[i]!
    if (weight === 0) continue
    const code = codes[place === null ? i : place[i]!]!
    byCode.records[code]! += weight
    if (actions[flows === null ? i : flows[i]!] === deny) byCode.denied[code]! += weight
  }
  const counts = noCounts(index.size)
  for (let code = 0; code < byCode.records.length; code++) {
    if (byCode.records[code] === 0) continue
    index.forEachValue(code, (id) => {
      counts.records[id]! += byCode.records[code]!
      counts.denied[id]! += byCode.denied[code]!
    })
  }
  return counts
}

/** A field of either end: a value that both ends have counts once. */
function countEither(
  field: KeyFieldId,
  index: ValueIndex,
  { count, flows, entries, weights }: Weighed,
  keys: KeyDictionary,
  indexes: ValueIndexCache,
  deny: number,
): Counts {
  const sources = PARTS_OF_FIELD[field].map((source) => {
    const { codes, by } = indexes.codesOf(source)
    return { codes, place: by === 'flow' ? flows : entries }
  })
  const counts = noCounts(index.size)
  const countedFor = new Uint32Array(index.size)
  const actions = keys.codes[ACTION]!
  for (let i = 0; i < count; i++) {
    const weight = weights[i]!
    if (weight === 0) continue
    const isDenied = actions[flows === null ? i : flows[i]!] === deny
    for (const { codes, place } of sources) {
      index.forEachValue(codes[place === null ? i : place[i]!]!, (id) => {
        if (countedFor[id] === i + 1) return
        countedFor[id] = i + 1
        counts.records[id]! += weight
        if (isDenied) counts.denied[id]! += weight
      })
    }
  }
  return counts
}

function mostFrequent(
  { search, limit }: FacetRequest,
  field: KeyFieldId,
  index: ValueIndex,
  { records, denied }: Counts,
  among: ReadonlyMap<number, RecordCounts>,
): Pick<Facet, 'values' | 'distinct'> {
  const registered = fieldOf(field)
  const shown = registered.type === 'text' ? registered.shown : undefined
  const wanted = search.toLowerCase()
  const isWanted = (value: string): boolean =>
    value.toLowerCase().includes(wanted) || (shown?.(value).toLowerCase().includes(wanted) ?? false)
  const compare = (a: number, b: number): number =>
    records[b]! - records[a]! || compareTexts(String(index.value(a)), String(index.value(b)))
  let distinct = 0
  const top: number[] = []
  for (let id = 0; id < records.length; id++) {
    if (records[id] === 0 || (wanted !== '' && !isWanted(String(index.value(id))))) continue
    distinct++
    const worst = top.at(-1)
    if (top.length >= limit && (worst === undefined || compare(id, worst) > 0)) continue
    const at = top.findIndex((each) => compare(id, each) < 0)
    top.splice(at < 0 ? top.length : at, 0, id)
    if (top.length > limit) top.pop()
  }
  const values = top.map((id) => {
    const of = among.get(id)
    const count = { value: String(index.value(id)), records: records[id]!, denied: denied[id]! }
    return of === undefined ? count : { ...count, of }
  })
  return { values, distinct }
}
