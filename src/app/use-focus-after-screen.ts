import { useEffect, useRef } from 'react'

import { useViewPart } from '../state/view/navigation.ts'
import { focusPart } from './frame-parts.ts'
import { tryOnChanges } from './try-on-changes.ts'

/**
 * Moves the focus into the list of another screen when what had it went with the screen before, as a row of Compare that
 * was opened by its key. After the pointer it stays away: a list that has the focus holds its rows still.
 */
export function useFocusAfterScreen(): void {
  const screen = useViewPart((view) => view.screen)
  const before = useRef(screen)
  const isByKey = useIsByKey()
  useEffect(() => {
    if (before.current === screen) return undefined
    before.current = screen
    return isByKey.current ? focusListOnceThere() : undefined
  }, [screen, isByKey])
}

/** Whether a key was used last, and not the pointer. */
function useIsByKey() {
  const isByKey = useRef(true)
  useEffect(() => {
    const abort = new AbortController()
    const options = { capture: true, signal: abort.signal }
    window.addEventListener('keydown', () => (isByKey.current = true), options)
    window.addEventListener('pointerdown', () => (isByKey.current = false), options)
    return () => abort.abort()
  }, [])
  return isByKey
}

/** Waits for the chunk of the screen, and for its first control; no longer where the focus is somewhere by then. */
function focusListOnceThere(): () => void {
  const list = document.querySelector('[data-part=list]')
  return list === null ? () => undefined : tryOnChanges(list, hasFocusOrTakesIt)
}

function hasFocusOrTakesIt(): boolean {
  return document.activeElement !== document.body || focusPart('list')
}
