/** The figures of the benchmarks: each registers what it measured with its aims, and the end of a run tells those missed. */
import { formatTable, formatWhole, median } from './timing.ts'

export type Unit = 'ms' | '/s' | 'µs' | 'MiB' | 'kB' | 'B' | '%' | ''

/** What a figure should be. A figure with several aims meets all of them. */
export type Aim =
  | { readonly under: number }
  | { readonly over: number }
  | { readonly atMost: number }
  /** At most so many times the figure's floor, which was measured in the same run. */
  | { readonly timesFloor: number }

/** A row of the table of aims, before it is measured. */
export interface Target {
  readonly what: string
  readonly unit: Unit
  /** None where a figure only explains others. */
  readonly aims: readonly Aim[]
}

/** The least that the same act can take on the same machine. */
export interface Floor {
  readonly what: string
  /** In the unit of the figure. */
  readonly value: number
}

export interface Figure extends Target {
  /** The benchmark that measured it. */
  readonly bench: string
  /** Not a number where it could not be measured, which meets no aim. */
  readonly value: number
  readonly floor: Floor | null
}

/** The figures that one run of one benchmark registers. */
export class Figures {
  readonly #bench: string
  readonly #figures: Figure[] = []

  constructor(bench: string) {
    this.#bench = bench
  }

  /** Returns the cells of a row: what, aim, figure. Throws for a name that is registered already. */
  add(target: Target, value: number, floor: Floor | null = null): readonly string[] {
    const { what, unit, aims } = target
    if (this.#figures.some((figure) => figure.what === what)) throw new Error(`two figures named ${what}`)
    if (floor === null && aims.some((aim) => 'timesFloor' in aim)) throw new Error(`no floor for ${what}`)
    const figure = { bench: this.#bench, what, unit, aims, value, floor }
    this.#figures.push(figure)
    return [what, formatAims(figure), formatFigure(figure)]
  }

  get all(): readonly Figure[] {
    return this.#figures
  }
}

/** A value with its unit; small ones with a digit or two after the point. */
export function formatValue(value: number, unit: Unit): string {
  if (Number.isNaN(value)) return 'not measured'
  const size = Math.abs(value)
  const number = size >= 10 || Number.isInteger(value) ? formatWhole(value) : value.toFixed(size < 1 ? 2 : 1)
  return unit === '' || unit === '/s' || unit === '%' ? `${number}${unit}` : `${number} ${unit}`
}

const formatFigure = ({ value, unit }: Figure): string => formatValue(value, unit)

/** The aims of a target in one cell of a table; empty where there is none. */
export function formatAims({ aims, unit }: Target): string {
  return aims
    .map((aim) => {
      if ('under' in aim) return `< ${formatValue(aim.under, unit)}`
      if ('over' in aim) return `> ${formatValue(aim.over, unit)}`
      if ('atMost' in aim) return aim.atMost === 0 ? '0' : `≤ ${formatValue(aim.atMost, unit)}`
      return `≤ ${Number(aim.timesFloor.toFixed(2))} × floor`
    })
    .join(', ')
}

function meets({ value, floor }: Figure, aim: Aim): boolean {
  // Written so that a figure that is not a number meets nothing.
  if ('under' in aim) return value < aim.under
  if ('over' in aim) return value > aim.over
  if ('atMost' in aim) return value <= aim.atMost
  return value <= aim.timesFloor * (floor?.value ?? Number.NaN)
}

export interface MissedAim {
  readonly figure: Figure
  /** Those of the figure's aims that it misses. */
  readonly aims: readonly Aim[]
}

export function missedAims(figures: readonly Figure[]): readonly MissedAim[] {
  return figures.flatMap((figure) => {
    const aims = figure.aims.filter((aim) => !meets(figure, aim))
    return aims.length === 0 ? [] : [{ figure, aims }]
  })
}

/** What a run says at its end: how many aims there were, and each that was missed with its figure. */
export function formatMissedAims(figures: readonly Figure[]): string {
  const withAims = figures.filter(({ aims }) => aims.length > 0)
  const missed = missedAims(figures)
  if (missed.length === 0) return `All ${withAims.length} figures with an aim meet it.`
  const lines = missed.map(({ figure, aims }) => {
    const { bench, what, unit, floor } = figure
    const beside = floor === null ? '' : `, floor ${formatValue(floor.value, unit)}`
    return `- ${bench}: ${what}: ${formatFigure(figure)} (aim ${formatAims({ ...figure, aims })}${beside})`
  })
  return `${missed.length} of ${withAims.length} figures miss their aim:\n\n${lines.join('\n')}`
}

const idOf = ({ bench, what }: Figure): string => `${bench}: ${what}`

/** The medians of the values and floors that the same figures had in several turns, in the order of the first turn. */
export function mergeTurns(turns: readonly (readonly Figure[])[]): readonly Figure[] {
  const [first = []] = turns
  return first.map((figure) => {
    const same = turns.flatMap((turn) => turn.find((other) => idOf(other) === idOf(figure)) ?? [])
    const floors = same.flatMap(({ floor }) => floor?.value ?? [])
    return {
      ...figure,
      value: medianOfMeasured(same.map(({ value }) => value)),
      floor: figure.floor === null ? null : { ...figure.floor, value: medianOfMeasured(floors) },
    }
  })
}

/** Not a number if one of them is not: a turn that failed is not hidden by the others. */
function medianOfMeasured(values: readonly number[]): number {
  return values.some(Number.isNaN) ? Number.NaN : median(values)
}

/** The table of bench/results.md. `before` has the figures of another build, measured in turns in the same run. */
export function resultsTable(after: readonly Figure[], before: readonly Figure[]): string {
  const earlier = new Map(before.map((figure) => [idOf(figure), figure]))
  const missed = new Set(missedAims(after).map(({ figure }) => figure))
  const rows = after.map((figure) => {
    const old = earlier.get(idOf(figure))
    const { floor } = figure
    return [
      idOf(figure),
      formatAims(figure),
      old === undefined ? '' : formatFigure(old),
      `${formatFigure(figure)}${missed.has(figure) ? ' **missed**' : ''}`,
      floor === null ? '' : `${formatValue(floor.value, figure.unit)} (${floor.what})`,
    ]
  })
  return formatTable(['what', 'aim', 'before', 'after', 'floor'], rows)
}
