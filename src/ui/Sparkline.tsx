const HEIGHT_PX = 16
const BAR_PX = 2
const STEP_PX = 3
const MAX_BARS = 20
/** A count of at least one is drawn at least so high, so that it does not look like zero. */
const MIN_BAR_PX = 2
const HIGHEST_BAR_PX = 14

/** The height of a bar on a logarithmic scale, on which `ceiling` and more have the highest one. */
function barHeight(value: number, ceiling: number): number {
  if (value <= 0) return 0
  const share = Math.log1p(value) / Math.log1p(Math.max(1, ceiling))
  return Math.min(HIGHEST_BAR_PX, Math.max(MIN_BAR_PX, Math.round(share * HIGHEST_BAR_PX)))
}

/**
 * A bar chart without axes, at most 20 bars on a logarithmic scale up to `ceiling`. Hidden from assistive technology: the
 * number beside it has the sum of the values.
 */
export function Sparkline({
  values,
  ceiling,
  tone,
}: {
  values: readonly number[]
  ceiling: number
  tone: 'deny' | 'allow'
}) {
  const path = values
    .slice(0, MAX_BARS)
    .map((value, i) => {
      const height = barHeight(value, ceiling)
      return height === 0 ? '' : `M${i * STEP_PX} ${HEIGHT_PX}v${-height}h${BAR_PX}v${height}z`
    })
    .join('')
  return (
    <svg
      width={MAX_BARS * STEP_PX}
      height={HEIGHT_PX}
      aria-hidden="true"
      className={`block shrink-0 ${tone === 'deny' ? 'text-deny' : 'text-bar'}`}
    >
      <path
        d={`M0 ${HEIGHT_PX - 0.5}h${MAX_BARS * STEP_PX}`}
        className={`stroke-line-soft ${values.length === 0 ? 'hidden' : ''}`}
      />
      <path d={path} fill="currentColor" />
    </svg>
  )
}
