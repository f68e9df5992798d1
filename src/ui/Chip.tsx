import type { ReactNode } from 'react'

/**
 * A word in a small frame. `dashed` marks what is pending or new, `filled` the kind of a statement (inferred, unknown),
 * `framed` anything else.
 */
export function Chip({
  look = 'framed',
  fit = '',
  children,
}: {
  look?: 'framed' | 'dashed' | 'filled'
  /** Class names that limit the width and truncate the word. */
  fit?: string
  children: ReactNode
}) {
  const looks = {
    framed: 'border border-line text-muted',
    dashed: 'border border-dashed border-staged text-staged',
    filled: 'bg-sunken text-muted',
  }
  return (
    <span className={`inline-block rounded-[4px] px-1.5 py-px text-2xs ${fit} ${looks[look]}`}>
      {children}
    </span>
  )
}
