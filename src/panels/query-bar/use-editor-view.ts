import { startCompletion } from '@codemirror/autocomplete'
import type { EditorView } from '@codemirror/view'
import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef } from 'react'

import { print } from '../../filter/language/print.ts'
import { ensure } from '../../lib/assert.ts'
import { registerQueryBar } from '../../state/commands/focus.ts'
import { navigation } from '../../state/view/navigation.ts'
import { type EditorHost, type EditorPlaces, openEditor, setText } from './editor.ts'
import { cursorWithin, type Handover } from './draft-handover.ts'

/**
 * An editor inside the frame, null before the first layout. It starts with the text and the cursor that the plain field
 * has left, and follows the applied query while nothing else is typed.
 */
export function useEditorView(
  { frame, list }: Readonly<Record<keyof EditorPlaces, RefObject<HTMLElement | null>>>,
  handover: Handover,
  host: EditorHost,
): RefObject<EditorView | null> {
  const editor = useRef<EditorView | null>(null)
  // The editor is created once and reads the host of the newest render.
  const latest = useRef(host)
  useLayoutEffect(() => {
    latest.current = host
  })

  useLayoutEffect(() => {
    const places = {
      frame: ensure(frame.current, 'the frame is rendered'),
      list: ensure(list.current, 'the place of the list is rendered'),
    }
    const view = openEditor(places, latest.current.applied, () => latest.current)
    editor.current = view
    takeDraft(view, handover, latest.current.applied)
    const unregister = registerQueryBar(() => {
      view.dispatch({ selection: { anchor: view.state.doc.length }, scrollIntoView: true })
      view.focus()
    })
    return () => {
      unregister()
      const { anchor, head } = view.state.selection.main
      handover.leave({
        text: view.state.doc.toString(),
        selection: view.hasFocus ? [anchor, head] : null,
      })
      view.destroy()
      editor.current = null
    }
  }, [frame, list, handover])

  const { applied } = host
  const followed = useRef(applied)
  const follow = useCallback((query: string): void => {
    const view = editor.current
    if (view === null || followed.current === query) return
    // A text that is being typed is not replaced.
    const isTyping = view.hasFocus && view.state.doc.toString() !== followed.current
    followed.current = query
    if (!isTyping) setText(view, query)
  }, [])
  // Before React renders the view: the editor reads the document's selection, for which the browser would lay out the half
  // of the page that React has changed by then.
  useEffect(() => navigation.subscribe(() => follow(print(navigation.rendered().view.filter))), [follow])
  // Before the paint, so that the chips of one query never stand beside the text of another.
  useLayoutEffect(() => follow(applied), [follow, applied])
  return editor
}

function takeDraft(view: EditorView, handover: Handover, applied: string): void {
  const { text, selection } = handover.take()
  if (text !== null) setText(view, text)
  if (selection === null) return
  view.dispatch({ selection: cursorWithin(view.state.doc.length, selection) })
  view.focus()
  // A text that was typed before the editor was loaded is completed as if it was typed now.
  if (text !== null && text !== applied) startCompletion(view)
}
