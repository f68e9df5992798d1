/** Readers of the fields of a JSON record. Each checks its value, and throws a FieldError that names the field. */
import { fromName, fromWire, type Unknown } from '../../flows/flow.ts'

/** Why a flow without either name is refused. */
export const NAMES_NO_ENDS = 'it names neither a source nor a destination'

/** A JSON object whose members were not checked yet. */
export type Json = Readonly<Record<string, unknown>>

/** Thrown for a value that a field cannot have. The reader of the capture turns it into a refusal. */
export class FieldError extends Error {
  override readonly name = 'FieldError'
  /** The field's name as the file spells it. */
  readonly field: string
  readonly value: unknown
  readonly wanted: string

  constructor(field: string, value: unknown, wanted: string) {
    super(`${field} is ${shown(value)}, not ${wanted}`)
    this.field = field
    this.value = value
    this.wanted = wanted
  }

  /** The same error with the outer field in front. The path is built only here, so that valid records cost nothing. */
  inside(field: string): FieldError {
    return new FieldError(`${field}.${this.field}`, this.value, this.wanted)
  }
}

function shown(value: unknown): string {
  const text = typeof value === 'bigint' ? String(value) : (JSON.stringify(value) ?? 'missing')
  return text.length > 40 ? `${text.slice(0, 39)}…` : text
}

export function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** A text; empty when it is missing, as protojson omits empty texts. */
export function textOf(value: unknown, field: string): string {
  if (typeof value === 'string') return value
  if (value === undefined || value === null) return ''
  throw new FieldError(field, value, 'a text')
}

/** An array of texts; empty when it is missing. */
export function textsOf(value: unknown, field: string): readonly string[] {
  if (value === undefined || value === null) return []
  if (!Array.isArray(value)) throw new FieldError(field, value, 'a list of texts')
  return value.map((item, i) => (typeof item === 'string' ? item : textOf(item, `${field}[${i}]`)))
}

/** protojson and some log shippers write numbers as digits in quotes: those become numbers, the rest stays as it is. */
export function fromDigits(value: unknown): unknown {
  return typeof value === 'string' && /^-?\d{1,19}$/.test(value) ? Number(value) : value
}

function wholeNumber(given: unknown, field: string, min: number, max: number, wanted: string): number {
  if (given === undefined || given === null) return 0
  const value = fromDigits(given)
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= min && value <= max) {
    return value === 0 ? 0 : value // −0, which JSON can hold, would be unequal to 0 in a map of keys
  }
  throw new FieldError(field, value, wanted)
}

/** A counter; 0 when it is missing, as protojson omits zeros. */
export function countOf(value: unknown, field: string): number {
  return wholeNumber(value, field, 0, Number.MAX_SAFE_INTEGER, 'a whole number from 0 to 2^53')
}

/** A counter of which null says that it was not recorded; 0 when it is missing. */
export function countOrNullOf(value: unknown, field: string): number | null {
  return value === null ? null : countOf(value, field)
}

/** A counter of a format that writes zeros too; null when it is missing, which says that it was not recorded. */
export function recordedCountOf(value: unknown, field: string): number | null {
  return value === undefined ? null : countOrNullOf(value, field)
}

/** A port; 0 when it is missing. */
export function portOf(value: unknown, field: string): number {
  return wholeNumber(value, field, 0, 65_535, 'a port from 0 to 65535')
}

/**
 * A position in a list, 0 when it is missing. A rule's may be −1, the end of a tier, or −2, which Felix writes when it
 * does not know it.
 */
export function positionOf(value: unknown, field: string, min: -2 | 0): number {
  return wholeNumber(value, field, min, Number.MAX_SAFE_INTEGER, `a whole number from ${min}`)
}

/**
 * An enum's name from the name or, as Go's own JSON and newer versions of Calico write it, from the number. A value
 * outside the enum becomes `Unknown(…)`.
 */
export function enumOf<const Names extends readonly string[]>(
  names: Names,
  value: unknown,
  field: string,
): Names[number] | Unknown {
  if (value === undefined || value === null) return fromWire(names, 0)
  const known = fromDigits(value)
  if (typeof known === 'string') return fromName(names, known)
  if (typeof known === 'number' && Number.isSafeInteger(known)) return fromWire(names, known)
  throw new FieldError(field, value, 'a name')
}
