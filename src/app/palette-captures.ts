/** The recent captures in the command palette. */
import { useMemo } from 'react'

import { formatPlural } from '../lib/format.ts'
import { visibleText } from '../lib/visible-text.ts'
import { sayReopened } from '../panels/captures/say-reopened.ts'
import type { CaptureOpening } from '../state/captures/capture-opening.ts'
import { keyOf } from '../state/captures/kept-capture.ts'
import { recentCaptures } from '../state/captures/recent-captures.ts'
import { reopenCapture } from '../state/captures/reopening.ts'
import { useRecentCaptures } from '../state/captures/use-recent-captures.ts'
import { navigate } from '../state/view/navigation.ts'
import { fuzzyFind, isCloseMatch } from './fuzzy-search.ts'

export interface PaletteCapture {
  readonly kind: 'capture'
  readonly id: string
  readonly title: string
  readonly detail: string
  readonly open: () => void
}

/** Captures that are offered at most. */
const MAX_CAPTURES = 5

/** The recent captures whose name matches, best match first; none before something is typed. */
export function usePaletteCaptures(query: string, opening: CaptureOpening): readonly PaletteCapture[] {
  const { captures } = useRecentCaptures()
  return useMemo(() => {
    const text = query.trim()
    if (text === '') return []
    return fuzzyFind(text, captures, ({ id }) => id.name)
      .filter(({ id }) => isCloseMatch(text, id.name))
      .slice(0, MAX_CAPTURES)
      .map((kept) => ({
        kind: 'capture',
        id: `capture:${keyOf(kept.id)}`,
        title: `Open ${visibleText(kept.id.name)}`,
        detail: kept.facts === null ? 'a capture' : formatPlural(kept.facts.records, 'record'),
        open: () => {
          void reopenCapture(kept, opening, recentCaptures).then((reopened) => {
            sayReopened(kept, reopened)
            // Its screen lists it, with what can be done.
            if (reopened.is !== 'opened' && reopened.is !== 'not-opened')
              navigate({ screen: 'captures', open: null })
          })
        },
      }))
  }, [captures, opening, query])
}
