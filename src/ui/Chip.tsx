import type { ReactNode } from 'react'

/** A small framed word. `dashed` is for what would be, `filled` for what kind of statement it is. */
export function Chip({
  look = 'framed',
  fit = '',
  children,
}: {
  look?: 'framed' | 'dashed' | 'filled'
  /** Classes of its width; too long a word is cut. */
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
