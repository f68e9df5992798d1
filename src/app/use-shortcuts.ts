import { useLayoutEffect } from 'react'

import { systemClock } from '../lib/clock.ts'
import { COMMANDS } from '../state/commands/command-table.ts'
import { commands } from '../state/commands/commands.ts'
import { isMac } from '../state/commands/key-chords.ts'
import { EarlyKeys } from './early-keys.ts'
import { placeOf, Shortcuts } from './shortcuts.ts'

const early = new EarlyKeys(commands, systemClock)

/** Listens to the keys of the whole page, from its first paint. What a control has used up is left alone, as is text being composed. */
export function useShortcuts(): void {
  useLayoutEffect(() => {
    const shortcuts = new Shortcuts(COMMANDS, isMac(navigator.platform), systemClock)
    const listen = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.isComposing) return
      // Inside a shadow tree the target is its host; the path begins at the element itself.
      const target = event.composedPath()[0] ?? event.target
      const place = placeOf(target)
      const id = shortcuts.press(event, place)
      if (id === null) return
      if (id === 'wait') event.preventDefault()
      else if (id === 'close' && place === 'field' && target instanceof HTMLElement) target.blur()
      // A held key moves on and on; it does not pause and resume.
      else if (event.repeat && id !== 'row.next' && id !== 'row.previous') event.preventDefault()
      else if (early.press(id)) event.preventDefault()
    }
    const forget = () => early.forget()
    window.addEventListener('keydown', listen)
    window.addEventListener('pointerdown', forget)
    return () => {
      window.removeEventListener('keydown', listen)
      window.removeEventListener('pointerdown', forget)
    }
  }, [])
}
