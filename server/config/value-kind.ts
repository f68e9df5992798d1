/** Kinds of values that a setting can have: how one reads in YAML, and in the text of a flag or a variable. */
import { z } from 'zod'
import { hostNameOf } from '../lib/host-name.ts'

export interface ValueKind<T> {
  /** Accepts what YAML gives, and turns it into the value. The messages of its issues are as `wants`. */
  readonly schema: z.ZodType<T>
  /** What YAML would have given for this text. The schema judges it. */
  readonly fromText: (text: string) => unknown
  /** Ends a sentence such as "--port wants a number from 0 to 65535". */
  readonly wants: string
  /** Whether the value is a list, so that its flag may be repeated. */
  readonly isList: boolean
  /** Whether the flag stands alone, without a value. */
  readonly isSwitch: boolean
  /** Whether the flag may stand alone, or have a value. */
  readonly hasOptionalValue: boolean
  /** Whether the value has an inner structure, so that the file alone can have it. */
  readonly isStructure: boolean
  /** The value as YAML, for --print-config. */
  toYaml(value: T): unknown
}

function kind<T>(parts: Pick<ValueKind<T>, 'schema' | 'wants'> & Partial<ValueKind<T>>): ValueKind<T> {
  return {
    fromText: (value) => value,
    isList: false,
    isSwitch: false,
    hasOptionalValue: false,
    isStructure: false,
    toYaml: (value) => value,
    ...parts,
  }
}

/** Text of at least one character that `accepts` returns true for. */
export function text(wants: string, accepts: (text: string) => boolean = () => true): ValueKind<string> {
  return kind({
    wants,
    schema: z
      .string({ error: wants })
      .min(1, { error: wants })
      .max(MAX_TEXT_LENGTH, { error: wants })
      .refine((value) => accepts(value), { error: wants }),
  })
}

/** Text that `parse` turns into another; null refuses it. */
export function parsedText(wants: string, parse: (text: string) => string | null): ValueKind<string> {
  return kind({
    wants,
    schema: z
      .string({ error: wants })
      .max(MAX_TEXT_LENGTH, { error: wants })
      .transform((value, context) => {
        const parsed = parse(value)
        if (parsed !== null) return parsed
        context.addIssue({ code: 'custom', message: wants })
        return z.NEVER
      }),
  })
}

/** A long PEM chain, the largest text there is, has 20 KB. */
const MAX_TEXT_LENGTH = 100_000

/** The path of a file, which is not opened here. */
export const file = text('the path of a file')

/** An address and a port, as in 127.0.0.1:9090 or [::1]:9090. */
export const address = text('HOST:PORT', (value) => {
  const port = /:(\d{1,5})$/.exec(value)?.[1]
  return hostNameOf(value) !== null && port !== undefined && Number(port) <= 65_535
})

export function integer(min: number, max: number): ValueKind<number> {
  const wants = `a number from ${min} to ${max}`
  return kind({
    wants,
    schema: z.int({ error: wants }).min(min, { error: wants }).max(max, { error: wants }),
    fromText: (value) => (/^\d{1,15}$/.test(value) ? Number(value) : value),
  })
}

export const toggle: ValueKind<boolean> = kind({
  wants: 'true or false',
  schema: z.boolean({ error: 'true or false' }),
  fromText: booleanOrText,
  isSwitch: true,
})

function booleanOrText(value: string): boolean | string {
  return value === 'true' || value === 'false' ? value === 'true' : value
}

/** A switch that may be set to one of several names as well. */
export function namedSwitch<const T extends string>(names: readonly T[]): ValueKind<boolean | T> {
  const wants = `true, false, ${names.slice(0, -1).join(', ')} or ${names.at(-1)}`
  return kind<boolean | T>({
    wants,
    schema: z.union([z.boolean(), z.enum(names)], { error: wants }),
    fromText: booleanOrText,
    hasOptionalValue: true,
  })
}

export function choice<const T extends string>(...names: readonly [T, T, ...T[]]): ValueKind<T> {
  const wants = `${names.slice(0, -1).join(', ')} or ${names.at(-1)}`
  return kind({ wants, schema: z.enum(names, { error: wants }) })
}

const MAX_LIST_LENGTH = 1000

/** A YAML list; in a variable the items are separated by commas, and a flag is repeated. */
export function list<T>(item: ValueKind<T>): ValueKind<readonly T[]> {
  return kind<readonly T[]>({
    wants: item.wants,
    schema: z
      .array(item.schema, { error: `a list, each item ${item.wants}` })
      .max(MAX_LIST_LENGTH, { error: `a list of at most ${MAX_LIST_LENGTH}` }),
    fromText: (value) => value.split(',').map((part) => item.fromText(part.trim())),
    isList: true,
    toYaml: (value) => value.map((each) => item.toYaml(each)),
  })
}

const UNITS: Readonly<Record<string, number>> = { '': 1, KB: 1024, MB: 1024 ** 2, GB: 1024 ** 3 }

/** A size in bytes, written as 256MB or as a plain number; KB, MB and GB are powers of 1024. */
export function bytes(min: number, max: number): ValueKind<number> {
  const wants = `a size from ${printBytes(min)} to ${printBytes(max)}, such as 256MB`
  return kind<number>({
    wants,
    schema: z
      .union([z.number(), z.string()], { error: wants })
      .transform((value) => (typeof value === 'number' ? value : parseBytes(value)))
      .pipe(z.int({ error: wants }).min(min, { error: wants }).max(max, { error: wants })),
    toYaml: printBytes,
  })
}

/** NaN for a text that is no size. */
function parseBytes(value: string): number {
  const [, amount = '', unit = ''] = /^(\d{1,15})\s?([KMG]B)?$/i.exec(value) ?? []
  return amount === '' ? Number.NaN : Number(amount) * (UNITS[unit.toUpperCase()] ?? Number.NaN)
}

function printBytes(value: number): string {
  for (const unit of ['GB', 'MB', 'KB']) {
    const size = UNITS[unit] ?? 1
    if (value >= size && value % size === 0) return `${value / size}${unit}`
  }
  return String(value)
}

/** A value that only the file can have, because it has an inner structure. */
export function structure<T>(wants: string, schema: z.ZodType<T>): ValueKind<T> {
  return kind({ wants, schema, isStructure: true })
}
