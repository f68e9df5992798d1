import { type RefObject, useEffect } from 'react'

import { laterChunk } from '../lib/preload.ts'
import type { RovingGroup } from './roving-group.ts'

const loadGroup = laterChunk(async () => import('./roving-group.ts'))

/**
 * Makes the controls of an element one stop of Tab, with the arrow keys between them; see {@link RovingGroup}. Until its
 * chunk is loaded, and when it cannot be, each control is a stop by itself.
 */
export function useRovingFocus(container: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    let roving: RovingGroup | null = null
    let isGone = false
    loadGroup().then(
      ({ RovingGroup: Group }) => {
        if (!isGone && container.current !== null) roving = new Group(container.current)
      },
      () => undefined,
    )
    return () => {
      isGone = true
      roving?.stop()
    }
  }, [container])
}
