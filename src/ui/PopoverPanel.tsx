import { Popover } from '@base-ui/react/popover'
import type { ReactElement, ReactNode, RefObject } from 'react'

/**
 * A popover below its trigger, or below `anchor` where it is opened by `open` alone. Escape and a click outside close
 * it, and the focus returns to the element that had it.
 */
export function PopoverPanel({
  trigger,
  title,
  children,
  open,
  onOpenChange,
  align = 'start',
  anchor,
}: {
  trigger?: ReactElement
  /** The accessible name; it is not shown. */
  title: string
  children: ReactNode
  open?: boolean
  onOpenChange?: (open: boolean) => void
  align?: 'start' | 'end'
  anchor?: RefObject<HTMLElement | null>
}) {
  return (
    <Popover.Root
      {...(open === undefined ? {} : { open })}
      {...(onOpenChange === undefined ? {} : { onOpenChange: (next: boolean) => onOpenChange(next) })}
    >
      {trigger === undefined ? null : <Popover.Trigger render={trigger} />}
      <Popover.Portal>
        <Popover.Positioner
          sideOffset={6}
          align={align}
          {...(anchor === undefined ? {} : { anchor })}
          className="z-40"
        >
          <Popover.Popup className="max-h-(--available-height) max-w-[calc(100vw-1rem)] overflow-auto rounded-[10px] border border-line bg-surface text-ink shadow-[0_8px_30px_rgb(0_0_0/0.14)] outline-none">
            <Popover.Title className="sr-only">{title}</Popover.Title>
            {children}
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  )
}
