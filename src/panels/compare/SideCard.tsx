import type { ReactNode } from 'react'

import { PopoverPanel } from '../../ui/PopoverPanel.tsx'
import { Icon } from '../../ui/Icon.tsx'
import type { SideName } from '../../state/compare/compare-choice.ts'

const CARD =
  'flex h-10.5 min-w-0 items-center gap-2.5 rounded-[8px] border border-line bg-surface py-1 pr-3 pl-1.5 text-left hover:bg-sunken max-sm:flex-1 phone:h-11 phone:pr-1.5'

/** A side of the comparison: its letter, what it is, and the panel that changes it. */
export function SideCard({
  side,
  title,
  short = title,
  detail,
  shortDetail = detail,
  help,
  children,
  open,
  onOpenChange,
  onClick,
}: {
  side: SideName
  title: string
  /** The title where there is little room. */
  short?: string
  detail: string
  /** The detail where there is little room. */
  shortDetail?: string
  help: string
  /** The panel; without one a click does something, or nothing. */
  children?: ReactNode
  open?: boolean
  onOpenChange?: (open: boolean) => void
  onClick?: () => void
}) {
  const letter = side.toUpperCase()
  const inside = (
    <>
      <span
        aria-hidden="true"
        className={`grid size-7.5 flex-none place-items-center rounded-[6px] font-semibold text-surface ${side === 'a' ? 'bg-faint' : 'bg-accent'}`}
      >
        {letter}
      </span>
      <span className="min-w-0">
        <span className="block truncate text-xs leading-4 font-semibold tabular-nums">
          <span className="max-lg:hidden">{title}</span>
          <span className="lg:hidden">{short}</span>
        </span>
        <span className="block truncate text-2xs leading-4 text-muted">
          <span className="max-lg:hidden">{detail}</span>
          <span className="lg:hidden">{shortDetail}</span>
        </span>
      </span>
    </>
  )
  const name = `${letter}: ${title}, ${detail}`
  if (children === undefined && onClick === undefined) {
    return (
      <div title={help} className={`${CARD} hover:bg-surface`}>
        <span className="sr-only">{name}</span>
        {inside}
      </div>
    )
  }
  const button = (
    <button
      type="button"
      aria-label={name}
      title={help}
      // Where the screen takes the focus.
      data-part-focus={side === 'a' ? '' : undefined}
      onClick={onClick}
      className={CARD}
    >
      {inside}
      <Icon name={onClick === undefined ? 'down' : 'open'} className="size-3 flex-none max-lg:hidden" />
    </button>
  )
  if (children === undefined || open === undefined || onOpenChange === undefined) return button
  return (
    <PopoverPanel title={`Window ${letter}`} open={open} onOpenChange={onOpenChange} trigger={button}>
      {children}
    </PopoverPanel>
  )
}
