/** Height and width of a step, in pixels. */
const HEIGHT = 14
const STEP = 2

/** Counts over time as tiny bars; the number beside it says how many. A count that is not zero is always seen. */
export function Sparkline({ values, tone }: { values: readonly number[]; tone: 'deny' | 'quiet' }) {
  const most = values.reduce((a, b) => Math.max(a, b), 1)
  const path = values
    .map((value, i) => {
      const height = value === 0 ? 0 : Math.max(1.5, (value / most) * HEIGHT)
      return height === 0 ? '' : `M${i * STEP} ${HEIGHT}v${-height}h1.4v${height}z`
    })
    .join('')
  return (
    <svg
      width={values.length * STEP}
      height={HEIGHT}
      aria-hidden="true"
      className={`inline-block shrink-0 ${tone === 'deny' ? 'text-deny' : 'text-edge'}`}
    >
      <path d={path} fill="currentColor" />
    </svg>
  )
}
