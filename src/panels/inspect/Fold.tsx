import { type ReactNode, useEffect, useId, useRef } from 'react'

import { Icon } from '../../ui/Icon.tsx'

/** A part of the answer that is unfolded when asked: by its button, or by its number as a key. */
export function Fold({
  title,
  hint,
  keyNumber,
  open,
  onToggle,
  children,
}: {
  title: string
  /** What is in it, in few words. */
  hint: string
  keyNumber: number
  open: boolean
  onToggle: () => void
  children: ReactNode
}) {
  const id = useId()
  const body = useRef<HTMLDivElement>(null)
  const wasOpen = useRef(open)
  useEffect(() => {
    if (open && !wasOpen.current) body.current?.scrollIntoView({ block: 'nearest' })
    wasOpen.current = open
  }, [open])
  return (
    <section aria-label={title} className="border-b border-line-soft last:border-b-0">
      <h3>
        <button
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
          <span className="ml-auto min-w-0 truncate pl-3 text-2xs text-muted">{hint}</span>
        </button>
      </h3>
      <div id={id} ref={body} className={open ? 'pt-1 pb-3 pl-5.5 text-xs' : ''}>
        {open ? children : null}
      </div>
    </section>
  )
}
