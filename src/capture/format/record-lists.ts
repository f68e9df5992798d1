/** Names of the members whose arrays hold records, so that a list is read record by record. */
import { isObject, type Json } from './json-fields.ts'

/**
 * Members of the outermost object: Whisker's list, Goldmane's list, an Elasticsearch answer, the three levels of an
 * OpenTelemetry log export, Loki's streams and the entries of one stream.
 */
export const LISTS = [
  'items',
  'flows',
  'hits',
  'resourceLogs',
  'scopeLogs',
  'logRecords',
  'streams',
  'values',
] as const

/** Members of an object in the outermost one: Loki's answer, a browser recording. */
export const NESTED_LISTS = [
  ['data', 'result'],
  ['log', 'entries'],
] as const

/** Whether a list of {@link NESTED_LISTS} may be in the object under this name. */
export function mayHoldList(name: string): boolean {
  return NESTED_LISTS.some(([outer]) => outer === name)
}

/**
 * Whether the array, or for Elasticsearch the object, that follows this member name holds records. `opener` is the
 * first character of the value. A member of an inner object has the outer name and a full stop before its own.
 */
export function isListMember(name: string, opener: string): boolean {
  if (opener === '{') return name === 'hits'
  return (
    LISTS.some((list) => list === name) || NESTED_LISTS.some(([outer, inner]) => name === `${outer}.${inner}`)
  )
}

/** Whether the records are inside this object rather than it being one. */
export function holdsList(record: Json): boolean {
  if (LISTS.some((name) => Array.isArray(record[name])) || isObject(record.hits)) return true
  return NESTED_LISTS.some(([outer, name]) => {
    const inside = record[outer]
    return isObject(inside) && Array.isArray(inside[name])
  })
}
