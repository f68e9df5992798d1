/**
 * Numbers with units, parsed and printed. k, M, G and KB, MB, GB are powers of 1000, as on a network; Ki, Mi, Gi and KiB, MiB,
 * GiB powers of 1024, as in Kubernetes. Letter case does not matter. A duration without a unit is in seconds.
 */
import { unreachable } from '../../lib/assert.ts'
import type { Field } from '../../flows/field.ts'

export type QuantityKind = 'port' | 'rule' | 'count' | 'bytes' | 'seconds'

const COUNTS: readonly (readonly [unit: string, factor: number])[] = [
  ['G', 1e9],
  ['M', 1e6],
  ['k', 1e3],
]
const BYTES: readonly (readonly [unit: string, factor: number])[] = [
  ['GB', 1e9],
  ['MB', 1e6],
  ['KB', 1e3],
]
const BINARY: readonly (readonly [unit: string, factor: number])[] = [
  ['GiB', 2 ** 30],
  ['MiB', 2 ** 20],
  ['KiB', 2 ** 10],
  ['Gi', 2 ** 30],
  ['Mi', 2 ** 20],
  ['Ki', 2 ** 10],
  ['B', 1],
]
const DURATIONS: readonly (readonly [unit: string, factor: number])[] = [
  ['d', 86_400],
  ['h', 3600],
  ['m', 60],
  ['s', 1],
]

const FACTORS: Readonly<Record<'count' | 'bytes' | 'seconds', ReadonlyMap<string, number>>> = {
  count: factors(COUNTS),
  bytes: factors([...COUNTS, ...BYTES, ...BINARY]),
  seconds: factors(DURATIONS),
}

function factors(units: typeof COUNTS): ReadonlyMap<string, number> {
  return new Map(units.map(([unit, factor]) => [unit.toLowerCase(), factor]))
}

/** The kind of number of a field; undefined for texts and labels. */
export function quantityOf(field: Field): QuantityKind | undefined {
  switch (field.type) {
    case 'number':
      return field.id
    case 'measure':
      return field.unit
    case 'age':
      return 'seconds'
    case 'text':
    case 'label':
      return undefined
    default:
      return unreachable(field, 'field')
  }
}

/** The kinds in words, for errors and hints. */
export const EXPECTED: Readonly<Record<QuantityKind, string>> = {
  port: 'a port from 0 to 65535',
  rule: 'the number of a rule, counted from 1',
  count: 'a number such as 500, 10k or 1.5M',
  bytes: 'a size such as 500, 10KB or 1.5MB',
  seconds: 'a time such as 30s, 5m or 1h',
}

const NUMBER = /^[+-]?\d*\.?\d+(?:e[+-]?\d+)?$/i
const WITH_UNIT = /^([+-]?\d*\.?\d+)([a-z]+)$/i
const DURATION = /^(?:\d*\.?\d+[smhd])+$/i
const DURATION_PART = /(\d*\.?\d+)([smhd])/gi

/** The product, rounded when it is within 1e-6 of a whole number: 2.3 × 1000 is 2299.9999999999995 in binary. */
function scaled(digits: string, factor: number): number {
  const exact = Number(digits) * factor
  const whole = Math.round(exact)
  return Math.abs(exact - whole) < 1e-6 ? whole : exact
}

/** The number of a text, always finite; undefined when the text is none of this kind. */
export function parseQuantity(kind: QuantityKind, text: string): number | undefined {
  if (NUMBER.test(text)) {
    const number = Number(text)
    if (!Number.isFinite(number)) return undefined
    if (kind === 'port')
      return Number.isInteger(number) && number >= 0 && number <= 65_535 ? number : undefined
    if (kind === 'rule') return Number.isInteger(number) ? number : undefined
    return number
  }
  if (kind === 'port' || kind === 'rule') return undefined
  const units = FACTORS[kind]
  if (kind === 'seconds') {
    if (!DURATION.test(text)) return undefined
    let sum = 0
    for (const [, digits = '', unit = ''] of text.matchAll(DURATION_PART)) {
      sum += scaled(digits, units.get(unit.toLowerCase()) ?? 1)
    }
    return Number.isFinite(sum) ? sum : undefined
  }
  const [, digits = '', unit = ''] = WITH_UNIT.exec(text) ?? []
  const factor = units.get(unit.toLowerCase())
  return factor === undefined ? undefined : scaled(digits, factor)
}

/** The number with the largest unit that fits with at most one decimal, or without a unit. Parses to the same number. */
export function printQuantity(kind: QuantityKind, number: number): string {
  const plain = String(number)
  if (kind === 'port' || kind === 'rule' || !Number.isSafeInteger(number * 10) || number <= 0) return plain
  if (kind === 'seconds') {
    const [unit = '', factor = 1] = DURATIONS.slice(1).find(([, each]) => number % each === 0) ?? []
    return `${number / factor}${unit}`
  }
  const fitting = (kind === 'bytes' ? BYTES : COUNTS).find(
    ([, factor]) => number >= factor && (number * 10) % factor === 0,
  )
  return fitting === undefined ? plain : `${number / fitting[1]}${fitting[0]}`
}
