import { FieldError } from '../format/json-fields.ts'

/** A number of 64 bits as one that the readers of JSON take. */
export function plainNumber(value: unknown): unknown {
  return typeof value === 'bigint' ? Number(value) : value
}

/** Throws a FieldError. */
export function parsedJson(value: unknown, field: string): unknown {
  if (typeof value !== 'string') throw new FieldError(field, plainNumber(value), 'JSON')
  try {
    return JSON.parse(value)
  } catch {
    throw new FieldError(field, value, 'JSON')
  }
}
