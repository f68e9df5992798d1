import { type ReactNode, useEffect, useId, useRef } from 'react'

import { commands } from '../../../state/commands/commands.ts'
import { Icon } from '../../../ui/Icon.tsx'

/** A part of the answer that is unfolded when asked: by its button, or by its number as a key. */
export function Fold({
  title,
  hint,
  spokenHint = hint,
  keyNumber,
  open,
  onToggle,
  children,
}: {
  title: string
  /** What is in it, in few words. */
  hint: string
  /** The same for screen readers, where it is long on the screen and cut. */
  spokenHint?: string
  keyNumber: number
  open: boolean
  onToggle: () => void
  children: ReactNode
}) {
  const id = useId()
  const body = useRef<HTMLDivElement>(null)
  const button = useRef<HTMLButtonElement>(null)
  const wasOpen = useRef(open)
  useEffect(() => {
    if (open === wasOpen.current) return
    wasOpen.current = open
    if (open) body.current?.scrollIntoView({ block: 'nearest' })
    // By its number as a key: the focus is elsewhere, and nothing else says so.
    if (document.activeElement !== button.current) commands.say(`${title}: ${open ? 'unfolded' : 'folded'}`)
  }, [open, title])
  return (
    <div role="group" aria-label={title} className="border-b border-line-soft last:border-b-0">
      <h3>
        <button
          ref={button}
          type="button"
          aria-expanded={open}
          aria-controls={id}
          aria-keyshortcuts={String(keyNumber)}
          className="flex min-h-6 w-full items-center gap-2 text-left text-xs hover:bg-sunken phone:min-h-11 phone:text-sm"
          onClick={onToggle}
        >
          <Icon
            name="down"
            className={`size-3.5 phone:order-last ${open ? 'phone:rotate-180' : 'not-phone:-rotate-90'}`}
          />
          <span className="flex-none">{title}</span>
          <span className="sr-only">{spokenHint}</span>
          <span aria-hidden="true" className="ml-auto min-w-0 truncate pl-3 text-2xs text-muted">
            {hint}
          </span>
        </button>
      </h3>
      <div id={id} ref={body} className={open ? 'pt-1 pb-3 pl-5.5 text-xs' : ''}>
        {open ? children : null}
      </div>
    </div>
  )
}
