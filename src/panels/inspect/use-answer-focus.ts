import { type KeyboardEvent, type RefObject, useEffect, useRef } from 'react'

import { useCommand } from '../../state/commands/commands.ts'

/** Where the focus goes when it leaves the answer: to what had it before, or else to the list. */
function focusReturn(before: Element | null): void {
  const target = before instanceof HTMLElement && before.isConnected ? before : null
  const list = document.querySelector<HTMLElement>('[role=grid]')
  ;(target ?? list)?.focus({ preventScroll: true })
}

/**
 * Moves the focus into the answer by command, and back to the list by Escape, which closes the answer only where
 * it covers the list. Returns the handler of the keys in the answer.
 */
export function useAnswerFocus({
  heading,
  isOverlay,
  onClose,
  onUnfold,
}: {
  /** Null while there is no answer. */
  heading: RefObject<HTMLElement | null> | null
  /** Whether the answer lies over the list. */
  isOverlay: boolean
  onClose: () => void
  /** With the digit that was pressed. */
  onUnfold: (fold: number) => void
}): (event: KeyboardEvent<HTMLElement>) => void {
  const before = useRef<Element | null>(null)
  const focus = (): void => {
    const now = document.activeElement
    if (now?.closest('aside') === null && now !== document.body) before.current = now
    heading?.current?.focus()
  }
  useCommand('answer.focus', focus, heading !== null)
  useEffect(
    // When the answer closes while it has the focus, the browser moves the focus to the body.
    () => () => {
      if (document.activeElement === document.body) focusReturn(before.current)
    },
    [],
  )
  return (event) => {
    // React events also bubble from the portal of a menu that was opened here; its Escape closes the menu alone.
    const isInside = event.target instanceof Node && event.currentTarget.contains(event.target)
    if (!isInside || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return
    if (event.key === 'Escape') {
      event.preventDefault()
      if (isOverlay) onClose()
      else focusReturn(before.current)
    } else if (/^[1-9]$/.test(event.key)) {
      event.preventDefault()
      onUnfold(Number(event.key))
    }
  }
}
