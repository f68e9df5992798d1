/** The paths of a sparkline: at most 20 bars on a logarithmic scale, without axes. */

const HEIGHT_PX = 16
const BAR_PX = 2
const STEP_PX = 3
const MAX_BARS = 20
/** A count of at least one is drawn at least so high, so that it does not look like zero. */
const MIN_BAR_PX = 2
const HIGHEST_BAR_PX = 14

/** Pixels. */
export const SPARKLINE_SIZE = { width: MAX_BARS * STEP_PX, height: HEIGHT_PX } as const
/** The line that the bars stand on. */
export const BASELINE = `M0 ${HEIGHT_PX - 0.5}h${MAX_BARS * STEP_PX}`

/** The height of a bar on a logarithmic scale, on which `ceiling` and more have the highest one. */
function barHeight(value: number, ceiling: number): number {
  if (value <= 0) return 0
  const share = Math.log1p(value) / Math.log1p(Math.max(1, ceiling))
  return Math.min(HIGHEST_BAR_PX, Math.max(MIN_BAR_PX, Math.round(share * HIGHEST_BAR_PX)))
}

/** The bars of the values as an SVG path. */
export function barsPath(values: readonly number[], ceiling: number): string {
  return values
    .slice(0, MAX_BARS)
    .map((value, i) => {
      const height = barHeight(value, ceiling)
      return height === 0 ? '' : `M${i * STEP_PX} ${HEIGHT_PX}v${-height}h${BAR_PX}v${height}z`
    })
    .join('')
}
