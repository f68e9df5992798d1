/** Measuring: the variants of one question in turns, so that whatever else the machine does hits all of them alike. */
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0
}

/** Milliseconds. */
export function time(run: () => void): number {
  const started = performance.now()
  run()
  return performance.now() - started
}

/**
 * Medians in milliseconds, by variant, after one round that does not count: compiled, as in a worker that has been open
 * for a while. `before` runs before each turn, and its time does not count.
 */
export function inTurns<Name extends string>(
  rounds: number,
  variants: Readonly<Record<Name, (round: number) => void>>,
  before: (round: number) => void = () => {},
): Readonly<Record<Name, number>> {
  const names = Object.keys(variants) as Name[] // the keys of the record just given
  const times = new Map<Name, number[]>(names.map((name) => [name, []]))
  for (let round = -1; round < rounds; round++) {
    for (const name of names) {
      before(round)
      const taken = time(() => variants[name](round))
      if (round >= 0) times.get(name)?.push(taken)
    }
  }
  const medians = names.map((name) => [name, median(times.get(name) ?? [])] as const)
  return Object.fromEntries(medians) as Record<Name, number> // one for each name
}

/** Bytes of the heap and of array buffers, after the garbage is gone. */
export function memory(): number {
  setFlagsFromString('--expose-gc')
  const collect: unknown = runInNewContext('gc')
  if (typeof collect === 'function') collect()
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}

export function table(columns: readonly string[], rows: readonly (readonly string[])[]): string {
  return [columns, columns.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n')
}

export const ms = (value: number): string => (value < 10 ? value.toFixed(1) : Math.round(value).toString())
export const whole = (value: number): string => Math.round(value).toLocaleString('en-US')
