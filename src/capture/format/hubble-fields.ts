/** Reads fields of Hubble's JSON, whose names and enums are spelled in several ways. */
import type { Unknown } from '../../flows/flow.ts'
import { FieldError, fromDigits, isObject, type Json, textOf } from './json-fields.ts'
import { unixSecondsOf } from './json-time.ts'

/**
 * The value of a member under its proto name or, as some tools write it, in camel case. Three members have capitals in
 * the proto file (`IP`, `Type`, `Summary`), and such tools write them in lower case.
 */
export function memberOf(record: Json, name: string): unknown {
  const value = record[name]
  if (value !== undefined) return value
  const camel = name.toLowerCase().replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())
  return record[camel]
}

/** An object that may be missing, as a field mask can leave out everything. Throws a FieldError for another value. */
export function objectOf(record: Json, name: string): Json {
  const value = memberOf(record, name)
  if (value === undefined || value === null) return {}
  if (!isObject(value)) throw new FieldError(name, value, 'an object')
  return value
}

export function textIn(record: Json, name: string): string {
  return textOf(memberOf(record, name), name)
}

/** A list of objects; empty when it is missing. Throws a FieldError. */
export function objectsOf(record: Json, name: string): readonly Json[] {
  const value = memberOf(record, name)
  if (value === undefined || value === null) return []
  if (!Array.isArray(value)) throw new FieldError(name, value, 'a list')
  return value.map((item: unknown, i) => {
    if (isObject(item)) return item
    throw new FieldError(`${name}[${i}]`, item, 'an object')
  })
}

/** An enum's name from its name or its number; the name of 0 when it is missing, `Unknown(…)` outside the enum. */
export function wordOf<const Words extends Readonly<Record<number, string>>>(
  words: Words,
  value: unknown,
  field: string,
): Words[keyof Words] | Unknown {
  const names: readonly string[] = Object.values(words)
  const isName = (text: string): text is Extract<Words[keyof Words], string> => names.includes(text)
  const found = fromDigits(value ?? 0)
  if (typeof found === 'number' && Number.isSafeInteger(found)) {
    const name = words[found]
    return name !== undefined && isName(name) ? name : `Unknown(${found})`
  }
  if (typeof found !== 'string') throw new FieldError(field, value, 'a name or a number')
  return isName(found) ? found : `Unknown(${found})`
}

/** A boolean that protojson writes bare, and Go's own JSON as the object of its wrapper type. */
export function isTrue(value: unknown): boolean {
  return value === true || (isObject(value) && value.value === true)
}

/** Unix seconds of a protobuf timestamp: RFC 3339 in protojson, an object of seconds and nanoseconds in Go's own JSON. */
export function timestampOf(value: unknown, field: string): number {
  return unixSecondsOf(isObject(value) ? fromDigits(value.seconds) : value, field)
}
