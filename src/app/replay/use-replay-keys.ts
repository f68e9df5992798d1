import { useEffect, useEffectEvent } from 'react'

import { hintedPartOf } from '../frame-parts.ts'
import { focusContextOf } from '../shortcuts.ts'

/**
 * Gives the keys that are pressed on the page to a replay: those that no field, popup, control or command has taken. So
 * `.` goes to the next of a denial while one is open, and Space presses the button that has the focus.
 */
export function useReplayKeys(run: (key: string) => boolean): void {
  const onKey = useEffectEvent((event: KeyboardEvent) => {
    const { key, ctrlKey, metaKey, altKey } = event
    if (event.defaultPrevented || event.isComposing || ctrlKey || metaKey || altKey) return
    const [target = null] = event.composedPath()
    const focus = focusContextOf(target)
    if (focus === 'field' || focus === 'popup') return
    if (key === ' ' && (event.repeat || takesSpace(target))) return
    if (run(key)) event.preventDefault()
  })
  useEffect(() => {
    const listen = (event: KeyboardEvent): void => onKey(event)
    // After the commands, which listen there as well and came first.
    window.addEventListener('keydown', listen)
    return () => window.removeEventListener('keydown', listen)
  }, [])
}

/** Whether Space presses what has the focus, or scrolls it. A slider does neither. */
function takesSpace(target: EventTarget | null): boolean {
  if (!(target instanceof Element)) return false
  if (target.closest('[role=slider]') !== null) return false
  return focusContextOf(target) === 'control' || hintedPartOf(target) === 'answer'
}
