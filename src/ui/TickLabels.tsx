const SHIFTS = { start: '0px', middle: '-50%', end: '-100%' } as const

/** Texts below a time axis, 18 pixels high, at the bottom of what is positioned around them. */
export function TickLabels({
  labels,
  className,
}: {
  /** `anchor`: which part of the text is at `x` pixels. */
  labels: readonly {
    readonly time: number
    readonly text: string
    readonly x: number
    readonly anchor: keyof typeof SHIFTS
  }[]
  className: string
}) {
  return (
    <div
      aria-hidden="true"
      className={`absolute inset-x-0 bottom-0 h-[18px] text-2xs text-muted ${className}`}
    >
      {labels.map(({ time, text, x, anchor }) => (
        <span
          key={time}
          className="absolute left-0 whitespace-nowrap tabular-nums"
          style={{ transform: `translateX(calc(${x}px + ${SHIFTS[anchor]}))` }}
        >
          {text}
        </span>
      ))}
    </div>
  )
}
