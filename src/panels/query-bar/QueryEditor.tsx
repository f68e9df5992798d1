import { startCompletion } from '@codemirror/autocomplete'
import type { EditorView } from '@codemirror/view'
import { useEffect, useId, useLayoutEffect, useRef, useState } from 'react'

import { ensure } from '../../lib/assert.ts'
import { parse } from '../../filter/language/parse.ts'
import { print } from '../../filter/language/print.ts'
import type { ParseError } from '../../filter/language/reader.ts'
import { registerQueryBar } from '../../state/commands/focus.ts'
import { isMac } from '../../state/commands/key-chords.ts'
import { useView } from '../../state/view/navigation.ts'
import { queryHistory } from '../../state/remembered/query-history.ts'
import { TextErrors } from '../../ui/TextErrors.tsx'
import { applyText, type Host, openEditor, setText, takeSuggestion } from './editor.ts'
import { cursorWithin, type FieldProps, FRAME } from './editor-field.ts'
import { QueryPreview } from './QueryPreview.tsx'
import { useKnowledge } from './use-knowledge.ts'

interface Draft {
  readonly text: string
  /** Those that are pointed out. */
  readonly errors: readonly ParseError[]
}

/** The query as a text with colours, completion, what is wrong with it and how much it would find. */
export function QueryEditor({ applied, onApply, handover }: FieldProps) {
  const frame = useRef<HTMLDivElement>(null)
  const editor = useRef<EditorView | null>(null)
  const errorId = useId()
  const [{ time }] = useView()
  const knowledge = useKnowledge(time)
  const [draft, setDraft] = useState<Draft>({ text: applied, errors: [] })

  const host: Host = {
    knowledge,
    errorId,
    applied,
    history: queryHistory,
    apply: (text) => {
      const parsed = parse(text)
      if (!parsed.ok) return
      const canonical = print(parsed.expression)
      if (editor.current !== null) setText(editor.current, canonical)
      onApply(parsed.expression)
    },
    onChange: (text, errors) => setDraft({ text, errors }),
  }
  // The editor outlives many renders and asks for what holds now.
  const latest = useRef(host)
  useLayoutEffect(() => {
    latest.current = host
  })

  useLayoutEffect(() => {
    const parent = ensure(frame.current, 'the frame is drawn')
    const { text, selection } = handover.take()
    const view = openEditor(parent, latest.current.applied, () => latest.current)
    editor.current = view
    if (text !== null) setText(view, text)
    if (selection !== null) {
      view.dispatch({ selection: cursorWithin(view.state.doc.length, selection) })
      view.focus()
      // What was typed before the editor came is completed as if it was typed now.
      if (text !== null && text !== latest.current.applied) startCompletion(view)
    }
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
  }, [handover])

  // What is being typed stays; otherwise the text follows the address.
  const followed = useRef(applied)
  useEffect(() => {
    const view = editor.current
    if (view === null || followed.current === applied) return
    const typing = view.hasFocus && view.state.doc.toString() !== followed.current
    followed.current = applied
    if (!typing) setText(view, applied)
  }, [applied])

  const wrong = draft.errors.length > 0
  return (
    <>
      <div className={`${FRAME} ${wrong ? 'border-deny' : 'border-edge focus-within:border-accent'}`}>
        <div ref={frame} className="min-w-0 flex-1 basis-60" />
        <QueryPreview
          text={draft.text}
          applied={applied}
          time={time}
          onApply={() => editor.current !== null && applyText(editor.current, host)}
        />
      </div>
      <TextErrors
        id={errorId}
        errors={draft.errors}
        cap={isMac(navigator.platform) ? '⌥ Enter' : 'Alt Enter'}
        onTake={() => {
          if (editor.current === null) return
          takeSuggestion(editor.current)
          editor.current.focus()
        }}
      />
    </>
  )
}
