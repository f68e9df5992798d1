/** What an incident bundle has of this screen, and the notes that the reader is writing for one. */
import { useSyncExternalStore } from 'react'

import { ALL } from '../../filter/tree/expression.ts'
import { Observable } from '../../lib/observable.ts'
import { type Redaction, Redactor } from '../../redact/redactor.ts'
import type { BundleRequest } from '../../store/protocol.ts'
import { usePreferences } from '../remembered/preferences.ts'
import { useView } from './navigation.ts'
import { useShownRange } from './shown-range.ts'
import { isSliding } from './time-choice.ts'
import { printView, type View } from './view.ts'

/** Kept for this visit, so that closing the panel costs no sentence. */
const draft = new Observable('')
const setDraft = (notes: string): void => draft.set(notes)

export function useDraftNotes(): readonly [notes: string, change: (notes: string) => void] {
  return [useSyncExternalStore(draft.subscribe, draft.get), setDraft]
}

/**
 * The view as an address that opens it from the bundle's own capture: without the source, and with the range that a
 * sliding one covers now. With a redaction its queries are rewritten, and it has no open row: the worker knows which row of
 * the redacted records that is.
 */
export function useBundleRequest(): (redaction: Redaction | null) => BundleRequest {
  const [view] = useView()
  const shown = useShownRange()
  const { order, hidden, kept } = usePreferences()
  const [notes] = useDraftNotes()
  const time = isSliding(view.time) ? shown : view.time
  return (redaction) => {
    const sent = { ...view, cluster: null, capture: null, scope: ALL, time }
    return {
      view: printView(redaction === null ? sent : { ...sent, ...redactedParts(view, redaction), open: null }),
      open: view.open,
      columns: { order, hidden, kept },
      notes,
    }
  }
}

function redactedParts(
  { filter, highlight }: View,
  redaction: Redaction,
): Pick<View, 'filter' | 'highlight'> {
  const redactor = new Redactor(redaction)
  return {
    filter: redactor.redactQuery(filter).expression,
    highlight: redactor.redactQuery(highlight).expression,
  }
}
