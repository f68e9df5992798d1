/** Measures variants in turns, so that other load of the machine affects all of them alike, and formats the figures. */
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0
}

/** The value that `share` of the values do not exceed: 0.95 for the 95th percentile (nearest rank). */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN
}

/** Milliseconds that `run` takes. */
export function measure(run: () => void): number {
  const started = performance.now()
  run()
  return performance.now() - started
}

/**
 * The median of each variant in milliseconds, over `rounds` rounds after one for warming up, which gives the compiler
 * what it has in a worker that was open for a while. `before` runs before each turn, outside of the measured time.
 */
export function mediansInTurns<Name extends string>(
  rounds: number,
  variants: Readonly<Record<Name, (round: number) => void>>,
  before: (round: number) => void = () => {},
): Readonly<Record<Name, number>> {
  const names = Object.keys(variants) as Name[] // the keys of the record just given
  const times = new Map<Name, number[]>(names.map((name) => [name, []]))
  for (let round = -1; round < rounds; round++) {
    for (const name of names) {
      before(round)
      const taken = measure(() => variants[name](round))
      if (round >= 0) times.get(name)?.push(taken)
    }
  }
  const medians = names.map((name) => [name, median(times.get(name) ?? [])] as const)
  return Object.fromEntries(medians) as Record<Name, number> // one for each name
}

/** Bytes of the heap and of array buffers, after a garbage collection. */
export function usedBytes(): number {
  setFlagsFromString('--expose-gc')
  const collect: unknown = runInNewContext('gc')
  if (typeof collect === 'function') collect()
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}

/** A Markdown table. */
export function formatTable(columns: readonly string[], rows: readonly (readonly string[])[]): string {
  return [columns, columns.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n')
}

export const formatMs = (value: number): string =>
  value < 10 ? value.toFixed(1) : Math.round(value).toString()
export const formatWhole = (value: number): string => Math.round(value).toLocaleString('en-US')
