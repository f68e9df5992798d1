import { type ReactNode, type RefObject, useEffect, useId, useRef } from 'react'

import { commands } from '../../../state/commands/commands.ts'
import { Icon } from '../../../ui/Icon.tsx'

/** Which folds the reader has seen unfolded. It outlives them: a key may unfold one before it is drawn. */
export type SeenFolds = RefObject<ReadonlySet<number>>

/** A part of the answer that is unfolded when asked: by its button, or by its number as a key. */
export function Fold({
  title,
  hint,
  spokenHint = hint,
  keyNumber,
  open,
  isNewest,
  seenRef,
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
  /** Whether it is the one that was unfolded last. */
  isNewest: boolean
  seenRef: SeenFolds
  onToggle: () => void
  children: ReactNode
}) {
  const id = useId()
  const body = useRef<HTMLDivElement>(null)
  const button = useRef<HTMLButtonElement>(null)
  useEffect(() => {
    if (open === seenRef.current.has(keyNumber)) return
    const others = [...seenRef.current].filter((other) => other !== keyNumber)
    seenRef.current = new Set(open ? [...others, keyNumber] : others)
    // Several are new at once where their keys were pressed before they were drawn.
    if (open && !isNewest) return
    if (open) body.current?.scrollIntoView({ block: 'nearest' })
    // By its number as a key: the focus is elsewhere, and nothing else says so.
    if (document.activeElement !== button.current) commands.say(`${title}: ${open ? 'unfolded' : 'folded'}`)
  }, [open, isNewest, seenRef, keyNumber, title])
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
