const HEIGHT_PX = 14
const BAR_STEP_PX = 2
/** A count of at least one is drawn at least so high, so that it does not look like zero. */
const MIN_BAR_PX = 1.5

/** A bar chart without axes, hidden from assistive technology: the number beside it has the sum of the values. */
export function Sparkline({ values, tone }: { values: readonly number[]; tone: 'deny' | 'quiet' }) {
  const max = values.reduce((a, b) => Math.max(a, b), 1)
  const path = values
    .map((value, i) => {
      if (value === 0) return ''
      const height = Math.max(MIN_BAR_PX, (value / max) * HEIGHT_PX)
      return `M${i * BAR_STEP_PX} ${HEIGHT_PX}v${-height}h1.4v${height}z`
    })
    .join('')
  return (
    <svg
      width={values.length * BAR_STEP_PX}
      height={HEIGHT_PX}
      aria-hidden="true"
      className={`inline-block shrink-0 ${tone === 'deny' ? 'text-deny' : 'text-edge'}`}
    >
      <path d={path} fill="currentColor" />
    </svg>
  )
}
