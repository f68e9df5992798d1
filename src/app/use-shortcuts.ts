import { useEffect, useLayoutEffect } from 'react'

import { systemClock } from '../lib/clock.ts'
import { COMMANDS } from '../state/commands/command-table.ts'
import { commands } from '../state/commands/commands.ts'
import { isMac } from '../state/commands/key-chords.ts'
import { navigation } from '../state/view/navigation.ts'
import type { View } from '../state/view/view.ts'
import { EarlyKeyQueue } from './early-key-queue.ts'
import { focusPart, hintedPartOf, partOf } from './frame-parts.ts'
import { focusContextOf, Shortcuts } from './shortcuts.ts'

const earlyKeys = new EarlyKeyQueue(commands, systemClock)

/**
 * Runs commands by shortcut, on the whole page and from its first paint. Key presses that a control has handled
 * (`defaultPrevented`) and those of an input method that composes text are left alone.
 */
export function useShortcuts(): void {
  useLayoutEffect(() => {
    const shortcuts = new Shortcuts(COMMANDS, isMac(navigator.platform))
    const listen = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.isComposing) return
      // For an element in a shadow tree, `target` is the host; the composed path begins at the element itself.
      const target = event.composedPath()[0] ?? event.target
      const focus = focusContextOf(target)
      const id = shortcuts.press(event, focus)
      if (id === null || (id.startsWith('replay.') && !isForReplay(event, target))) return
      if (id === 'wait') event.preventDefault()
      else if (id === 'close' && focus === 'field' && target instanceof HTMLElement) leaveField(target)
      // Auto-repeat of a held key moves the cursor, but must not toggle pause back and forth.
      else if (event.repeat && id !== 'row.next' && id !== 'row.previous') event.preventDefault()
      else if (earlyKeys.press(id)) event.preventDefault()
    }
    // A reader who goes on by pointer no longer expects what the keys asked for.
    const clearQueue = () => earlyKeys.clear()
    window.addEventListener('keydown', listen)
    window.addEventListener('pointerdown', clearQueue)
    return () => {
      window.removeEventListener('keydown', listen)
      window.removeEventListener('pointerdown', clearQueue)
    }
  }, [])
}

/** Keeps the keys that are pressed before the screen, or the answer to the row that was opened on it, has its commands. */
export function useKeysOfScreen(screen: View['screen'], isOpen: boolean): void {
  // Another screen has other commands, and so has the answer.
  // oxlint-disable-next-line react/exhaustive-effect-dependencies
  useEffect(() => earlyKeys.onScreen(), [screen, isOpen])
}

/** In the place of a screen, the answer or a replay, whose chunk is being loaded: keeps the keys pressed until then. */
export function ScreenLoading(): null {
  useEffect(() => earlyKeys.onScreenLoad(), [])
  return null
}

/** Space is not for a replay where it presses what has the focus, or scrolls it. A slider does neither. */
function isForReplay({ key }: KeyboardEvent, target: EventTarget | null): boolean {
  if (navigation.parsed().view.at === null) return false
  if (key !== ' ' || !(target instanceof Element) || target.matches('[role=slider]')) return true
  return focusContextOf(target) === 'page' && hintedPartOf(target) !== 'answer'
}

/** One step back: from the query to the list, from another field to no part. */
function leaveField(field: HTMLElement): void {
  if (partOf(field) !== 'query' || !focusPart('list')) field.blur()
}
